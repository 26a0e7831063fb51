// Jobs for the team's workers: asked for, watched, paused, cancelled. Everybody sees everybody's; changing another's takes an admin.
import { and, desc, eq, gt, asc, sql } from "drizzle-orm";
import { Hono, type Context } from "hono";
import * as v from "valibot";
import { change } from "../audit/record.ts";
import type { Queries } from "../database.ts";
import { download } from "../download.ts";
import { notFound } from "../errors.ts";
import { gate, type Ownership, type TeamEnv } from "../gate.ts";
import { jobEvents, jobs, type Job } from "../schema/index.ts";
import { body, byId, id, line, path, query, wholeText } from "../shapes.ts";
import type { Jobs } from "./jobs.ts";
import { kindNames } from "./kinds.ts";
import { jobOf, newJob, priority } from "./request.ts";
import { eventStream } from "./stream.ts";

export const findJob = async (db: Queries, wanted: string): Promise<Job> =>
  (await db.select().from(jobs).where(eq(jobs.id, wanted))).at(0) ?? notFound("job");

const owned: Ownership = {
  what: "job",
  owner: async (db, wanted) => (await db.select().from(jobs).where(eq(jobs.id, wanted))).at(0)?.personId ?? null,
  others: "jobs:manage",
};

const states = ["queued", "running", "paused", "finished", "failed", "cancelled"] as const;
const filters = v.object({
  state: v.optional(v.picklist(states, `must be one of ${states.join(", ")}`)),
  kind: v.optional(v.picklist(kindNames, `must be one of ${kindNames.join(", ")}`)),
  person: v.optional(id),
  before: v.optional(id), // the last job of the page before
  limit: v.optional(wholeText(1, 200), "50"),
});
export const after = v.object({
  after: v.optional(wholeText(0, Number.MAX_SAFE_INTEGER), "0"), // the last event that is known
  limit: v.optional(wholeText(1, 1000), "200"),
});

/** Changes a job and records that; then tells who waits for it. */
export async function act(
  context: Context<TeamEnv>,
  action: string,
  work: (all: Jobs, tx: Queries) => Promise<Job>,
): Promise<Job> {
  const all = await context.var.team.jobs();
  const job = await change(context, context.var.caller, async (tx, record) => {
    const done = await work(all, tx);
    await record(action, done.id, { name: done.name, kind: done.kind, state: done.state, priority: done.priority });
    return done;
  });
  all.announce(job.id);
  return job;
}

export const jobRoutes = new Hono<TeamEnv>()
  .get("/", gate("jobs:read", "Jobs, newest first"), query(filters), async (context) => {
    const { state, kind, person, before, limit } = context.req.valid("query");
    const older = sql`(${jobs.createdAt}, ${jobs.id}) < (select created_at, id from jobs where id = ${before})`;
    const found = await context.var.team.db
      .select()
      .from(jobs)
      .where(
        and(
          state && eq(jobs.state, state),
          kind && eq(jobs.kind, kind),
          person === undefined ? undefined : eq(jobs.personId, person),
          before === undefined ? undefined : older,
        ),
      )
      .orderBy(desc(jobs.createdAt), desc(jobs.id))
      .limit(limit + 1);
    return context.json({ jobs: found.slice(0, limit), next: found.length > limit ? found[limit - 1].id : null });
  })
  .post("/", gate("jobs:write", "Send a job"), body(newJob), async (context) => {
    const given = context.req.valid("json");
    const { person } = context.var.caller;
    const job = await act(context, "job.create", async (all, tx) => all.create(tx, await jobOf(tx, given, person.id)));
    return context.json({ job }, 201);
  })
  .get("/:id", gate("jobs:read", "A job"), byId, async (context) =>
    context.json({ job: await findJob(context.var.team.db, context.req.valid("param").id) }),
  )
  .patch(
    "/:id",
    gate("jobs:write", "Move a job in the queue", { owned }),
    byId,
    body(v.strictObject({ priority })),
    async (context) => {
      // prettier-ignore
      const wanted = context.req.valid("param").id;
      const { priority: moved } = context.req.valid("json");
      return context.json({ job: await act(context, "job.move", (all, tx) => all.setPriority(tx, wanted, moved)) });
    },
  )
  .get(
    "/:id/events",
    gate("jobs:read", "What happened to a job, oldest first"),
    byId,
    query(after),
    async (context) => {
      // prettier-ignore
      const { id: wanted } = context.req.valid("param");
      const { after: since, limit } = context.req.valid("query");
      const { db } = context.var.team;
      await findJob(db, wanted);
      const isNew = and(eq(jobEvents.jobId, wanted), gt(jobEvents.id, since));
      const events = await db.select().from(jobEvents).where(isNew).orderBy(asc(jobEvents.id)).limit(limit);
      return context.json({ events, next: events.at(-1)?.id ?? since });
    },
  )
  .get(
    "/:id/stream",
    gate("jobs:read", "The same as server-sent events, until the job is over"),
    byId,
    query(after),
    async (context) => {
      // prettier-ignore
      const job = await findJob(context.var.team.db, context.req.valid("param").id);
      const known = Number(context.req.header("Last-Event-ID") ?? context.req.valid("query").after) || 0;
      return eventStream(context, job.id, known);
    },
  )
  .get(
    "/:id/files/:name",
    gate("jobs:read", "A file that a job made"),
    path(v.object({ id, name: line(200) })),
    async (context) => {
      // prettier-ignore
      const { id: wanted, name } = context.req.valid("param");
      const { db, blobs } = context.var.team;
      const { result } = await findJob(db, wanted);
      return download(context, blobs, result?.files.find((file) => file.name === name) ?? notFound("file"));
    },
  )
  .post("/:id/cancel", gate("jobs:write", "End a job", { owned }), byId, async (context) => {
    const wanted = context.req.valid("param").id;
    return context.json({ job: await act(context, "job.cancel", (all, tx) => all.cancel(tx, wanted)) });
  })
  .post("/:id/pause", gate("jobs:write", "Stop a job after a checkpoint", { owned }), byId, async (context) => {
    const wanted = context.req.valid("param").id;
    return context.json({ job: await act(context, "job.pause", (all, tx) => all.pause(tx, wanted)) });
  })
  .post("/:id/resume", gate("jobs:write", "Let a paused job go on", { owned }), byId, async (context) => {
    const wanted = context.req.valid("param").id;
    return context.json({ job: await act(context, "job.resume", (all, tx) => all.resume(tx, wanted)) });
  })
  .post("/:id/retry", gate("jobs:write", "Try a job again that failed", { owned }), byId, async (context) => {
    const wanted = context.req.valid("param").id;
    return context.json({ job: await act(context, "job.retry", (all, tx) => all.retry(tx, wanted)) });
  });
