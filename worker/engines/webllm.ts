// Chat models that MLC compiled, by WebLLM. It reads by address through the Cache API: the model's files are laid there under an address
// that exists nowhere, loaded, and taken away again, so nothing is ever asked of the network and nothing is kept twice for long.
import { MLCEngine, modelVersion, prebuiltAppConfig, type LogitProcessor } from "@mlc-ai/web-llm";
import { fail } from "../contract/errors.ts";
import type { GenerateResult, LoadProgress, Sampling } from "../contract/inference.ts";
import type { ByteSource } from "../engine/format/bytes.ts";
import { readTokenizer, type ModelFolder } from "../models/folder.ts";
import { openMlc, type MlcModel } from "../models/mlc.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { Reading } from "./bytes.ts";
import { chooseToken } from "./choose.ts";
import { engineFailure } from "./failure.ts";
import { Pace, promptIdsOf, Turns, type ForeignModel, type ForeignOptions, type ForeignRequest } from "./foreign.ts";

const NOWHERE = "https://loam.invalid/resolve/"; // RFC 2606: no such host. WebLLM fetches past its cache from `localhost`

/** Throws bad-file, library-missing, engine-failed. */
export async function loadWebLlm(
  folder: ModelFolder,
  onProgress: (progress: LoadProgress) => void,
): Promise<ForeignModel> {
  const mlc = await openMlc(folder);
  const tokenizer = await readTokenizer(folder);
  const library = mlc.library ?? missingLibrary(folder.id);
  const sampler = new Sampler();
  const base = `${NOWHERE}${encodeURIComponent(folder.id)}/`;
  const record = { model: base, model_id: folder.id, model_lib: `${base}library.wasm` };
  const engine = new MLCEngine({
    appConfig: { model_list: [record], cacheBackend: "cache" },
    logitProcessorRegistry: new Map([[folder.id, sampler]]),
  });
  const files = cachedFiles(folder, mlc, library);
  try {
    await lay(base, files, onProgress);
    await engine.reload(folder.id);
  } catch (error) {
    return engineFailure("webllm", folder.id, error);
  } finally {
    await clear(base, files);
  }
  return new MlcChat(folder.id, engine, tokenizer, sampler, mlc.contextTokens);
}

/** The name under which MLC publishes it, where WebLLM knows the model. */
function missingLibrary(id: string): never {
  const known = prebuiltAppConfig.model_list.find(({ model_id }) => model_id === id)?.model_lib;
  const file = known?.replace(/^.*\//, "") ?? `${id.replace(/-MLC$/, "")}-webgpu.wasm`;
  return fail({ code: "library-missing", model: id, file, version: modelVersion.replace(/\/.*$/, "") });
}

interface CachedFile {
  readonly cache: "webllm/config" | "webllm/model" | "webllm/wasm";
  readonly name: string;
  readonly source: ByteSource;
}

/** What WebLLM asks for, by the caches it asks and the names it uses. */
function cachedFiles(folder: ModelFolder, mlc: MlcModel, library: ByteSource): CachedFile[] {
  const model = new Map([...mlc.shards, ["tensor-cache.json", mlc.list] as const]);
  for (const name of ["tokenizer.json", "tokenizer.model"]) {
    const source = folder.files.get(name);
    if (source) model.set(name, source);
  }
  return [
    { cache: "webllm/config", name: "mlc-chat-config.json", source: mlc.config },
    { cache: "webllm/wasm", name: "library.wasm", source: library },
    ...[...model].map(([name, source]): CachedFile => ({ cache: "webllm/model", name, source })),
  ];
}

async function lay(base: string, files: readonly CachedFile[], onProgress: (progress: LoadProgress) => void) {
  const total = files.reduce((sum, { source }) => sum + source.size, 0);
  const reading = new Reading(total, onProgress);
  for (const { cache, name, source } of files)
    await (await caches.open(cache)).put(base + name, new Response(await reading.bytes(source)));
}

async function clear(base: string, files: readonly CachedFile[]) {
  for (const { cache, name } of files) await (await caches.open(cache)).delete(base + name);
}

/** Our sampling as WebLLM's: of the logits it leaves one token. */
class Sampler implements LogitProcessor {
  readonly ids: number[] = [];
  #sampling: Sampling | null = null;

  begin(sampling: Sampling): void {
    this.resetState();
    this.#sampling = sampling;
  }
  processLogits(logits: Float32Array): Float32Array {
    if (!this.#sampling) return logits;
    const id = chooseToken(logits, new Set(this.ids), this.#sampling, this.ids.length);
    logits.fill(-Infinity);
    logits[id] = 0;
    return logits;
  }
  processSampledToken(token: number): void {
    this.ids.push(token);
  }
  resetState(): void {
    this.ids.length = 0;
  }
}

class MlcChat implements ForeignModel {
  readonly isForeign = true;
  readonly isOnProcessor = false;
  readonly #turns = new Turns();

  constructor(
    readonly id: string,
    readonly engine: MLCEngine,
    readonly tokenizer: Tokenizer,
    readonly sampler: Sampler,
    readonly maxTokenCount: number,
  ) {}

  generate(request: ForeignRequest, options: ForeignOptions): Promise<GenerateResult> {
    return this.#turns.take(() => this.#generate(request, options));
  }

  async #generate(request: ForeignRequest, { onEvent, signal }: ForeignOptions): Promise<GenerateResult> {
    const promptTokens = promptIdsOf(this.tokenizer, request, this.maxTokenCount).length;
    const pace = new Pace();
    const interrupt = () => this.engine.interruptGenerate();
    signal.addEventListener("abort", interrupt);
    onEvent({ type: "prompt-read", done: 0, total: promptTokens });
    let [text, reason] = ["", "stop"];
    try {
      await this.engine.resetChat();
      this.sampler.begin(request.sampling);
      for await (const piece of await this.#pieces(request)) {
        if (piece.text !== "") pace.token();
        text += piece.text;
        reason = piece.reason ?? reason;
        onEvent({ type: "text-generated", text, tokenCount: this.sampler.ids.length });
        if (signal.aborted) interrupt();
      }
    } finally {
      signal.removeEventListener("abort", interrupt);
    }
    const ids = [...this.sampler.ids];
    const finishReason = signal.aborted ? "cancelled" : reason === "length" ? "length" : "stop";
    const timings = pace.timings(promptTokens, ids.length);
    return { text, ids, finishReason, timings, contextTokens: promptTokens + ids.length };
  }

  async #pieces({ messages, prompt, maxTokens }: ForeignRequest): Promise<AsyncIterable<Piece>> {
    const shared = { stream: true, max_tokens: maxTokens, temperature: 1, top_p: 1 } as const; // one token is left
    if (!messages) return texts(await this.engine.completions.create({ ...shared, prompt: prompt ?? "" }));
    return deltas(await this.engine.chat.completions.create({ ...shared, messages: messages.map((m) => ({ ...m })) }));
  }

  embed(): Promise<never> {
    return fail({ code: "invalid-argument", name: "model", reason: `${this.id} does not embed` });
  }

  async dispose(): Promise<void> {
    await this.#turns.take(() => this.engine.unload());
  }
}

interface Piece {
  readonly text: string;
  readonly reason: string | null;
}
type Chunks<T> = AsyncIterable<{ readonly choices: readonly T[] }>;

async function* texts(chunks: Chunks<{ text: string; finish_reason: string | null }>): AsyncGenerator<Piece> {
  for await (const { choices } of chunks) for (const { text, finish_reason: reason } of choices) yield { text, reason };
}
async function* deltas(
  chunks: Chunks<{ delta: { content?: string | null }; finish_reason: string | null }>,
): AsyncGenerator<Piece> {
  for await (const { choices } of chunks)
    for (const { delta, finish_reason: reason } of choices) yield { text: delta.content ?? "", reason };
}
