// Jobs as workers see them: taken, kept alive by heartbeats, ended. Whatever comes from an attempt that no longer holds its job is
// refused, and changes nothing.
import { and, eq, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { addVersion, baseOf } from "../models/registry.ts";
import { refuse } from "../errors.ts";
import { jobs, type Checkpoint, type Job, type JobError, type JobResult, type Progress, type Wanted } from "../schema/index.ts"; // prettier-ignore
import { changed, locked, type Note } from "./journal.ts";
import type { Surroundings } from "./jobs.ts";
import { kinds, type Kind } from "./kinds.ts";
import type { Attempt, Queue } from "./queue.ts";

export interface Beat {
  readonly progress?: Progress | undefined;
  readonly notes?: readonly Note[];
}

/** What happens in the same transaction as the end of an attempt. */
export type Also = (tx: Queries, job: Job) => Promise<void>;
const nothing: Also = () => Promise.resolve();

export class Attempts {
  constructor(
    private readonly team: Pick<Surroundings, "db" | "now">,
    private readonly queue: Queue,
    private readonly announce: (id: string) => void,
  ) {}

  /** The next job, for this worker alone; null when none waits. */
  async lease(worker: string): Promise<Job | null> {
    const job = await this.team.db.transaction(async (tx) => {
      const attempt = await this.queue.take(tx);
      if (!attempt) return null;
      const [at, { id, retryCount }] = [this.#now(), attempt];
      const set = { state: "running" as const, attempt: retryCount, worker, heartbeatAt: at, wanted: null };
      await tx.update(jobs).set({ startedAt: sql`coalesce(${jobs.startedAt}, ${at.toISOString()}::timestamptz)` }).where(eq(jobs.id, id)); // prettier-ignore
      return changed(tx, id, set, at, [{ type: "state", message: `${worker} has it.`, data: { state: "running", worker } }]); // prettier-ignore
    });
    if (job) this.announce(job.id);
    return job;
  }

  /** The job that this attempt holds. Refuses a stale one. */
  async held({ id, retryCount }: Attempt): Promise<Job> {
    const isHeld = and(eq(jobs.id, id), eq(jobs.attempt, retryCount), eq(jobs.state, "running"));
    const [job] = await this.team.db.select().from(jobs).where(isHeld);
    return job ?? stale();
  }

  /** A sign of life and what happened since the last; answers what is wanted of the worker. Refuses a stale attempt. */
  beat(attempt: Attempt, { progress, notes = [] }: Beat): Promise<Wanted | null> {
    return this.#asHolder(attempt, async (tx) => {
      const set = { heartbeatAt: this.#now(), ...(progress && { progress }) };
      return (await changed(tx, attempt.id, set, this.#now(), notes)).wanted;
    });
  }

  /** Where the next attempt would go on. */
  keep(attempt: Attempt, checkpoint: Checkpoint): Promise<void> {
    const note: Note = { type: "checkpoint", message: `Step ${checkpoint.step} is kept.`, data: { ...checkpoint } };
    return this.#asHolder(attempt, async (tx) => {
      await changed(tx, attempt.id, { checkpoint, heartbeatAt: this.#now() }, this.#now(), [note]);
    });
  }

  /** The job is done; an adapter that it made is registered. Refuses a stale attempt. */
  async complete(attempt: Attempt, { files, summary }: Omit<JobResult, "model">, also: Also = nothing): Promise<Job> {
    return this.#ended(attempt, also, async (tx) => {
      if (!(await this.queue.complete(tx, attempt))) stale();
      const [job, at] = [await locked(tx, attempt.id), this.#now()];
      const model = await this.#registered(tx, job, { files, summary }, at);
      const set = { state: "finished" as const, finishedAt: at, wanted: null, error: null, result: { files, summary, model } }; // prettier-ignore
      return changed(tx, job.id, set, at, [{ type: "state", message: "It is done.", data: { state: "finished" } }]);
    });
  }

  /** The attempt failed; `isFinal` when another would, too. Refuses a stale attempt. */
  async fail(attempt: Attempt, error: JobError, isFinal: boolean, also: Also = nothing): Promise<Job> {
    return this.#ended(attempt, also, async (tx) => (await this.ended(tx, attempt, error, isFinal)) ?? stale());
  }

  /** The worker gives the job back, with no failure: it was asked to pause, or is being stopped itself. Refuses a stale attempt. */
  async release(attempt: Attempt, also: Also = nothing): Promise<Job> {
    return this.#ended(attempt, also, async (tx) => {
      if (!(await this.queue.takeOut(tx, attempt))) stale();
      const job = await locked(tx, attempt.id);
      if (job.wanted === "pause") return this.#paused(tx, job);
      await this.queue.putBack(tx, job);
      const note: Note = { type: "state", message: `${job.worker} gave it back.`, data: { state: "queued" } };
      return changed(tx, job.id, { state: "queued" }, this.#now(), [note]);
    });
  }

  /** Ends an attempt that failed: the job waits for another, or it has failed itself. Null when the attempt was stale. */
  async ended(tx: Queries, attempt: Attempt, error: JobError, isFinal = false): Promise<Job | null> {
    if (!(await this.queue.holds(tx, attempt))) return null;
    const job = await locked(tx, attempt.id);
    const [at, failures] = [this.#now(), job.failures + 1];
    const outcome = await this.queue.fail(tx, attempt, error, job.failures);
    const isOver = isFinal || outcome === "dead";
    const failed: Note = { type: "message", level: "error", message: error.message, data: { ...error } };
    if (!isOver && job.wanted === "pause") {
      await this.queue.takeOut(tx, job.id);
      await changed(tx, job.id, { failures, error }, at, [failed]);
      return this.#paused(tx, job);
    }
    if (isFinal && outcome === "retry") await this.queue.takeOut(tx, job.id);
    const state = isOver ? ("failed" as const) : ("queued" as const);
    const message = isOver ? "It has failed." : "It waits for another attempt.";
    const set = { state, error, failures, wanted: null, ...(isOver && { finishedAt: at }) };
    return changed(tx, job.id, set, at, [failed, { type: "state", message, data: { state } }]);
  }

  readonly #now = (): Date => new Date(this.team.now());

  #paused(tx: Queries, { id }: Job): Promise<Job> {
    const note: Note = { type: "state", message: "It is paused.", data: { state: "paused" } };
    return changed(tx, id, { state: "paused", wanted: null }, this.#now(), [note]);
  }

  async #registered(tx: Queries, job: Job, { files, summary }: Omit<JobResult, "model">, at: Date) {
    if (!kinds[job.kind as Kind].makesAdapter) return null;
    const data = job.inputs.find(({ role }) => role === "train");
    const base = await baseOf(tx, job.name); // another job may have taken the name meanwhile
    const name = base === null || base === job.model ? job.name : `${job.name}-${job.id.slice(0, 8)}`;
    const about = { model: name, base: job.model, personId: job.personId, jobId: job.id, runId: null, note: "" };
    const made = await addVersion(tx, { ...about, dataHash: data?.hash ?? null, files, measures: summary, at });
    return { name: made.model, version: made.version };
  }

  /** Runs `work` while the attempt holds its job. */
  async #asHolder<T>(attempt: Attempt, work: (tx: Queries) => Promise<T>): Promise<T> {
    return this.#settled(attempt, async (tx) => {
      if (!(await this.queue.holds(tx, attempt))) stale();
      return work(tx);
    });
  }

  #ended(attempt: Attempt, also: Also, work: (tx: Queries) => Promise<Job>): Promise<Job> {
    return this.#settled(attempt, async (tx) => {
      const job = await work(tx);
      await also(tx, job);
      return job;
    });
  }

  async #settled<T>(attempt: Attempt, work: (tx: Queries) => Promise<T>): Promise<T> {
    const result = await this.team.db.transaction(work);
    this.announce(attempt.id);
    return result;
  }
}

const stale = (): never =>
  refuse({ status: 409, code: "stale-attempt", message: "The job was cancelled, or another attempt has it: stop." });
