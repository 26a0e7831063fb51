// A decoder that can be talked to: a folder, its tokenizer, its weights and one session. One request at a time; the others wait.
import { fail } from "../contract/errors.ts";
import type {
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  LoadProgress,
  ReplyOddsRequest,
} from "../contract/inference.ts";
import { decoderConfig, type DecoderConfig } from "../engine/model/config.ts";
import { loadWeights, type Precision, type Weights } from "../engine/model/weights.ts";
import type { Slice } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import { folderBytes, readConfig, readHeaders, readTokenizer, type ModelFolder } from "../models/folder.ts";
import type { AdapterWeights } from "../models/adapter.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { generateTokens, readPrompt } from "./generate.ts";
import { Session } from "./session.ts";

export class ChatModel {
  #queue: Promise<unknown> = Promise.resolve();
  #worn: AdapterWeights | null = null;

  private constructor(
    readonly id: string,
    readonly config: DecoderConfig,
    readonly tokenizer: Tokenizer,
    readonly weights: Weights,
    readonly session: Session,
    readonly endTokens: ReadonlySet<number>,
  ) {}

  /** Reads a folder onto the GPU, in halves where they lose nothing unless another precision is asked for. Throws bad-file, model-unsupported, gpu-out-of-memory; nothing stays allocated then. */
  static async load(
    runtime: Runtime,
    folder: ModelFolder,
    onProgress: (progress: LoadProgress) => void = () => {},
    precision: Precision = runtime.device.features.has("shader-f16") ? "half" : "full",
  ): Promise<ChatModel> {
    const config = decoderConfig(await readConfig(folder));
    const tokenizer = await readTokenizer(folder);
    const headers = await readHeaders(folder);
    const total = folderBytes(folder);
    let done = 0;
    const weights = await loadWeights(
      runtime,
      config,
      headers,
      (bytes) => onProgress({ type: "bytes-read", done: (done += bytes), total }),
      precision,
    );
    try {
      const session = await Session.open(runtime, config, weights);
      onProgress({ type: "bytes-read", done: total, total });
      return new ChatModel(folder.id, config, tokenizer, weights, session, endTokensOf(config, tokenizer));
    } catch (error) {
      runtime.free(...weights.values());
      throw error;
    }
  }

  /** Bytes of weights and session on the GPU. */
  get gpuBytes(): number {
    return [...this.weights.values()].reduce((sum, w) => sum + w.buffer.size, this.session.bytes);
  }

  /** The prompt's token ids: rendered by the chat template, or the raw text. */
  promptIds({ messages, prompt }: Pick<GenerateRequest, "messages" | "prompt">): number[] {
    if (messages)
      return this.tokenizer.encode(this.tokenizer.chatPrompt(messages), { isRaw: this.tokenizer.hasTemplate });
    return this.tokenizer.encode(
      prompt ?? fail({ code: "invalid-argument", name: "prompt", reason: "neither messages nor a prompt" }),
    );
  }

  generate(request: Omit<GenerateRequest, "id" | "model">, options: GenerateOptions = {}): Promise<GenerateResult> {
    return this.#inTurn(async () => {
      const promptIds = this.promptIds(request);
      const { onEvent = () => {}, signal, slice } = options;
      await this.#wear(options.adapter ?? null);
      const textOf = (ids: readonly number[]) =>
        request.messages ? this.tokenizer.decode(ids).trimStart() : this.tokenizer.decode(ids); // a reply may begin with the space its first word carries
      const { ids, finishReason, timings } = await generateTokens(this.session, {
        promptIds,
        maxTokens: request.maxTokens,
        sampling: request.sampling,
        endTokens: this.endTokens,
        ...(signal && { signal }),
        ...(slice && { slice }),
        onPromptRead: (done, total) => onEvent({ type: "prompt-read", done, total }),
        onTokens: (all) => onEvent({ type: "text-generated", text: textOf(all), tokenCount: all.length }),
      });
      return {
        text: this.tokenizer.decode(ids),
        ids,
        finishReason,
        timings,
        contextTokens: promptIds.length + ids.length,
      };
    });
  }

  /** Log odds that the reply to `messages` begins with the first token of `reply` and not with the most probable other one. */
  async replyOdds(
    { messages, reply }: Pick<ReplyOddsRequest, "messages" | "reply">,
    { adapter = null, slice }: Pick<GenerateOptions, "adapter" | "slice"> = {},
  ): Promise<number> {
    const logits = await this.logits(this.promptIds({ messages }), adapter, slice);
    const [first] = this.tokenizer.encode(` ${reply}`, { isRaw: true }); // a reply begins with the space its first word carries
    const others = logits.reduce((most, logit, id) => (id === first ? most : Math.max(most, logit)), -Infinity);
    return logits[first!]! - others;
  }

  /** Logits of the token after `ids`, (V). */
  logits(
    ids: readonly number[],
    adapter: AdapterWeights | null = null,
    slice: Slice = (work) => Promise.resolve(work()),
  ): Promise<Float32Array> {
    const outside = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= this.config.V);
    if (outside !== undefined || ids.length === 0 || ids.length > this.session.capacity)
      fail({
        code: "invalid-argument",
        name: "ids",
        reason:
          outside === undefined ? `1 to ${this.session.capacity} of them` : `${outside} is not below ${this.config.V}`,
      });
    return this.#inTurn(async () => {
      await this.#wear(adapter);
      await readPrompt(this.session, { promptIds: ids }, slice);
      return slice(() => this.session.logits());
    });
  }

  dispose(): void {
    this.session.dispose();
    this.session.runtime.free(...this.weights.values());
  }

  /** Between two turns only. */
  async #wear(adapter: AdapterWeights | null): Promise<void> {
    if (adapter === this.#worn) return;
    this.#worn = null; // what the session wears if this fails
    await this.session.wear(adapter);
    this.#worn = adapter;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {}); // a failure is its caller's; the next in line goes on
    return turn;
  }
}

export interface GenerateOptions {
  readonly adapter?: AdapterWeights | null; // worn for this answer
  readonly onEvent?: (event: GenerateEvent) => void;
  readonly signal?: AbortSignal;
  readonly slice?: Slice;
}

function endTokensOf(config: DecoderConfig, tokenizer: Tokenizer): ReadonlySet<number> {
  return new Set([...config.endTokens, ...(tokenizer.endToken === undefined ? [] : [tokenizer.endToken])]);
}
