// THE owner of the page's GPUDevice: models, generation, embedding and vector search over one device and one scheduler. When
// the device is lost it reopens; models are read again when they are next needed, vectors are put back.
import { fail } from "../contract/errors.ts";
import type {
  DeviceTrial,
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  ReplyOddsRequest,
  GpuApi,
  GpuEvent,
  GpuStatus,
  LoadProgress,
  ModelInfo,
  WeightPrecision,
  TextRole,
  VectorFacts,
} from "../contract/inference.ts";
import type { Embedder } from "../embedding/embedder.ts";
import { loadEmbedder } from "../embedding/load.ts";
import { isForeign, type ForeignModel } from "../engines/foreign.ts";
import { loadForeign } from "../engines/load.ts";
import { Runtime } from "../engine/runtime.ts";
import { measureTuning } from "../engine/tuning.ts";
import { ChatModel, type GenerateOptions } from "../inference/chat-model.ts";
import { AdapterCatalog } from "../models/adapters.ts";
import { ModelCatalog, type ModelFacts } from "../models/catalog.ts";
import { refuseForeign } from "../models/foreign.ts";
import type { ModelFolder } from "../models/folder.ts";
import type { OpenedDevice } from "./device.ts";
import { Scheduler } from "./scheduler.ts";
import type { KeptFile } from "../contract/downloads.ts";
import { BulkMerges } from "../tokenizer/bulk.ts";
import { TuningWorker } from "../tuning/tuning-worker.ts";
import { rememberedTrial, rememberTrial, tryDevice } from "./trial.ts";
import { KeptVectors } from "./vectors.ts";

type Loaded = ChatModel | Embedder | ForeignModel;
const unavailable: Omit<GpuStatus, "allocatedBytes"> = {
  state: "unavailable",
  reason: "",
  adapter: "",
  isSoftware: false,
  features: [],
  limits: {},
};

export class Gpu implements GpuApi {
  readonly #scheduler = new Scheduler();
  readonly #listeners = new Set<(event: GpuEvent) => void>();
  readonly #loading = new Map<string, Promise<Loaded>>();
  readonly #loaded = new Map<string, Loaded>();
  readonly #cancels = new Map<string, AbortController>();
  readonly #vectors = new KeptVectors();
  /** Fine-tuning and evaluation, in turns with the rest. */
  readonly tuning: TuningWorker;
  #runtime: Promise<Runtime>;
  #bulk: BulkMerges | null = null; // of the device that is open
  #allocated = (): number => 0;
  #status = unavailable;

  constructor(
    readonly catalog: Promise<ModelCatalog>,
    readonly openDevice: () => Promise<OpenedDevice>,
  ) {
    this.tuning = new TuningWorker({
      chatModel: (id) => this.#chatModel(id),
      folder: (id) => this.#ownFolder(id),
      adapters: catalog.then(({ store }) => new AdapterCatalog(store)),
      slice: (work) => this.#scheduler.slice("training", work),
    });
    this.#runtime = this.#open();
    this.#runtime.catch(() => {}); // said by `status`, thrown to those who need the device
  }

  async status(): Promise<GpuStatus> {
    await this.#runtime.catch(() => {});
    return this.#statusNow();
  }

  async trial({ isNew }: { isNew: boolean }): Promise<DeviceTrial | null> {
    const runtime = await this.#runtime;
    const { store } = await this.catalog;
    const { adapter, isSoftware } = this.#status;
    if (!isNew) return rememberedTrial(store, adapter);
    const trial = await this.#scheduler.slice("embedding", () => tryDevice(runtime, isSoftware));
    await rememberTrial(store, adapter, trial);
    return trial;
  }

  async models(): Promise<ModelInfo[]> {
    return (await (await this.catalog).list()).map((facts) => this.#info(facts));
  }

  async load({ model }: { model: string }, onEvent: (event: LoadProgress) => void): Promise<ModelInfo> {
    await this.#model(model, onEvent);
    return this.#changed(model);
  }

  async unload({ model }: { model: string }): Promise<void> {
    if (this.tuning.isUsing(model))
      fail({
        code: "invalid-argument",
        name: "model",
        reason: "training or a comparison is using it: pause that first",
      });
    const loaded = this.#loaded.get(model);
    this.#loaded.delete(model);
    this.#loading.delete(model);
    if (!loaded) return;
    if (isForeign(loaded)) await loaded.dispose();
    else await this.#scheduler.slice("embedding", () => loaded.dispose()); // not under a running slice
    await this.#changed(model);
  }

  async setPrecision({ model, precision }: { model: string; precision: WeightPrecision }): Promise<ModelInfo> {
    refuseForeign(await (await this.catalog).facts(model), "choosing how weights lie on the GPU");
    await this.unload({ model });
    await (await this.catalog).setPrecision(model, precision);
    return this.#changed(model);
  }

  async addModel({
    name,
    files,
  }: {
    name: string;
    files: readonly { name: string; bytes: Blob }[];
  }): Promise<ModelInfo> {
    const facts = await (await this.catalog).add(name, files);
    return this.#changed(facts.id);
  }

  async adoptModel({ id, files }: { id: string; files: readonly KeptFile[] }): Promise<ModelInfo> {
    await (await this.catalog).adopt(id, files);
    return this.#changed(id);
  }

  async removeModel({ model }: { model: string }): Promise<void> {
    await this.unload({ model });
    await (await this.catalog).remove(model);
    this.#announce({ type: "model-removed", model });
  }

  async generate(request: GenerateRequest, onEvent: (event: GenerateEvent) => void): Promise<GenerateResult> {
    const cancel = new AbortController();
    this.#cancels.set(request.id, cancel);
    const { signal } = cancel;
    try {
      const foreign = await this.#foreignChat(request);
      if (foreign) return await foreign.generate(request, { onEvent, signal });
      return await this.#chat(request, (model, worn) => model.generate(request, { onEvent, signal, ...worn }));
    } finally {
      this.#cancels.delete(request.id);
    }
  }

  async replyOdds(request: ReplyOddsRequest): Promise<number> {
    return this.#chat(request, (model, worn) => model.replyOdds(request, worn));
  }

  /** The model where another engine runs it, else null. Throws engine-cannot when it is to wear an adapter. */
  async #foreignChat({ model: id, adapters = [] }: GenerateRequest): Promise<ForeignModel | null> {
    const facts = await (await this.catalog).facts(id);
    if (facts.engine === undefined) return null;
    if (adapters.some(({ strength }) => strength !== 0)) refuseForeign(facts, "wearing an adapter");
    const model = await this.#model(id);
    return isForeign(model) ? model : null;
  }

  /** Chat's turn with a decoder, which wears what the request says. A failure of the device has its name. */
  async #chat<T>(
    { model: id, adapters = [] }: Pick<GenerateRequest, "model" | "adapters">,
    work: (model: ChatModel, worn: Required<Pick<GenerateOptions, "adapter" | "slice">>) => Promise<T>,
  ): Promise<T> {
    const runtime = await this.#runtime;
    try {
      const model = await this.#chatModel(id);
      const adapter = await this.tuning.worn(adapters, model);
      return await work(model, { adapter, slice: (slice) => this.#scheduler.slice("chat", slice) });
    } catch (error) {
      throw await runtime.namedError(error);
    }
  }

  async cancel(id: string): Promise<void> {
    this.#cancels.get(id)?.abort();
  }

  async embed({
    model,
    texts,
    role,
  }: {
    model: string;
    texts: readonly string[];
    role?: TextRole;
  }): Promise<{ vectors: Float32Array; dimensions: number }> {
    const embedder = await this.#model(model);
    if (embedder instanceof ChatModel)
      return fail({ code: "invalid-argument", name: "model", reason: `${model} does not embed` });
    if (isForeign(embedder)) return embedder.embed(texts, role);
    const vectors = await embedder.embed(texts, role, (work) => this.#scheduler.slice("embedding", work));
    return { vectors, dimensions: embedder.dimensions };
  }

  async setVectors({
    index,
    vectors,
    dimensions,
  }: {
    index: string;
    vectors: Float32Array;
    dimensions: number;
  }): Promise<void> {
    const old = await this.#vectors.set(index, vectors as Float32Array<ArrayBuffer>, dimensions);
    if (old) await this.#scheduler.slice("search", () => old.dispose());
  }

  async topK({
    index,
    query,
    k,
    mask,
  }: {
    index: string;
    query: Float32Array;
    k: number;
    mask?: Uint32Array;
  }): Promise<{ rows: Uint32Array; scores: Float32Array }> {
    const gpuIndex = await this.#vectors.index(index, this.#runtime);
    return this.#scheduler.slice("search", () =>
      gpuIndex.topK(query as Float32Array<ArrayBuffer>, k, mask as Uint32Array<ArrayBuffer> | undefined),
    );
  }

  async vectorFacts({ index }: { index: string }): Promise<VectorFacts> {
    return (await this.#vectors.index(index, this.#runtime)).facts;
  }

  async countTokens({ model, texts }: { model: string; texts: readonly string[] }): Promise<number[]> {
    const { tokenizer } = await this.#model(model);
    await this.#scheduler.slice("embedding", () => this.#bulk?.prepare(tokenizer, texts));
    return texts.map((text) => tokenizer.encode(text, { isRaw: true }).length);
  }

  async subscribe(onEvent: (event: GpuEvent) => void): Promise<void> {
    this.#listeners.add(onEvent);
  }

  /** Opens a device, and again when it is lost. */
  async #open(): Promise<Runtime> {
    try {
      const { device, status } = await this.openDevice();
      const runtime = new Runtime(device);
      runtime.tuning = await measureTuning(runtime);
      this.#bulk = new BulkMerges(runtime);
      this.#allocated = () => runtime.allocatedBytes;
      this.#setStatus(status);
      void device.lost.then(({ message, reason }) => this.#lost(message || reason));
      return runtime;
    } catch (error) {
      const reason = error instanceof Error ? reasonOf(error) : String(error);
      this.#setStatus({ ...unavailable, reason });
      throw error;
    }
  }

  /** State is kept, the GPU's copies are forgotten, the device is opened anew. */
  #lost(reason: string): void {
    for (const [id, model] of this.#loaded) if (!isForeign(model)) this.#loaded.delete(id);
    for (const id of [...this.#loading.keys()]) if (!this.#loaded.has(id)) this.#loading.delete(id);
    this.#vectors.forgetDevice();
    this.#setStatus({ ...unavailable, state: "lost", reason });
    this.#runtime = this.#open();
    this.#runtime.catch(() => {});
  }

  #model(id: string, onProgress: (event: LoadProgress) => void = () => {}): Promise<Loaded> {
    const known = this.#loading.get(id);
    if (known) return known;
    const loading = this.#read(id, onProgress);
    this.#loading.set(id, loading);
    loading.then(
      (loaded) => this.#loading.get(id) === loading && this.#loaded.set(id, loaded),
      () => this.#loading.get(id) === loading && this.#loading.delete(id),
    );
    return loading;
  }

  async #read(id: string, onProgress: (event: LoadProgress) => void): Promise<Loaded> {
    const catalog = await this.catalog;
    const facts = await catalog.facts(id);
    const folder = await catalog.folder(id);
    const loaded = facts.engine
      ? await loadForeign(facts.engine, folder, await this.#foreignDevice(), onProgress)
      : await this.#readOwn(facts, folder, onProgress);
    this.#loaded.set(id, loaded);
    await this.#changed(id);
    return loaded;
  }

  async #readOwn(
    { kind, precision }: ModelFacts,
    folder: ModelFolder,
    onProgress: (event: LoadProgress) => void,
  ): Promise<ChatModel | Embedder> {
    const runtime = await this.#runtime;
    if (kind !== "decoder") return loadEmbedder(runtime, folder);
    const blocks = precision === "q8" || precision === "q4" ? precision : undefined; // else what suits the device
    return ChatModel.load(runtime, folder, onProgress, blocks);
  }

  /** What another engine may expect of the graphics adapter; it opens a device of its own. */
  async #foreignDevice() {
    const { state, isSoftware, features } = await this.status();
    return { isSoftware: isSoftware || state !== "ready", hasHalf: features.includes("shader-f16") };
  }

  /** A decoder of ours. Throws engine-cannot for one that another engine runs. */
  async #chatModel(id: string): Promise<ChatModel> {
    refuseForeign(await (await this.catalog).facts(id), "learning, an adapter or weighing replies");
    const model = await this.#model(id);
    return model instanceof ChatModel
      ? model
      : fail({ code: "invalid-argument", name: "model", reason: `${id} does not generate text` });
  }

  async #ownFolder(id: string): Promise<ModelFolder> {
    const catalog = await this.catalog;
    refuseForeign(await catalog.facts(id), "learning or taking it out");
    return catalog.folder(id);
  }

  #info(facts: ModelFacts): ModelInfo {
    const loaded = this.#loaded.get(facts.id);
    if (loaded && isForeign(loaded))
      return { ...facts, isLoaded: true, gpuBytes: 0, isOnProcessor: loaded.isOnProcessor };
    return { ...facts, isLoaded: loaded !== undefined, gpuBytes: loaded?.gpuBytes ?? 0 };
  }

  async #changed(id: string): Promise<ModelInfo> {
    const model = this.#info(await (await this.catalog).facts(id));
    this.#announce({ type: "model-changed", model });
    return model;
  }

  #statusNow(): GpuStatus {
    return { ...this.#status, allocatedBytes: this.#allocated() };
  }
  #setStatus(status: Omit<GpuStatus, "allocatedBytes">): void {
    this.#status = status;
    this.#announce({ type: "status-changed", status: this.#statusNow() });
  }
  #announce(event: GpuEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** What an AppError's detail says, or the message. */
function reasonOf(error: Error): string {
  const detail = "detail" in error ? (error.detail as { reason?: string }) : undefined;
  return detail?.reason ?? error.message;
}
