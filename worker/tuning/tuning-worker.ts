// Fine-tuning and evaluation on the page's one device, in turns with the chat. Keeps nothing: rows come in, points, checkpoints,
// answers and adapters go out.
import { fail } from "../contract/errors.ts";
import type { AnsweredRow } from "../contract/evaluation.ts";
import type {
  AnswerJob,
  EvaluateProgress,
  ExportedFile,
  GpuTuning,
  TuningJob,
  TuningJobEvent,
  TuningPlan,
  TuningResult,
  TuningRow,
} from "../contract/training.ts";
import type { AdapterChoice } from "../contract/inference.ts";
import { blobSource, type ByteSource } from "../engine/format/bytes.ts";
import type { Slice } from "../engine/program.ts";
import type { ChatModel } from "../inference/chat-model.ts";
import { stackAdapters, type AdapterWeights, type WornAdapter } from "../models/adapter.ts";
import type { AdapterCatalog } from "../models/adapters.ts";
import { readAdapter } from "../models/adapter-files.ts";
import { readHeaders, type ModelFolder } from "../models/folder.ts";
import { fingerprintOf, writePeft } from "../models/peft.ts";
import { answerRows, answerTo, askedBy } from "./answer-rows.ts";
import { readCheckpoint, writeCheckpoint } from "../training/checkpoint.ts";
import { maskedTokens, type Row } from "../training/examples.ts";
import { adapterConfigOf } from "../training/fine-tune.ts";
import { lessonsOf, teach, type TaughtRow } from "../training/lessons.ts";
import { planTuning } from "./plan-tuning.ts";
import type { RunHooks } from "../training/loop.ts";
import { exportAdapter, filesOf } from "./export-adapter.ts";

/** What tuning needs of the worker that owns the device. */
export interface TuningHost {
  chatModel(id: string): Promise<ChatModel>;
  folder(id: string): Promise<ModelFolder>;
  readonly adapters: Promise<AdapterCatalog>;
  readonly slice: Slice; // a turn of training
}

const SAMPLE_TOKENS = 96;

export class TuningWorker implements GpuTuning {
  readonly #jobs = new Map<string, { readonly model: string; readonly stop: AbortController }>();
  readonly #adapters = new Map<string, Promise<AdapterWeights>>(); // read once, by id
  readonly #host: TuningHost;
  #stack: { readonly key: string; readonly adapter: AdapterWeights } | null = null;

  constructor(host: TuningHost) {
    this.#host = host;
  }

  async plan(job: TuningJob): Promise<Omit<TuningPlan, "testRows">> {
    const model = await this.#host.chatModel(job.model);
    return planTuning(model, job.settings, taughtRows(job.train), taughtRows(job.valid), this.#host.slice);
  }

  async tune(job: TuningJob, onEvent: (event: TuningJobEvent) => void): Promise<TuningResult> {
    const { runtime } = (await this.#host.chatModel(job.model)).session;
    try {
      return await this.#tune(job, onEvent);
    } catch (error) {
      throw await runtime.namedError(error);
    }
  }

  #tune(job: TuningJob, onEvent: (event: TuningJobEvent) => void): Promise<TuningResult> {
    return this.#stoppable(job, async (signal) => {
      const { settings, runHash } = job;
      if (job.isKeptAtOnce) this.#jobs.get(job.id)!.stop.abort();
      const model = await this.#host.chatModel(job.model);
      const from =
        job.checkpoint && (await readCheckpoint(new Uint8Array(await job.checkpoint.arrayBuffer()), runHash));
      const { lessons } = lessonsOf(settings, taughtRows(job.train), taughtRows(job.valid), model.tokenizer);
      const hooks: RunHooks = {
        signal,
        slice: this.#host.slice,
        onLog: (point) => onEvent({ type: "point", point }),
        onCheckpoint: async (state) =>
          onEvent({ type: "checkpoint", step: state.step, bytes: new Blob([writeCheckpoint(state, runHash)]) }),
        onValidated: async (step, values) => this.#sample(job, model, step, await values(), onEvent),
      };
      const { runtime } = model.session;
      const result = await teach(runtime, model, settings, lessons, hooks, from ?? undefined);
      const fingerprint = await this.fingerprint(job.model);
      const files = filesOf(writePeft(result.adapter, model.config, { name: job.model, fingerprint }));
      const { isFinished, step, validLoss, bestStep } = result;
      return { isFinished, step, validLoss, bestStep, files };
    });
  }

  /** One answer to a held-out prompt by what was learned so far. */
  async #sample(
    { settings, valid }: TuningJob,
    model: ChatModel,
    step: number,
    values: AdapterWeights["values"],
    onEvent: (event: TuningJobEvent) => void,
  ): Promise<void> {
    const [asked] = valid.flatMap((row) => askedBy(rowOf(row)) ?? []);
    if (!asked) return;
    const adapter = { config: adapterConfigOf(settings), values };
    const answer = await answerTo(model, adapter, asked, { maxTokens: SAMPLE_TOKENS, slice: this.#host.slice });
    onEvent({ type: "sample", sample: { step, prompt: asked.shown, expected: asked.expected, answer } });
  }

  answer(job: AnswerJob, onProgress: (progress: EvaluateProgress) => void): Promise<AnsweredRow[]> {
    return this.#stoppable(job, async (signal) => {
      const model = await this.#host.chatModel(job.model);
      const adapter = job.adapter === null ? null : await this.adapter(job.adapter, model);
      const rows = job.rows.map((row) => ({ id: row.id, row: rowOf(row) }));
      return answerRows(model, adapter, rows, {
        maxTokens: job.maxTokens,
        signal,
        slice: this.#host.slice,
        onRow: (done, total) => onProgress({ done, total }),
      });
    });
  }

  async stop(id: string): Promise<void> {
    this.#jobs.get(id)?.stop.abort();
  }

  async mask({ model, row }: { model: string; row: TuningRow }): Promise<{ text: string; counts: boolean }[]> {
    const { tokenizer } = await this.#host.chatModel(model);
    const { ids, counts } = maskedTokens(rowOf(row), tokenizer);
    return ids.map((id, i) => ({ text: tokenizer.decode([id]) || tokenizer.tokenOf(id), counts: counts[i] }));
  }

  async fingerprint(model: string): Promise<string> {
    return fingerprintOf(await readHeaders(await this.#host.folder(model)));
  }

  async checkAdapter({ model, files }: { model: string; files: readonly ExportedFile[] }) {
    const { config } = await this.#host.chatModel(model);
    const { adapter, baseFingerprint } = await readAdapter(sourcesOf(files), config);
    const own = await this.fingerprint(model);
    if (baseFingerprint !== null && baseFingerprint !== own)
      fail({
        code: "bad-file",
        file: "adapter_config.json",
        format: "adapter",
        reason: `it was made for another base than ${model} as it is here`,
      });
    return { rank: adapter.config.rank, targets: [...adapter.config.targets], baseFingerprint };
  }

  async export(request: Parameters<GpuTuning["export"]>[0]): ReturnType<GpuTuning["export"]> {
    const model = await this.#host.chatModel(request.model);
    const adapter = await this.adapter(request.adapter, model);
    const folder = await this.#host.folder(request.model);
    const fingerprint = await this.fingerprint(request.model);
    return exportAdapter({ model, folder, adapter, fingerprint, format: request.format, slice: this.#host.slice });
  }

  /** An adapter of the catalog for this model. Throws not-found, bad-file. */
  adapter(id: string, model: ChatModel): Promise<AdapterWeights> {
    const known = this.#adapters.get(id);
    if (known) return known;
    const reading = this.#host.adapters.then(async (catalog) => {
      const info = await catalog.info(id);
      if (info.model !== model.id)
        fail({
          code: "invalid-argument",
          name: "adapter",
          reason: `${info.name} is for ${info.model}, not ${model.id}`,
        });
      return (await readAdapter(await catalog.files(id), model.config)).adapter;
    });
    this.#adapters.set(id, reading);
    reading.catch(() => this.#adapters.delete(id));
    return reading;
  }

  /** The adapters of an answer as one; null for none. The last stack is kept, so that a chat does not make it anew. */
  async worn(choices: readonly AdapterChoice[], model: ChatModel): Promise<AdapterWeights | null> {
    const chosen = choices.filter(({ strength }) => strength !== 0);
    if (chosen.length === 0) return null;
    const key = JSON.stringify([model.id, chosen]);
    if (this.#stack?.key === key) return this.#stack.adapter;
    const worn: WornAdapter[] = [];
    for (const { id, strength } of chosen) worn.push({ adapter: await this.adapter(id, model), strength });
    const adapter = stackAdapters(model.config, worn);
    this.#stack = { key, adapter };
    return adapter;
  }

  /** Whether a job under way reads this model's weights. */
  isUsing(model: string): boolean {
    return [...this.#jobs.values()].some((job) => job.model === model);
  }

  async #stoppable<T>(
    { id, model }: { id: string; model: string },
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    this.#jobs.set(id, { model, stop });
    try {
      return await work(stop.signal);
    } finally {
      this.#jobs.delete(id);
    }
  }
}

/** A single assistant message is plain text. */
function rowOf({ messages }: TuningRow): Row {
  const [only] = messages;
  return messages.length === 1 && only.role === "assistant" ? { text: only.content } : { messages };
}
const taughtRows = (rows: readonly TuningRow[]): TaughtRow[] =>
  rows.map((row) => ({ row: rowOf(row), ...(row.rejected !== undefined && { rejected: row.rejected }) }));

const sourcesOf = (files: readonly ExportedFile[]): Map<string, ByteSource> =>
  new Map(files.map(({ name, bytes }) => [name, blobSource(name, bytes)]));
