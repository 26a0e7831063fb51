// A job's events as server-sent events: what is there, then what comes, until the job is over or the client goes.
import { and, asc, eq, gt } from "drizzle-orm";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { TeamEnv } from "../gate.ts";
import { jobEvents, jobs } from "../schema/index.ts";
import { isOver } from "./jobs.ts";

const LONGEST_WAIT_MS = 1000; // for news that another server may have
const MOST_AT_ONCE = 500;

export async function eventStream(context: Context<TeamEnv>, jobId: string, known: number): Promise<Response> {
  const { db, ...team } = { db: context.var.team.db, jobs: await context.var.team.jobs() };
  return streamSSE(context, async (stream) => {
    for (let last = known; !stream.aborted && !stream.closed;) {
      const [job] = await db.select({ state: jobs.state }).from(jobs).where(eq(jobs.id, jobId)); // before its events: none is missed
      const isNew = and(eq(jobEvents.jobId, jobId), gt(jobEvents.id, last));
      const events = await db.select().from(jobEvents).where(isNew).orderBy(asc(jobEvents.id)).limit(MOST_AT_ONCE);
      for (const event of events)
        await stream.writeSSE({ id: String(event.id), event: event.type, data: JSON.stringify(event) });
      last = events.at(-1)?.id ?? last;
      if (events.length === MOST_AT_ONCE) continue;
      if (!job || isOver(job.state)) return;
      await team.jobs.news(LONGEST_WAIT_MS, jobId);
    }
  });
}
