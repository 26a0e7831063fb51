// The registry: adapters that the team shares, in versions that never change, with aliases that move.
import { index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { NamedBlob } from "../blobs.ts";
import { jobs } from "./jobs.ts";
import { moment, people } from "./people.ts";

export const models = pgTable("models", {
  name: text("name").primaryKey(),
  base: text("base").notNull(), // the model that its adapters are worn by
  personId: text("person_id")
    .notNull()
    .references(() => people.id), // who began it
  createdAt: moment("created_at").notNull(),
});

export const modelVersions = pgTable(
  "model_versions",
  {
    model: text("model")
      .notNull()
      .references(() => models.name),
    version: integer("version").notNull(), // from 1 on
    personId: text("person_id")
      .notNull()
      .references(() => people.id), // who made it
    jobId: text("job_id").references(() => jobs.id), // null: pushed
    dataHash: text("data_hash"), // SHA-256 of what it learned from, where that is known
    runId: text("run_id"), // of the run that made it on somebody's device
    files: jsonb("files").$type<readonly NamedBlob[]>().notNull(), // of a peft folder
    measures: jsonb("measures").$type<Record<string, unknown>>().notNull(), // as the run's end had them
    note: text("note").notNull(),
    createdAt: moment("created_at").notNull(),
    withdrawnAt: moment("withdrawn_at"), // kept for its lineage, no longer served
  },
  (table) => [primaryKey({ columns: [table.model, table.version] }), index("model_versions_job").on(table.jobId)],
);
export type ModelVersion = typeof modelVersions.$inferSelect;

/** Names that move from version to version: champion, challenger. */
export const modelAliases = pgTable(
  "model_aliases",
  {
    model: text("model")
      .notNull()
      .references(() => models.name),
    alias: text("alias").notNull(),
    version: integer("version").notNull(),
    movedAt: moment("moved_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.model, table.alias] })],
);
