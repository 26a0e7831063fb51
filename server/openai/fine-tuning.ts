// /v1/fine_tuning/jobs: the team's jobs that fine-tune, under OpenAI's names.
import { and, desc, eq, lt, or, sql } from "drizzle-orm";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import type { Queries } from "../team/database.ts";
import type { TeamEnv } from "../team/gate.ts";
import { jobOf } from "../team/jobs/request.ts";
import { act } from "../team/jobs/routes.ts";
import { may } from "../team/permissions.ts";
import { jobEvents, jobs, type EventType, type Job } from "../team/schema/index.ts";
import type { Team } from "../team/team.ts";
import { refuse } from "./errors.ts";
import { ownFile } from "./files.ts";
import { checkpointOf, describe, eventOf } from "./fine-tuning-shapes.ts";
import { fineTuneRequest, jobRequestOf } from "./fine-tuning-request.ts";
import { read } from "./requests.ts";
import { admitted, answerOf, idOf, pageOf, readQuery } from "./team.ts";

const paging = v.object({ after: v.optional(v.string()), limit: v.optional(pageOf(1000), "20") });
const none = (id: string): never =>
  refuse({ status: 404, message: `there is no fine-tuning job ${id}`, param: "fine_tuning_job_id", code: "not_found" });

async function find(db: Queries, given: string): Promise<Job> {
  const id = idOf("ftjob-", given) ?? none(given);
  const isIt = and(eq(jobs.id, id), eq(jobs.kind, "fine-tune"));
  return (await db.select().from(jobs).where(isIt)).at(0) ?? none(given);
}

/** A job that the caller may change. */
async function ownJob(context: Context<TeamEnv>): Promise<Job> {
  const { caller, team } = context.var;
  const given = context.req.param("id") ?? "";
  const job = await find(team.db, given);
  return job.personId === caller.person.id || may(caller, "jobs:manage") ? job : none(given);
}

/** Events of these types, newest first, as OpenAI has them. */
async function eventPage(context: Context<TeamEnv>, prefix: string, isWanted: (type: EventType) => boolean) {
  const { db } = context.var.team;
  const { after, limit } = readQuery(context, paging);
  const job = await find(db, context.req.param("id") ?? "");
  const last = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after.startsWith(prefix) ? after.slice(prefix.length) : NaN); // prettier-ignore
  if (!Number.isSafeInteger(last)) refuse({ status: 400, message: "after is no id of this list", param: "after" });
  const types = (["state", "metrics", "checkpoint", "message"] as const).filter(isWanted);
  const rows = await db
    .select()
    .from(jobEvents)
    .where(
      and(eq(jobEvents.jobId, job.id), lt(jobEvents.id, last), or(...types.map((type) => eq(jobEvents.type, type)))),
    )
    .orderBy(desc(jobEvents.id))
    .limit(limit + 1);
  return { job, rows: rows.slice(0, limit), has_more: rows.length > limit };
}

async function changed(context: Context<TeamEnv>, what: "cancel" | "pause" | "resume"): Promise<Response> {
  const { id } = await ownJob(context);
  return context.json(describe(await act(context, `job.${what}`, (all, tx) => all[what](tx, id))));
}

export const fineTuningRoutes = (opening: Promise<Team> | undefined) => {
  const [readers, writers] = [admitted(opening, "jobs:read"), admitted(opening, "jobs:write")];
  return new Hono<TeamEnv>()
    .onError(answerOf)
    .use(
      bodyLimit({ maxSize: 2 ** 20, onError: () => refuse({ status: 413, message: "the body is larger than 1 MiB" }) }),
    ) // prettier-ignore
    .post("/", writers, async (context) => {
      const { caller, team } = context.var;
      const request = await read(context, fineTuneRequest);
      const train = await ownFile(team, caller.person.id, request.training_file);
      const valid = request.validation_file ? await ownFile(team, caller.person.id, request.validation_file) : null;
      const wanted = jobRequestOf(request, train.id, valid?.id ?? null);
      const job = await act(context, "job.create", async (all, tx) =>
        all.create(tx, await jobOf(tx, wanted, caller.person.id)),
      );
      return context.json(describe(job));
    })
    .get("/", readers, async (context) => {
      const { after, limit } = readQuery(context, paging);
      const { db } = context.var.team;
      const last = after === undefined ? undefined : await find(db, after);
      const older = last && sql`(${jobs.createdAt}, ${jobs.id}) < (select created_at, id from jobs where id = ${last.id})`; // prettier-ignore
      const rows = await db
        .select()
        .from(jobs)
        .where(and(eq(jobs.kind, "fine-tune"), older))
        .orderBy(desc(jobs.createdAt), desc(jobs.id))
        .limit(limit + 1);
      return context.json({ object: "list", data: rows.slice(0, limit).map(describe), has_more: rows.length > limit });
    })
    .get("/:id", readers, async (context) =>
      context.json(describe(await find(context.var.team.db, context.req.param("id")))),
    )
    .get("/:id/events", readers, async (context) => {
      const { rows, has_more } = await eventPage(context, "ftevent-", (type) => type !== "checkpoint");
      return context.json({ object: "list", data: rows.map(eventOf), has_more });
    })
    .get("/:id/checkpoints", readers, async (context) => {
      const { job, rows, has_more } = await eventPage(context, "ftckpt-", (type) => type === "checkpoint");
      return context.json({ object: "list", data: rows.map((row) => checkpointOf(job, row)), has_more });
    })
    .post("/:id/cancel", writers, (context) => changed(context, "cancel"))
    .post("/:id/pause", writers, (context) => changed(context, "pause"))
    .post("/:id/resume", writers, (context) => changed(context, "resume"));
};
