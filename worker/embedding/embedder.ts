// What every embedding model does, whatever it is made of.
import type { TextRole } from "../contract/inference.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** Takes turns on the GPU. */
export type BatchSlice = <T>(work: () => Promise<T>) => Promise<T>;

export interface Embedder {
  readonly id: string;
  readonly tokenizer: Tokenizer;
  readonly dimensions: number;
  readonly gpuBytes: number;
  /** (texts, dimensions) row-major, unit vectors. A model that puts other words before queries than before documents is told by `role`. */
  embed(texts: readonly string[], role?: TextRole, slice?: BatchSlice): Promise<Float32Array>;
  dispose(): void;
}

/** How many texts from `first` on fit one batch of so many rows and texts: at least one, as no text is longer than a batch. */
export function batchFrom(
  tokens: readonly (readonly number[])[],
  first: number,
  limit: { readonly rows: number; readonly texts: number },
): number {
  let rows = 0;
  let count = 0;
  while (first + count < tokens.length && count < limit.texts && rows + tokens[first + count].length <= limit.rows)
    rows += tokens[first + count++].length;
  return count;
}
