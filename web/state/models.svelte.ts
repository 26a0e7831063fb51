// The models on this device and which of them answers. Knows the contract's models, not how they run.
import { AppError, detailOf, type AppErrorCode, type GpuApi, type GpuEvent } from "../../worker/contract/index.ts";
import type { LoadProgress, ModelInfo, WeightPrecision } from "../../worker/contract/index.ts";

export type ModelsClient = Pick<
  GpuApi,
  "models" | "load" | "unload" | "setPrecision" | "addModel" | "removeModel" | "subscribe"
>;

/** How far a model is in loading. */
export type Loading = Pick<LoadProgress, "done" | "total">;

export class ModelsState {
  #models = $state.raw<readonly ModelInfo[]>([]);
  #loading = $state.raw<Readonly<Record<string, Loading>>>({});
  #errors = $state.raw<Readonly<Record<string, AppErrorCode>>>({});
  #error = $state.raw<AppErrorCode | null>(null);
  #isAdding = $state(false);
  readonly #running = new Map<string, Promise<void>>();
  readonly #client: ModelsClient;

  constructor(client: ModelsClient) {
    this.#client = client;
  }

  get models(): readonly ModelInfo[] {
    return this.#models;
  }
  /** Those that can answer. */
  get chatModels(): readonly ModelInfo[] {
    return this.#models.filter(({ kind }) => kind === "decoder");
  }
  get isAdding(): boolean {
    return this.#isAdding;
  }
  /** Why the list could not be read or the last model not be added. */
  get error(): AppErrorCode | null {
    return this.#error;
  }

  find(id: string): ModelInfo | undefined {
    return this.#models.find((model) => model.id === id);
  }
  loading(id: string): Loading | undefined {
    return this.#loading[id];
  }
  errorOf(id: string): AppErrorCode | undefined {
    return this.#errors[id];
  }

  /** `wanted` when it is here and can answer, else the default one, else any; undefined when there is none. */
  answering(wanted: string | null): ModelInfo | undefined {
    return chosenOf(this.chatModels, wanted);
  }

  /** The same among those that can learn and wear adapters: Loam's own engine runs them. */
  learning(wanted: string | null): ModelInfo | undefined {
    return chosenOf(this.chatModels.filter(({ engine }) => engine === undefined), wanted); // prettier-ignore
  }

  /** Reads the list and listens from now on. */
  async refresh(): Promise<void> {
    try {
      await this.#client.subscribe((event) => this.#on(event));
      this.#models = await this.#client.models();
      this.#error = null;
    } catch (error) {
      this.#error = detailOf(error);
    }
  }

  /** Loads a model unless it is loaded; two callers share one loading. Throws what the engine throws. */
  load(id: string): Promise<void> {
    if (this.find(id)?.isLoaded) return Promise.resolve();
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    const started = this.#load(id).finally(() => this.#running.delete(id));
    this.#running.set(id, started);
    return started;
  }

  async unload(id: string): Promise<void> {
    await this.#client.unload({ model: id });
    this.#models = await this.#client.models();
  }

  /** Chooses how a model's matrices lie on the GPU from its next load on. Throws invalid-argument while training uses it. */
  async setPrecision(id: string, precision: WeightPrecision): Promise<void> {
    this.#merge(await this.#client.setPrecision({ model: id, precision }));
  }

  /** Adds a model from files the user picked; the failure stays in `error`. */
  async add(name: string, files: readonly { name: string; bytes: File }[]): Promise<ModelInfo | null> {
    this.#isAdding = true;
    this.#error = null;
    try {
      const model = await this.#client.addModel({ name, files });
      this.#merge(model);
      return model;
    } catch (error) {
      this.#error = detailOf(error);
      return null;
    } finally {
      this.#isAdding = false;
    }
  }

  async remove(id: string): Promise<void> {
    await this.#client.removeModel({ model: id });
    this.#models = this.#models.filter((model) => model.id !== id);
    this.#errors = without(this.#errors, id);
  }

  async #load(id: string): Promise<void> {
    this.#loading = { ...this.#loading, [id]: { done: 0, total: this.find(id)?.sizeBytes ?? 0 } };
    try {
      this.#merge(await this.#client.load({ model: id }, ({ done, total }) => this.#progress(id, done, total)));
      this.#errors = without(this.#errors, id);
    } catch (error) {
      this.#errors = { ...this.#errors, [id]: detailOf(error) };
      throw error instanceof AppError ? error : new AppError(detailOf(error), { cause: error });
    } finally {
      this.#loading = without(this.#loading, id);
    }
  }

  #progress(id: string, done: number, total: number): void {
    if (id in this.#loading) this.#loading = { ...this.#loading, [id]: { done, total } };
  }

  #on(event: GpuEvent): void {
    if (event.type === "model-changed") this.#merge(event.model);
    else if (event.type === "model-removed") this.#models = this.#models.filter(({ id }) => id !== event.model);
  }

  #merge(model: ModelInfo): void {
    const index = this.#models.findIndex(({ id }) => id === model.id);
    this.#models = index < 0 ? [...this.#models, model] : this.#models.with(index, model);
  }
}

const chosenOf = (models: readonly ModelInfo[], wanted: string | null): ModelInfo | undefined =>
  models.find(({ id }) => id === wanted) ?? models.find(({ isDefault }) => isDefault) ?? models[0];

function without<T>(record: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> {
  const { [id]: _, ...rest } = record;
  return rest;
}
