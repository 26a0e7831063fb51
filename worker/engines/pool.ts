// A text's vector from its tokens' hidden states, as its folder says it is made.
import type { SentenceConfig } from "../models/sentence.ts";

/** `hidden` (T, C) row-major → a unit vector of C: of the first token, or of the mean of all. */
export function poolTokens(hidden: Float32Array, T: number, pooling: SentenceConfig["pooling"]): Float32Array {
  const C = hidden.length / T;
  const rows = pooling === "cls" ? 1 : T;
  const vector = new Float32Array(C);
  for (let t = 0; t < rows; t++) for (let c = 0; c < C; c++) vector[c]! += hidden[t * C + c]!;
  const norm = Math.hypot(...vector) || 1; // the count of rows falls out of the direction
  return vector.map((value) => value / norm);
}
