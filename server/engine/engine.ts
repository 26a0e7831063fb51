// The server's end of the engine: starts the process that runs the models, hands it one job after the other, and starts it anew
// when it dies. A crash of the driver costs the answer under way, nothing else.
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { AppError, type AppErrorCode } from "../../worker/contract/errors.ts";
import { projectRoot } from "../folder.ts";
import { sentence } from "../sentence.ts";
import type { AdapterSpec, EmbedJob, Embedded, EngineJob, EngineSpec, FromEngine, GenerateJob, Generated, OnText, ServedModel, ToEngine } from "./protocol.ts"; // prettier-ignore

interface Waiting {
  readonly id: number;
  readonly job: EngineJob;
  readonly onText: OnText;
  readonly resolve: (result: Generated | Embedded) => void;
  readonly reject: (error: unknown) => void;
}

const LONGEST_PAUSE_MS = 30_000; // before a process that keeps dying is started again
const CRASHED: AppErrorCode = {
  code: "gpu-lost",
  reason: "the process that runs the models ended; it is being started again, ask once more",
};

export class Engine {
  #models: readonly ServedModel[] = [];
  #adopted: readonly AdapterSpec[] = [];
  #child: ChildProcess | null = null;
  #isReady = false;
  #isStopping = false;
  #running: Waiting | null = null;
  #queue: Waiting[] = [];
  #lastId = 0;
  #deaths = 0; // since a job was last done
  #failure: AppErrorCode = CRASHED; // why the process last ended
  #jobMs = 1000; // what a job takes, on average over the last few
  #startedAt = 0;
  #opened!: { resolve: () => void; reject: (error: unknown) => void };

  private constructor(readonly spec: EngineSpec) {}

  /** Resolves when every model is loaded. Throws what loading throws. */
  static async start(spec: EngineSpec): Promise<Engine> {
    const engine = new Engine(spec);
    await new Promise<void>((resolve, reject) => {
      engine.#opened = { resolve, reject };
      engine.#open();
    });
    return engine;
  }

  get models(): readonly ServedModel[] {
    return this.#models;
  }
  /** Whether a job is under way. */
  get isBusy(): boolean {
    return this.#running !== null;
  }
  /** Jobs that wait for the device, without the one under way. */
  get waitingCount(): number {
    return this.#queue.length;
  }
  /** When a job that comes now would have its turn, at a guess. */
  get waitSeconds(): number {
    return Math.max(1, Math.ceil(((this.#queue.length + 1) * this.#jobMs) / 1000));
  }
  /** The process that runs the models; undefined while there is none. */
  get processId(): number | undefined {
    return this.#child?.pid;
  }

  /** Throws gpu-lost when the process dies under it, and the signal's reason when it was cancelled before its turn. */
  generate(job: GenerateJob, signal: AbortSignal, onText: OnText = () => {}): Promise<Generated> {
    return this.#enqueue(job, signal, onText) as Promise<Generated>;
  }

  embed(job: EmbedJob, signal: AbortSignal): Promise<Embedded> {
    return this.#enqueue(job, signal, () => {}) as Promise<Embedded>;
  }

  /** Serves these adapters, too, in place of those given here before. Their names are "base:name"; a folder's files do not change. */
  adopt(adapters: readonly AdapterSpec[]): void {
    this.#adopted = adapters;
    if (this.#isReady) this.#say({ type: "adapters", adapters });
  }

  /** Ends the process; what waits is refused. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#refuseAll({ code: "gpu-unavailable", reason: "the server is being stopped" });
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    if (child.connected) child.disconnect();
    const impatience = setTimeout(() => child.kill("SIGKILL"), 3000);
    await ended;
    clearTimeout(impatience);
  }

  #enqueue(job: EngineJob, signal: AbortSignal, onText: OnText): Promise<Generated | Embedded> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      this.#queue.push({ id, job, onText, resolve, reject });
      signal.addEventListener("abort", () => this.#cancel(id, signal.reason), { once: true });
      this.#next();
    });
  }

  #cancel(id: number, reason: unknown): void {
    if (this.#running?.id === id) return this.#say({ type: "cancel", id });
    this.#queue.find((waiting) => waiting.id === id)?.reject(reason);
    this.#queue = this.#queue.filter((waiting) => waiting.id !== id);
  }

  #next(): void {
    if (!this.#isReady || this.#running) return;
    this.#running = this.#queue.shift() ?? null;
    if (!this.#running) return;
    this.#startedAt = performance.now();
    this.#say({ type: "job", id: this.#running.id, job: this.#running.job });
  }

  #say(message: ToEngine): void {
    // A channel that closes under the message says so by the process's end.
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  #open(): void {
    if (this.#isStopping) return;
    const child = fork(join(projectRoot(), "server/loam.mjs"), ["engine"], {
      execArgv: [], // none of what this process was started with
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child = child;
    child.on("message", (message) => this.#take(message as FromEngine));
    child.once("exit", () => this.#ended());
    this.#say({ type: "start", spec: this.spec });
  }

  #take(message: FromEngine): void {
    switch (message.type) {
      case "ready":
        this.#models = message.models;
        this.#isReady = true;
        if (this.#adopted.length > 0) this.#say({ type: "adapters", adapters: this.#adopted });
        this.#opened.resolve();
        return this.#next();
      case "models":
        this.#models = message.models;
        for (const { name, detail } of message.failures) console.error(`${name} is not served: ${sentence(detail)}`);
        return;
      case "not-started":
        this.#failure = message.detail;
        return;
      case "text":
        if (this.#running?.id === message.id) this.#running.onText(message.text, message.tokens);
        return;
      case "generated":
      case "embedded":
        return this.#done(message.id, (waiting) => waiting.resolve(message.result));
      case "failed":
        return this.#done(message.id, (waiting) => waiting.reject(new AppError(message.detail)));
      default:
        return message satisfies never;
    }
  }

  #done(id: number, settle: (waiting: Waiting) => void): void {
    const waiting = this.#running;
    if (waiting?.id !== id) return;
    this.#running = null;
    this.#deaths = 0;
    this.#jobMs += (performance.now() - this.#startedAt - this.#jobMs) / 4;
    settle(waiting);
    this.#next();
  }

  /** The process is gone: the answer under way is lost; what waits is kept for the next process, unless this one never was ready. */
  #ended(): void {
    const wasReady = this.#isReady;
    this.#child = null;
    this.#isReady = false;
    this.#running?.reject(new AppError(CRASHED));
    this.#running = null;
    if (!wasReady) this.#refuseAll(this.#failure);
    this.#failure = CRASHED;
    if (this.#isStopping || this.#models.length === 0) return;
    const pause = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** this.#deaths++);
    setTimeout(() => this.#open(), pause).unref();
  }

  #refuseAll(detail: AppErrorCode): void {
    const error = new AppError(detail);
    if (this.#models.length === 0) this.#opened.reject(error);
    for (const { reject } of [this.#running, ...this.#queue].filter((waiting) => waiting !== null)) reject(error);
    this.#running = null;
    this.#queue = [];
  }
}
