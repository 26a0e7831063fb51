// Uploaded files, and jobs for the team's workers with what became of them. Which job comes next is the queue's own (jobs/queue.ts).
import { bigint, bigserial, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { Blob, NamedBlob } from "../blobs.ts";
import { moment, people } from "./people.ts";

/** What somebody uploaded to be used in a job. */
export const files = pgTable(
  "files",
  {
    id: text("id").primaryKey(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    name: text("name").notNull(),
    purpose: text("purpose").notNull(),
    hash: text("hash").notNull(), // of the blob
    bytes: bigint("bytes", { mode: "number" }).notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [index("files_person").on(table.personId, table.createdAt), index("files_hash").on(table.hash)],
);

export type JobState = "queued" | "running" | "paused" | "finished" | "failed" | "cancelled";
/** What a worker is asked to do beside going on. */
export type Wanted = "pause";

export interface JobInput extends NamedBlob {
  readonly role: string; // what it is for: "train"
}
export interface Progress {
  readonly step: number;
  readonly steps: number | null; // null: not known
}
export interface Checkpoint extends Blob {
  readonly step: number;
}
export interface JobError {
  readonly code: string; // of AppErrorCode, or worker-lost
  readonly message: string;
}
export interface JobResult {
  readonly files: readonly NamedBlob[];
  readonly summary: Readonly<Record<string, unknown>>; // what the command said in the end
  readonly model: { readonly name: string; readonly version: number } | null; // where the result is one
}

export const jobs = pgTable(
  "jobs",
  {
    id: text("id").primaryKey(), // the queue's, too
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    kind: text("kind").notNull(), // of jobs/kinds.ts
    name: text("name").notNull(),
    model: text("model").notNull(), // the base, by the name workers know it
    config: jsonb("config").$type<Record<string, unknown>>().notNull(),
    inputs: jsonb("inputs").$type<readonly JobInput[]>().notNull(),
    metadata: jsonb("metadata").$type<Record<string, unknown>>().notNull(),
    priority: integer("priority").notNull(), // higher comes first
    state: text("state").$type<JobState>().notNull(),
    wanted: text("wanted").$type<Wanted>(),
    attempt: integer("attempt"), // the queue's retryCount; null before the first
    failures: integer("failures").notNull(), // of attempts; handed back ones do not count
    worker: text("worker"), // the name of the one that has it, or had it last
    heartbeatAt: moment("heartbeat_at"),
    createdAt: moment("created_at").notNull(),
    startedAt: moment("started_at"), // the first attempt
    finishedAt: moment("finished_at"),
    progress: jsonb("progress").$type<Progress>(),
    checkpoint: jsonb("checkpoint").$type<Checkpoint>(), // where the next attempt goes on
    result: jsonb("result").$type<JobResult>(),
    error: jsonb("error").$type<JobError>(), // of the last attempt that failed
  },
  (table) => [
    index("jobs_created").on(table.createdAt),
    index("jobs_state").on(table.state, table.heartbeatAt),
    index("jobs_person").on(table.personId, table.createdAt),
  ],
);
export type Job = typeof jobs.$inferSelect;

export type EventType = "state" | "metrics" | "checkpoint" | "message";

/** What happened to a job, in order: all changes of a job are made with its row locked. */
export const jobEvents = pgTable(
  "job_events",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    jobId: text("job_id")
      .notNull()
      .references(() => jobs.id, { onDelete: "cascade" }),
    at: moment("at").notNull(),
    attempt: integer("attempt"),
    type: text("type").$type<EventType>().notNull(),
    level: text("level").$type<"info" | "warn" | "error">().notNull(),
    message: text("message").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
  },
  (table) => [index("job_events_job").on(table.jobId, table.id)],
);
export type JobEvent = typeof jobEvents.$inferSelect;
