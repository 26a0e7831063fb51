// A worker: asks for a job, does it, asks for the next, until it is stopped; then the job under way goes back.
import { setTimeout as sleep } from "node:timers/promises";
import { detailOf, fail } from "../../worker/contract/errors.ts";
import { sentence } from "../sentence.ts";
import { AttemptRun, type LeasedJob, type Place } from "./attempt.ts";
import type { Server } from "./server.ts";

const WAIT_SECONDS = 20; // for a job, at the server
const PAUSE_MS = { first: 250, longest: 10_000 }; // while the server cannot be reached

export class Worker {
  #running: AttemptRun | null = null;
  readonly #stopping = new AbortController();

  constructor(
    private readonly server: Server,
    private readonly name: string,
    private readonly place: Place,
    private readonly log: (line: string) => void,
  ) {}

  /** Works until `stop`. Throws invalid-argument when the server refuses the key. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    let pause = PAUSE_MS.first;
    while (!signal.aborted) {
      try {
        const job = await this.#leased(signal);
        pause = PAUSE_MS.first;
        if (job) await this.#do(job);
      } catch (error) {
        if (signal.aborted) return;
        this.log(refusal(error));
        await sleep(pause, undefined, { signal }).catch(() => undefined);
        pause = Math.min(PAUSE_MS.longest, 2 * pause);
      }
    }
  }

  /** Gives the job under way back, with a checkpoint where it has one, and ends. */
  stop(): void {
    this.#stopping.abort();
    this.#running?.stop();
  }

  async #do(job: LeasedJob): Promise<void> {
    this.log(`${job.name} (${job.kind}): begun`);
    this.#running = new AttemptRun(this.server, job, this.place);
    if (this.#stopping.signal.aborted) this.#running.stop();
    this.log(`${job.name} (${job.kind}): ${await this.#running.run()}`);
    this.#running = null;
  }

  /** The next job; null when none came in time. */
  async #leased(signal: AbortSignal): Promise<LeasedJob | null> {
    const json = { worker: this.name, waitSeconds: WAIT_SECONDS };
    const { api } = this.server;
    const answer = await this.server.ask(() => api.workers.lease.$post({ json }, { init: { signal } }), []);
    const { job } = await answer.json();
    return job && { ...job, attempt: job.attempt! };
  }
}

/** A server that is away comes back; one that refuses the key does not change its mind. */
function refusal(error: unknown): string {
  const detail = detailOf(error);
  if (detail.code === "hub-refused" && (detail.status === 401 || detail.status === 403))
    fail({ code: "invalid-argument", name: "--key", reason: "the server refuses it: make one with the scope worker" });
  return sentence(detail);
}
