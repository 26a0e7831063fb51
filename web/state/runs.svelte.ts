// The fine-tuning runs, as the text worker announces them: the list, and curve and answers of those that were opened. Knows
// the contract's tuning, not how anything is trained.
import type { AppErrorCode, RunDetail, RunInfo, RunPoint } from "../../worker/contract/index.ts";
import type { RunSample, Tuning, TuningEvent, TuningRequest } from "../../worker/contract/index.ts";
import { Attempts } from "./attempts.svelte.ts";

export type RunsClient = Pick<
  Tuning,
  "start" | "pause" | "resume" | "stopAndKeep" | "removeRun" | "runs" | "run" | "subscribe"
>;

/** What a new run starts from, when another place sends the user there. */
export interface DraftSeed {
  readonly dataset?: string;
  readonly like?: RunDetail; // its settings
  readonly isGentler?: boolean; // at a third of its learning rate
}

export class RunsState {
  #runs = $state.raw<readonly RunInfo[]>([]);
  #details = $state.raw<Readonly<Record<string, RunDetail>>>({});
  #isLoaded = $state(false);
  readonly #attempts = new Attempts();
  #opened = $state<string | null>(null); // last; null once what is said of it was dismissed
  #seed: DraftSeed = {};
  // What arrives while a run is being opened.
  readonly #early = new Map<string, { points: RunPoint[]; samples: RunSample[] }>();
  readonly #client: RunsClient;
  readonly #onAdaptersChanged: () => void;

  constructor(client: RunsClient, onAdaptersChanged: () => void) {
    this.#client = client;
    this.#onAdaptersChanged = onAdaptersChanged;
  }

  /** Newest first. */
  get runs(): readonly RunInfo[] {
    return this.#runs;
  }
  get interrupted(): readonly RunInfo[] {
    return this.#runs.filter(({ state }) => state === "interrupted");
  }
  get isLoaded(): boolean {
    return this.#isLoaded;
  }
  /** Why the runs could not do what was asked last, or why the run that was opened last cannot be steered here. */
  get error(): AppErrorCode | null {
    return this.#attempts.error ?? this.#elsewhere;
  }
  get #elsewhere(): AppErrorCode | null {
    const run = this.#opened === null ? undefined : this.find(this.#opened);
    return run?.state === "running" ? run.error : null;
  }
  find(id: string): RunInfo | undefined {
    return this.#runs.find((run) => run.id === id);
  }
  /** Curve, answers and settings of a run that was opened; its state is that of the list. */
  detail(id: string): RunDetail | undefined {
    const detail = this.#details[id];
    return detail && { ...detail, ...this.find(id) };
  }

  /** Reads the list and listens from now on. */
  async load(): Promise<void> {
    await this.#attempts.run(async () => {
      await this.#client.subscribe((event) => this.#on(event));
      this.#runs = await this.#client.runs();
      this.#isLoaded = true;
    });
  }

  /** Reads a run's curve and answers, which then follow what is announced. */
  async open(id: string): Promise<void> {
    this.#opened = id;
    if (this.#details[id] !== undefined || this.#early.has(id)) return;
    const early = { points: [] as RunPoint[], samples: [] as RunSample[] };
    this.#early.set(id, early);
    await this.#attempts.run(async () => {
      const detail = await this.#client.run(id);
      const points = early.points.reduce(withPoint, detail.points);
      const samples = early.samples.reduce(withSample, detail.samples);
      this.#details = { ...this.#details, [id]: { ...detail, points, samples } };
    });
    this.#early.delete(id);
  }

  /** Throws what the worker throws. */
  async start(request: TuningRequest): Promise<RunInfo> {
    const run = await this.#client.start(request);
    if (this.find(run.id) === undefined) this.#merge(run);
    return run;
  }
  async pause(id: string): Promise<void> {
    await this.#attempts.run(() => this.#client.pause(id));
  }
  async resume(id: string): Promise<void> {
    await this.#attempts.run(() => this.#client.resume(id));
  }
  async stopAndKeep(id: string): Promise<void> {
    await this.#attempts.run(() => this.#client.stopAndKeep(id));
  }
  /** Whether it is gone. */
  remove(id: string): Promise<boolean> {
    return this.#attempts.run(async () => {
      await this.#client.removeRun(id);
      this.#drop(id);
    });
  }
  dismissError(): void {
    this.#attempts.dismiss();
    this.#opened = null;
  }

  /** Leaves word for the next new run. */
  seed(seed: DraftSeed): void {
    this.#seed = seed;
  }
  /** What was left, once. */
  takeSeed(): DraftSeed {
    const seed = this.#seed;
    this.#seed = {};
    return seed;
  }

  #on(event: TuningEvent): void {
    if (event.type === "run-changed") this.#merge(event.run);
    else if (event.type === "run-removed") this.#drop(event.run);
    else if (event.type === "adapters-changed") this.#onAdaptersChanged();
    else if (event.type === "run-point") {
      this.#early.get(event.run)?.points.push(event.point);
      this.#update(event.run, ({ points }) => ({ points: withPoint(points, event.point) }));
    } else {
      this.#early.get(event.run)?.samples.push(event.sample);
      this.#update(event.run, ({ samples }) => ({ samples: withSample(samples, event.sample) }));
    }
  }

  #merge(run: RunInfo): void {
    const index = this.#runs.findIndex(({ id }) => id === run.id);
    this.#runs = index < 0 ? [run, ...this.#runs] : this.#runs.with(index, run);
  }
  #drop(id: string): void {
    this.#runs = this.#runs.filter((run) => run.id !== id);
    const { [id]: _, ...details } = this.#details;
    this.#details = details;
  }
  #update(id: string, change: (detail: RunDetail) => Partial<RunDetail>): void {
    const detail = this.#details[id];
    if (detail !== undefined) this.#details = { ...this.#details, [id]: { ...detail, ...change(detail) } };
  }
}

// A run that goes on from its checkpoint repeats a few steps: the later word counts, and what lay after it is taken anew.
function withPoint(points: readonly RunPoint[], point: RunPoint): readonly RunPoint[] {
  const last = points.at(-1);
  if (last === undefined || last.step < point.step) return [...points, point];
  return [...points.filter(({ step }) => step < point.step), point];
}

function withSample(samples: readonly RunSample[], sample: RunSample): readonly RunSample[] {
  const isSame = (other: RunSample) => other.step === sample.step && other.prompt === sample.prompt;
  return [...samples.filter((other) => !isSame(other)), sample];
}
