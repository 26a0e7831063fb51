// What workers ask: a job, is it still mine, here is what it made. Everything after the lease names its attempt; one that no longer
// holds its job is told 409 stale-attempt, and stops.
import { Hono, type Context } from "hono";
import * as v from "valibot";
import { recorder } from "../audit/record.ts";
import { download } from "../download.ts";
import { notFound, refuse } from "../errors.ts";
import { contentOf, MOST_BLOB_BYTES } from "../files/store.ts";
import { gate, type TeamEnv } from "../gate.ts";
import type { Also } from "../jobs/attempts.ts";
import type { Attempt } from "../jobs/queue.ts";
import { body, byId, id, line, path, query, whole, wholeText } from "../shapes.ts";

const LEASE_LOOK_MS = 1000; // between two looks for a job that another server took in
const isUnrecorded = true; // the job's own events say it

const retryCount = whole(0, 2 ** 31 - 1);
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hex"));
const blob = v.strictObject({ name: line(200), hash });
const step = whole(0, 2 ** 53 - 1);
const text = v.pipe(v.string(), v.maxLength(4000, "is too long"));

const note = v.strictObject({
  type: v.picklist(["metrics", "message"], "must be metrics or message"),
  message: text,
  level: v.optional(v.picklist(["info", "warn", "error"], "must be info, warn or error"), "info"),
  data: v.optional(v.record(v.string(), v.unknown()), {}),
});
const beat = v.strictObject({
  retryCount,
  progress: v.optional(v.strictObject({ step, steps: v.nullable(step) })),
  notes: v.optional(v.pipe(v.array(note), v.maxLength(500, "are too many")), []),
});

const byAttempt = path(v.object({ id, hash }));
const attemptText = query(v.object({ retryCount: wholeText(0, 2 ** 31 - 1) }));

/** Records the end of an attempt in its own transaction. */
const recording =
  (context: Context<TeamEnv>, action: string): Also =>
  (tx, job) =>
    recorder(context, context.var.caller, tx)(action, job.id, { worker: job.worker, state: job.state, model: job.result?.model ?? null }); // prettier-ignore

export const workerRoutes = new Hono<TeamEnv>()
  .post(
    "/lease",
    gate("work", "Take the next job; waits for one so many seconds", { isUnrecorded }),
    body(v.strictObject({ worker: line(100), waitSeconds: v.optional(whole(0, 25), 0) })),
    async (context) => {
      const { worker, waitSeconds } = context.req.valid("json");
      const jobs = await context.var.team.jobs();
      const until = performance.now() + 1000 * waitSeconds;
      let job = await jobs.attempts.lease(worker);
      while (!job && performance.now() < until && !context.req.raw.signal.aborted) {
        await jobs.news(Math.min(LEASE_LOOK_MS, until - performance.now()));
        job = await jobs.attempts.lease(worker);
      }
      return context.json({ job });
    },
  )
  .post(
    "/jobs/:id/heartbeat",
    gate("work", "Keep a job, say what happened, hear what is wanted", { isUnrecorded, mostBytes: 2 ** 20 }),
    byId,
    body(beat),
    async (context) => {
      // prettier-ignore
      const { retryCount: count, progress, notes } = context.req.valid("json");
      const { attempts } = await context.var.team.jobs();
      const wanted = await attempts.beat({ id: context.req.valid("param").id, retryCount: count }, { progress, notes });
      return context.json({ wanted });
    },
  )
  .get("/jobs/:id/blobs/:hash", gate("work", "A file that the job needs"), byAttempt, attemptText, async (context) => {
    const { team } = context.var;
    const { hash: wanted, ...param } = context.req.valid("param");
    const job = await (await team.jobs()).attempts.held({ ...param, ...context.req.valid("query") });
    const checkpoint = job.checkpoint && { ...job.checkpoint, name: "checkpoint" };
    const found = [...job.inputs, ...(checkpoint ? [checkpoint] : [])].find((one) => one.hash === wanted);
    return download(context, team.blobs, found ?? notFound("file"));
  })
  .put(
    "/jobs/:id/blobs/:hash",
    gate("work", "Upload what a job made: the body is its bytes", { isUnrecorded, mostBytes: MOST_BLOB_BYTES }),
    byAttempt,
    attemptText,
    async (context) => {
      // prettier-ignore
      const { team } = context.var;
      const { hash: expected, ...param } = context.req.valid("param");
      await (await team.jobs()).attempts.held({ ...param, ...context.req.valid("query") });
      return context.json(await team.blobs.put(contentOf(context.req.raw), MOST_BLOB_BYTES, expected));
    },
  )
  .post(
    "/jobs/:id/checkpoint",
    gate("work", "Say where another attempt would go on", { isUnrecorded }),
    byId,
    body(v.strictObject({ retryCount, step, hash })),
    async (context) => {
      // prettier-ignore
      const { retryCount: count, step: at, hash: kept } = context.req.valid("json");
      const attempt = attemptOf(context.req.valid("param").id, count);
      await (await context.var.team.jobs()).attempts.keep(attempt, { step: at, ...(await uploaded(context, kept)) });
      return context.json({ step: at });
    },
  )
  .post(
    "/jobs/:id/complete",
    gate("work", "End a job with what it made"),
    byId,
    body(v.strictObject({ retryCount, files: v.pipe(v.array(blob), v.maxLength(100, "are too many")), summary: v.optional(v.record(v.string(), v.unknown()), {}) })), // prettier-ignore
    async (context) => {
      const { retryCount: count, files, summary } = context.req.valid("json");
      const attempt = attemptOf(context.req.valid("param").id, count);
      const kept = await Promise.all(files.map(async ({ name, hash: of }) => ({ name, ...(await uploaded(context, of)) }))); // prettier-ignore
      const { attempts } = await context.var.team.jobs();
      const job = await attempts.complete(attempt, { files: kept, summary }, recording(context, "job.finish"));
      return context.json({ job });
    },
  )
  .post(
    "/jobs/:id/fail",
    gate("work", "End an attempt that failed"),
    byId,
    body(v.strictObject({ retryCount, error: v.strictObject({ code: line(60), message: text }), isFinal: v.boolean("must be true or false") })), // prettier-ignore
    async (context) => {
      const { retryCount: count, error, isFinal } = context.req.valid("json");
      const attempt = attemptOf(context.req.valid("param").id, count);
      const { attempts } = await context.var.team.jobs();
      return context.json({ job: await attempts.fail(attempt, error, isFinal, recording(context, "job.fail")) });
    },
  )
  .post(
    "/jobs/:id/release",
    gate("work", "Give a job back"),
    byId,
    body(v.strictObject({ retryCount })),
    async (context) => {
      // prettier-ignore
      const attempt = attemptOf(context.req.valid("param").id, context.req.valid("json").retryCount);
      const { attempts } = await context.var.team.jobs();
      return context.json({ job: await attempts.release(attempt, recording(context, "job.release")) });
    },
  );

const attemptOf = (of: string, count: number): Attempt => ({ id: of, retryCount: count });

/** A blob that has arrived. */
async function uploaded(context: Context<TeamEnv>, of: string): Promise<{ hash: string; bytes: number }> {
  const bytes = await context.var.team.blobs.size(of);
  return bytes === null ? refuse({ status: 409, code: "not-uploaded", message: `${of} is not here: upload it first.` }) : { hash: of, bytes }; // prettier-ignore
}
