// What is written of a job whoever changes it: its row, locked, and its events.
import { eq } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { notFound } from "../errors.ts";
import { jobEvents, jobs, type EventType, type Job } from "../schema/index.ts";

export interface Note {
  readonly type: EventType;
  readonly message: string;
  readonly level?: "info" | "warn" | "error";
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The job's row, which nobody else changes until this transaction ends. */
export async function locked(tx: Queries, id: string): Promise<Job> {
  const [job] = await tx.select().from(jobs).where(eq(jobs.id, id)).for("update");
  return job ?? notFound("job");
}

/** Changes the row and writes down what happened. */
export async function changed(
  tx: Queries,
  id: string,
  set: Partial<Job>,
  at: Date,
  notes: readonly Note[],
): Promise<Job> {
  const [job] = await tx.update(jobs).set(set).where(eq(jobs.id, id)).returning();
  await noted(tx, job, at, notes);
  return job;
}

export async function noted(tx: Queries, job: Job, at: Date, notes: readonly Note[]): Promise<void> {
  const rows = notes.map(({ level = "info", data = {}, ...note }) => ({
    ...{ ...note, level, data: { ...data }, jobId: job.id, attempt: job.attempt, at },
  }));
  if (rows.length > 0) await tx.insert(jobEvents).values(rows);
}
