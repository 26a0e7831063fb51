// An ONNX decoder that chats: the library runs the graph and keeps what was read; tokens, templates and sampling are ours.
import {
  InterruptableStoppingCriteria,
  LogitsProcessor,
  LogitsProcessorList,
  type Tensor,
} from "@huggingface/transformers";
import { fail } from "../contract/errors.ts";
import type { GenerateResult, Sampling } from "../contract/inference.ts";
import { chooseToken } from "./choose.ts";
import { Pace, promptIdsOf, type ForeignModel, type ForeignOptions, type ForeignRequest } from "./foreign.ts";
import { OnnxBase, onesLike, row, type OpenedOnnx } from "./onnx-session.ts";

export class OnnxDecoder extends OnnxBase implements ForeignModel {
  constructor(
    id: string,
    opened: OpenedOnnx,
    readonly endTokens: ReadonlySet<number>,
    readonly maxTokenCount: number,
  ) {
    super(id, opened);
  }

  generate(request: ForeignRequest, options: ForeignOptions): Promise<GenerateResult> {
    return this.turns.take(() => this.#generate(request, options));
  }

  async #generate(request: ForeignRequest, { onEvent, signal }: ForeignOptions): Promise<GenerateResult> {
    const promptIds = promptIdsOf(this.tokenizer, request, this.maxTokenCount);
    const limit = Math.min(request.maxTokens, this.maxTokenCount - promptIds.length);
    const pace = new Pace();
    const ids: number[] = [];
    const isEnded = () => this.endTokens.has(ids.at(-1) ?? -1);
    const textOf = (): string => {
      const text = this.tokenizer.decode(isEnded() ? ids.slice(0, -1) : ids);
      return request.messages ? text.trimStart() : text; // a reply may begin with the space its first word carries
    };
    const stop = new InterruptableStoppingCriteria();
    const interrupt = () => stop.interrupt();
    signal.addEventListener("abort", interrupt);
    onEvent({ type: "prompt-read", done: 0, total: promptIds.length });
    let isPrompt = true; // which the library hands to its streamer first
    const put = ([values]: bigint[][]): void => {
      if (!isPrompt) ids.push(Number(values!.at(-1)));
      if (isPrompt) return void (isPrompt = false);
      pace.token();
      onEvent({ type: "text-generated", text: textOf(), tokenCount: ids.length });
    };
    try {
      if (!signal.aborted && limit > 0)
        await this.opened.model.generate({
          inputs: row(promptIds),
          attention_mask: onesLike(promptIds),
          max_new_tokens: limit,
          do_sample: false, // of what is left after ours
          repetition_penalty: 1,
          eos_token_id: [...this.endTokens],
          logits_processor: choosing(request.sampling, promptIds.length),
          stopping_criteria: stop,
          streamer: { put, end: () => {} },
        } as Record<string, unknown>);
    } finally {
      signal.removeEventListener("abort", interrupt);
    }
    const finishReason = isEnded() ? "stop" : signal.aborted ? "cancelled" : "length";
    const [text, kept] = [textOf(), isEnded() ? ids.slice(0, -1) : ids];
    const timings = pace.timings(promptIds.length, kept.length);
    return { text, ids: kept, finishReason, timings, contextTokens: promptIds.length + kept.length };
  }

  embed(): Promise<never> {
    return fail({ code: "invalid-argument", name: "model", reason: `${this.id} does not embed` });
  }
}

/** Our sampling as the library's: it leaves one token. */
function choosing(sampling: Sampling, promptLength: number): LogitsProcessorList {
  class Chosen extends LogitsProcessor {
    override _call([ids]: bigint[][], logits: Tensor): Tensor {
      const values = logits.data as Float32Array;
      const id = chooseToken(values, new Set(ids!.map(Number)), sampling, ids!.length - promptLength);
      values.fill(-Infinity);
      values[id] = 0;
      return logits;
    }
  }
  const list = new LogitsProcessorList();
  list.push(new Chosen());
  return list;
}
