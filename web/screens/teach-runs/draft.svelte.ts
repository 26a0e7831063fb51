// A new run being prepared: what is chosen, what is missing, what it would take. Knows the contract's tuning; draws nothing.
import { detailOf, type AppErrorCode, type DatasetInfo, type Preset } from "../../../worker/contract/index.ts";
import type { RunInfo, SplitCounts, Tuning, TuningMethod, TuningPlan } from "../../../worker/contract/index.ts";
import type { TuningRequest, TuningSettings } from "../../../worker/contract/index.ts";

export const draftSteps = ["model", "examples", "settings", "review"] as const;
export type DraftStep = (typeof draftSteps)[number];
/** What stands between the user and a run; null: nothing. */
export type DraftNeed =
  "model" | "examples" | "rows" | "pairs" | "name" | "settings" | "review" | "planning" | "plan" | null;

export interface DraftClient {
  readonly tuning: Pick<Tuning, "presets" | "plan" | "pairCounts">;
  start(request: TuningRequest): Promise<RunInfo>;
}

export class RunDraft {
  step = $state<DraftStep>("model");
  #model = $state<string | null>(null);
  #dataset = $state.raw<DatasetInfo | null>(null);
  #name = $state("");
  #isNamed = false;
  #presets = $state.raw<Readonly<Record<TuningMethod, readonly Preset[]>>>({ sft: [], dpo: [] });
  #pairs = $state.raw<SplitCounts | null>(null);
  #settings = $state.raw<TuningSettings | null>(null);
  #plan = $state.raw<TuningPlan | null>(null);
  #error = $state.raw<AppErrorCode | null>(null);
  #isPlanning = $state(false);
  #isStarting = $state(false);
  #version = 0; // of what is chosen; a plan for an older one does not count
  readonly #client: DraftClient;

  constructor(client: DraftClient) {
    this.#client = client;
  }

  get model(): string | null {
    return this.#model;
  }
  get dataset(): DatasetInfo | null {
    return this.#dataset;
  }
  get name(): string {
    return this.#name;
  }
  get method(): TuningMethod {
    return this.#settings?.method ?? "sft";
  }
  /** Of the method. */
  get presets(): readonly Preset[] {
    return this.#presets[this.method];
  }
  /** How many of the data set's rows are preference pairs; null while that is not known. */
  get pairs(): SplitCounts | null {
    return this.#pairs;
  }
  get settings(): TuningSettings | null {
    return this.#settings;
  }
  /** The preset that the settings are, or null when they were changed. */
  get preset(): Preset | null {
    const now = JSON.stringify(this.#settings);
    return this.presets.find(({ settings }) => JSON.stringify(settings) === now) ?? null;
  }
  get plan(): TuningPlan | null {
    return this.#plan;
  }
  /** Why there is no plan, or why the run did not start. */
  get error(): AppErrorCode | null {
    return this.#error;
  }
  get isStarting(): boolean {
    return this.#isStarting;
  }
  get need(): DraftNeed {
    if (this.#model === null) return "model";
    if (this.#dataset === null) return "examples";
    if (this.#dataset.version.counts.train === 0) return "rows";
    if (this.method === "dpo" && this.#pairs?.train === 0) return "pairs";
    if (this.#settings === null || this.#settings.adapter.targets.length === 0) return "settings";
    if (this.#name.trim() === "") return "name";
    if (this.#isPlanning) return "planning";
    if (this.#plan !== null) return null;
    return this.#error === null ? "review" : "plan";
  }

  /** Chooses the model and reads its presets; settings that were chosen before stay. */
  async chooseModel(model: string): Promise<void> {
    if (model === this.#model) return;
    this.#model = model;
    this.#stale();
    try {
      const { tuning } = this.#client;
      const [sft, dpo] = await Promise.all([tuning.presets(model, "sft"), tuning.presets(model, "dpo")]);
      if (model !== this.#model) return;
      this.#presets = { sft, dpo };
      this.#settings ??= (sft.find(({ id }) => id === "balanced") ?? sft[0])?.settings ?? null;
    } catch (error) {
      if (model === this.#model) this.#error = detailOf(error);
    }
  }
  chooseDataset(dataset: DatasetInfo, name: string): void {
    this.#dataset = dataset;
    if (!this.#isNamed) this.#name = name;
    this.#stale();
    this.#pairs = null;
    void this.#countPairs(dataset);
  }
  /** Learns from examples or from preferences: by the same preset, or by the settings as they were changed. */
  chooseMethod(method: TuningMethod): void {
    if (method === this.method || this.#settings === null) return;
    const { adapter, training } = this.#settings;
    const same = this.#presets[method].find(({ id }) => id === this.preset?.id)?.settings;
    this.changeSettings(same ?? { ...(method === "dpo" && { method, beta: 0.1 }), adapter, training });
  }
  async #countPairs({ id }: DatasetInfo): Promise<void> {
    const isWanted = () => this.#dataset?.id === id;
    try {
      const pairs = await this.#client.tuning.pairCounts(id);
      if (isWanted()) this.#pairs = pairs;
    } catch (error) {
      if (isWanted()) this.#error = detailOf(error);
    }
  }
  rename(name: string): void {
    this.#name = name;
    this.#isNamed = name.trim() !== "";
  }
  changeSettings(settings: TuningSettings): void {
    this.#settings = settings;
    this.#stale();
  }

  /** Works out what the run would take, unless that is known; `isAgain` after a failure. */
  async review(isAgain = false): Promise<void> {
    this.step = "review";
    if (isAgain) this.#error = null;
    const request = this.#request();
    if (request === null || this.need !== "review") return;
    const version = this.#version;
    this.#isPlanning = true;
    try {
      const plan = await this.#client.tuning.plan(request);
      if (version === this.#version) this.#plan = plan;
    } catch (error) {
      if (version === this.#version) this.#error = detailOf(error);
    } finally {
      if (version === this.#version) this.#isPlanning = false;
    }
  }

  /** Starts the run; null when it could not be. */
  async start(): Promise<RunInfo | null> {
    const request = this.#request();
    if (request === null || this.need !== null || this.#isStarting) return null;
    this.#isStarting = true;
    try {
      return await this.#client.start(request);
    } catch (error) {
      this.#plan = null;
      this.#error = detailOf(error);
      return null;
    } finally {
      this.#isStarting = false;
    }
  }

  #request(): TuningRequest | null {
    const [model, dataset, settings] = [this.#model, this.#dataset, this.#settings];
    if (model === null || dataset === null || settings === null) return null;
    return { name: this.#name.trim(), model, dataset: dataset.id, version: dataset.version.number, settings };
  }

  #stale(): void {
    this.#version++;
    this.#plan = null;
    this.#error = null;
    this.#isPlanning = false;
  }
}
