// One attempt at a job: its inputs fetched, its verb run, its curve and its checkpoints sent, its result handed in. Ends in order
// when it is asked to pause or the worker is stopped, and at once when the job is no longer ours.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { detailOf, type AppErrorCode } from "../../worker/contract/errors.ts";
import { sentence } from "../sentence.ts";
import type { Job } from "../team/schema/jobs.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Child, type Ended } from "./child.ts";
import { executionOf, inputPath, type Execution } from "./kinds.ts";
import { Server, Stale } from "./server.ts";

/** A job as it comes over the line: its times are texts. */
export type LeasedJob = Pick<Job, "id" | "kind" | "name" | "model" | "config" | "inputs" | "checkpoint"> & {
  readonly attempt: number;
};
export interface Place {
  readonly folder: string; // for what attempts need; each has one of its own in it
  readonly models: string | undefined;
  readonly beatMs: number;
}
export type Outcome = "finished" | "failed" | "released" | "lost";

interface Note {
  readonly type: "metrics" | "message";
  readonly message: string;
  readonly data?: Record<string, unknown>;
}
const MOST_NOTES = 500; // a heartbeat

export class AttemptRun {
  readonly #folder: string;
  readonly #out: string;
  readonly #checkpoints: Checkpoints;
  #child: Child | null = null;
  #mayStop = false;
  #notes: Note[] = [];
  #step = 0;
  #steps: number | null = null;
  #isOver = false;
  #saying: Promise<void> = Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly job: LeasedJob,
    private readonly place: Place,
  ) {
    this.#folder = join(place.folder, `${job.id}-${job.attempt}`);
    this.#out = join(this.#folder, "out");
    this.#checkpoints = new Checkpoints(server, job, this.#out);
  }

  async run(): Promise<Outcome> {
    const beating = this.#beat();
    try {
      return await this.#done();
    } catch (error) {
      if (error instanceof Stale) return "lost";
      return await this.#failed(detailOf(error)).catch(() => "lost" as const);
    } finally {
      this.#isOver = true;
      this.#child?.stop("SIGKILL");
      await beating;
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  /** Lets the job save what it has; then it is given back. */
  stop(): void {
    this.#mayStop = true;
    this.#child?.stop();
  }

  async #done(): Promise<Outcome> {
    const { job, server, place } = this;
    mkdirSync(this.#out, { recursive: true });
    for (const input of job.inputs)
      await server.fetch(job.id, job.attempt, input.hash, join(this.#folder, inputPath(input)));
    if (job.checkpoint) await server.fetch(job.id, job.attempt, job.checkpoint.hash, this.#checkpoints.file);
    this.#checkpoints.adopt();
    if (this.#mayStop) return this.#released();
    const execution = executionOf(job, this.#folder, this.#out, place.models);
    this.#child = new Child(execution.argv, this.#folder, (said) => this.#hear(said, execution));
    const ended = await this.#child.ended;
    if (this.#isOver) return "lost";
    if (this.#mayStop && ended.last?.finished !== true) {
      await this.#checkpoints.send();
      return this.#released();
    }
    if (ended.code !== 0) return this.#failed(errorOf(ended));
    return ended.last?.finished === false ? this.#released() : this.#completed(execution, ended);
  }

  #hear(said: Record<string, unknown>, { steps }: Execution): void {
    if (typeof said.step !== "number" || !("learningRate" in said)) return;
    this.#step = said.step;
    const of = steps === null ? "" : ` of ${steps}`;
    this.#steps = steps;
    this.#notes.push({ type: "metrics", message: `Step ${said.step}${of}`, data: said });
  }

  /** Says again and again that this worker lives, until the attempt is over or not ours any more. */
  async #beat(): Promise<void> {
    while (!this.#isOver) {
      this.#checkpoints.send().catch((error: unknown) => this.#heed(error)); // however long it takes
      await this.#say().catch((error: unknown) => this.#heed(error));
      await sleep(this.place.beatMs);
    }
  }

  /** What did not get through is said again next time; what is refused ends the attempt. */
  #heed(error: unknown): void {
    if (!(error instanceof Stale)) return;
    this.#isOver = true;
    this.#child?.stop("SIGKILL");
  }

  /** One after the other, or a note would be told twice and the next not at all. */
  #say(): Promise<void> {
    const next = this.#saying.catch(() => undefined).then(() => this.#sayNext());
    this.#saying = next;
    return next;
  }

  /** All that is still to be told, before the attempt ends in order. */
  async #sayAll(): Promise<void> {
    do await this.#say();
    while (this.#notes.length > 0);
  }

  async #sayNext(): Promise<void> {
    const notes = this.#notes.slice(0, MOST_NOTES);
    const progress = this.#step > 0 ? { step: this.#step, steps: this.#steps } : undefined;
    const { id, attempt: retryCount } = this.job;
    const routes = this.server.api.workers.jobs[":id"];
    const json = { retryCount, notes, ...(progress && { progress }) };
    const answer = await this.server.ask(() => routes.heartbeat.$post({ param: { id }, json }), []);
    this.#notes = this.#notes.slice(notes.length);
    const { wanted } = (await answer.json()) as { wanted: string | null };
    if (wanted === "pause" && !this.#mayStop) this.stop();
  }

  async #completed(execution: Execution, { last }: Ended): Promise<Outcome> {
    const { id, attempt: retryCount } = this.job;
    const names = execution.results(this.#out);
    const { rows: _, ...summary } = last ?? {};
    if (execution.savesOutput) {
      writeFileSync(join(this.#out, execution.savesOutput), JSON.stringify(last));
      names.push(execution.savesOutput);
    }
    const files = [];
    for (const name of names) files.push({ name, hash: await this.server.send(id, retryCount, join(this.#out, name)) });
    await this.#sayAll();
    const json = { retryCount, files, summary };
    await this.server.ask(() => this.server.api.workers.jobs[":id"].complete.$post({ param: { id }, json }));
    return "finished";
  }

  async #failed(detail: AppErrorCode): Promise<Outcome> {
    const { id, attempt: retryCount } = this.job;
    await this.#sayAll().catch(() => undefined); // why it failed is what matters
    const error = { code: detail.code, message: sentence(detail).slice(0, 4000) };
    const json = { retryCount, error, isFinal: finalCodes.has(detail.code) };
    await this.server.ask(() => this.server.api.workers.jobs[":id"].fail.$post({ param: { id }, json }));
    return "failed";
  }

  async #released(): Promise<Outcome> {
    const { id, attempt: retryCount } = this.job;
    await this.#sayAll();
    await this.server.ask(() => this.server.api.workers.jobs[":id"].release.$post({ param: { id }, json: { retryCount } })); // prettier-ignore
    return "released";
  }
}

/** What another attempt, on this machine or another, would run into again. */
const finalCodes: ReadonlySet<string> = new Set<AppErrorCode["code"]>([
  ...(["bad-file", "invalid-argument", "model-unsupported", "training-diverged"] as const),
  ...(["context-full", "data-unreadable"] as const),
]);

/** Why the verb ended as it did: what it said of it itself, or that it crashed. */
function errorOf({ code, signal, errors }: Ended): AppErrorCode {
  for (const line of errors.toReversed())
    try {
      const { error } = JSON.parse(line) as { error?: AppErrorCode };
      if (error) return error;
    } catch {
      // a line for people
    }
  return { code: "gpu-lost", reason: `the process ended by ${signal ?? `code ${code}`}: ${errors.at(-1) ?? ""}` };
}
