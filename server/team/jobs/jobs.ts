// Jobs as their owners see them: made, paused, cancelled, tried again; and the watch over workers that fall silent. What workers do
// with them is in attempts.ts. A job's row and the queue's change in one transaction, the queue's first: so no two wait for each other.
import { EventEmitter, once } from "node:events";
import { randomUUID } from "node:crypto";
import { and, eq, lt } from "drizzle-orm";
import type { Client, Queries } from "../database.ts";
import { refuse } from "../errors.ts";
import { jobs, type Job, type JobState } from "../schema/index.ts";
import { Attempts } from "./attempts.ts";
import { changed, locked, noted, type Note } from "./journal.ts";
import { Queue, type Retries } from "./queue.ts";

export interface JobOptions {
  readonly retries?: Retries;
  readonly lostAfterMs?: number; // a worker that was silent so long has lost its job
}
const RETRIES: Retries = { limit: 3, delaySeconds: 5 };
const LOST_AFTER_MS = 15_000;

/** What jobs need of the team. */
export interface Surroundings {
  readonly db: Queries;
  readonly client: Client;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

export type NewJob = Pick<Job, "personId" | "kind" | "name" | "model" | "config" | "inputs" | "metadata" | "priority">;

const open: readonly JobState[] = ["queued", "running", "paused"];
export const isOver = (state: JobState): boolean => !open.includes(state);

export class Jobs {
  readonly attempts: Attempts;
  readonly #news = new EventEmitter().setMaxListeners(0);

  private constructor(
    private readonly team: Surroundings,
    private readonly queue: Queue,
    private readonly lostAfterMs: number,
  ) {
    this.attempts = new Attempts(team, queue, (id) => this.announce(id));
  }

  static async open(team: Surroundings, options: JobOptions = {}): Promise<Jobs> {
    const onError = () => team.log("The job queue's housekeeping failed; it will be tried again.");
    const queue = await Queue.open(team.client, options.retries ?? RETRIES, onError);
    return new Jobs(team, queue, options.lostAfterMs ?? LOST_AFTER_MS);
  }

  close(): Promise<void> {
    this.#news.emit("any");
    return this.queue.close();
  }

  /** Tells who waits that this job, or any, has changed. */
  announce(id: string): void {
    this.#news.emit(id);
    this.#news.emit("any");
  }

  /** Resolves when the job, or without one any, has changed, and after `ms` in any case: another server's changes are not heard. */
  async news(ms: number, id = "any"): Promise<void> {
    await once(this.#news, id, { signal: AbortSignal.timeout(ms) }).catch(() => undefined);
  }

  async create(tx: Queries, given: NewJob): Promise<Job> {
    const [id, createdAt] = [randomUUID(), this.#now()];
    const row = { ...given, id, createdAt, state: "queued" as const, failures: 0 };
    const [job] = await tx.insert(jobs).values(row).returning();
    await this.queue.add(tx, id, given.priority);
    const note: Note = { type: "state", message: "It waits for a worker.", data: { state: "queued" } };
    await noted(tx, job, createdAt, [note]);
    return job;
  }

  /** Ends it at once; a worker that has it hears so with its next heartbeat. */
  async cancel(tx: Queries, id: string): Promise<Job> {
    const { state } = await this.#locked(tx, id);
    if (isOver(state)) cannot(state, "cancelled");
    await this.queue.takeOut(tx, id);
    return this.#become(tx, id, "cancelled", "It was cancelled.", { finishedAt: this.#now(), wanted: null });
  }

  /** Asks its worker to stop after a checkpoint; one that waits is paused at once. */
  async pause(tx: Queries, id: string): Promise<Job> {
    const { state } = await this.#locked(tx, id);
    if (state === "running") {
      const note = { type: "message", message: "It is asked to pause." } as const;
      return changed(tx, id, { wanted: "pause" }, this.#now(), [note]);
    }
    if (state !== "queued") cannot(state, "paused");
    await this.queue.takeOut(tx, id);
    return this.#become(tx, id, "paused", "It is paused.");
  }

  async resume(tx: Queries, id: string): Promise<Job> {
    const job = await this.#locked(tx, id);
    if (job.state === "running" && job.wanted === "pause") return changed(tx, id, { wanted: null }, this.#now(), []);
    if (job.state !== "paused") cannot(job.state, "resumed");
    await this.queue.putBack(tx, job);
    return this.#become(tx, id, "queued", "It goes on: it waits for a worker.");
  }

  /** Tries one again that failed or was cancelled, from its last checkpoint on. */
  async retry(tx: Queries, id: string): Promise<Job> {
    const job = await this.#locked(tx, id);
    if (job.state !== "failed" && job.state !== "cancelled") cannot(job.state, "tried again");
    if (!(await this.queue.revive(tx, id))) await this.queue.putBack(tx, { ...job, failures: 0 });
    const anew = { failures: 0, error: null, finishedAt: null };
    return this.#become(tx, id, "queued", "It is tried again: it waits for a worker.", anew);
  }

  async setPriority(tx: Queries, id: string, priority: number): Promise<Job> {
    const { state } = await this.#locked(tx, id);
    if (isOver(state)) cannot(state, "moved");
    await this.queue.setPriority(tx, id, priority);
    return changed(tx, id, { priority }, this.#now(), []);
  }

  /** Ends the attempts of workers that fell silent. */
  async tick(): Promise<void> {
    const since = new Date(this.team.now() - this.lostAfterMs);
    const isSilent = and(eq(jobs.state, "running"), lt(jobs.heartbeatAt, since));
    for (const { id } of await this.team.db.select({ id: jobs.id }).from(jobs).where(isSilent)) {
      await this.team.db.transaction(async (tx) => {
        const job = await this.#locked(tx, id);
        const isStill = job.state === "running" && job.heartbeatAt !== null && job.heartbeatAt < since;
        if (!isStill || job.attempt === null) return;
        const error = { code: "worker-lost", message: `The worker ${job.worker} fell silent.` };
        await this.attempts.ended(tx, { id, retryCount: job.attempt }, error);
      });
      this.announce(id);
    }
  }

  deadCount(): Promise<number> {
    return this.queue.deadCount();
  }

  readonly #now = (): Date => new Date(this.team.now());

  async #locked(tx: Queries, id: string): Promise<Job> {
    await this.queue.lock(tx, id);
    return locked(tx, id);
  }

  #become(tx: Queries, id: string, state: JobState, message: string, set: Partial<Job> = {}): Promise<Job> {
    return changed(tx, id, { ...set, state }, this.#now(), [{ type: "state", message, data: { state } }]);
  }
}

const cannot = (state: JobState, what: string): never =>
  refuse({ status: 409, code: "wrong-state", message: `The job is ${state}: it cannot be ${what} now.` });
