// What every engine that is not ours does, whatever stands behind it. It runs on a device or a processor of its own and takes no
// turns on ours; it neither learns nor wears adapters.
import type { GenerateEvent, GenerateRequest, GenerateResult, TextRole, Timings } from "../contract/inference.ts";
import { fail } from "../contract/errors.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

export type ForeignRequest = Omit<GenerateRequest, "id" | "model" | "adapters">;

export interface ForeignOptions {
  readonly onEvent: (event: GenerateEvent) => void;
  readonly signal: AbortSignal;
}

export interface ForeignModel {
  readonly isForeign: true;
  readonly id: string;
  readonly tokenizer: Tokenizer;
  readonly isOnProcessor: boolean;
  /** One request at a time; the others wait. */
  generate(request: ForeignRequest, options: ForeignOptions): Promise<GenerateResult>;
  /** Unit vectors, (texts, dimensions) row-major. */
  embed(texts: readonly string[], role?: TextRole): Promise<{ vectors: Float32Array; dimensions: number }>;
  dispose(): Promise<void>;
}

export const isForeign = (model: object): model is ForeignModel => "isForeign" in model;

/** Runs one thing after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {}); // a failure is its caller's
    return turn;
  }
}

/** The clock of one answer. */
export class Pace {
  readonly #startedAt = performance.now();
  #firstAt = 0;

  token(): void {
    this.#firstAt ||= performance.now();
  }

  timings(promptTokens: number, generatedTokens: number): Timings {
    const now = performance.now();
    const seconds = (now - this.#firstAt) / 1000;
    return {
      promptTokens,
      generatedTokens,
      firstTokenMs: (this.#firstAt || now) - this.#startedAt,
      totalMs: now - this.#startedAt,
      tokensPerSecond: this.#firstAt > 0 && generatedTokens > 1 ? (generatedTokens - 1) / seconds : 0,
    };
  }
}

/** The prompt's ids: as the chat template renders it, or the raw text. Throws invalid-argument, context-full. */
export function promptIdsOf(
  tokenizer: Tokenizer,
  { messages, prompt }: ForeignRequest,
  maxTokenCount: number,
): number[] {
  const ids = messages
    ? tokenizer.encode(tokenizer.chatPrompt(messages), { isRaw: tokenizer.hasTemplate })
    : tokenizer.encode(
        prompt ?? fail({ code: "invalid-argument", name: "prompt", reason: "neither messages nor a prompt" }),
      );
  if (ids.length >= maxTokenCount) fail({ code: "context-full", tokenCount: ids.length, maxTokenCount });
  return ids;
}
