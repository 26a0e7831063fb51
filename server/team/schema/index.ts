// All tables, one file a topic. After a change: see "The team's database" in CONTRIBUTING.
export * from "./audit.ts";
export * from "./datasets.ts";
export * from "./jobs.ts";
export * from "./keys.ts";
export * from "./models.ts";
export * from "./monitor.ts";
export * from "./people.ts";
