// The angles of rotary position embedding, computed once on the CPU in float64: sines of large angles are not to be had
// from float32. Knows Hugging Face's two ways of stretching a trained context; nothing of the GPU.

/** How a model stretches its context, as `rope_scaling` of a Hugging Face config says it. */
export type RopeScaling =
  | { readonly type: "linear"; readonly factor: number }
  | {
      readonly type: "llama3";
      readonly factor: number;
      readonly lowFreqFactor: number;
      readonly highFreqFactor: number;
      readonly originalPositions: number;
    };

/**
 * (P, D) rows: row p is cos(p·f_0) … cos(p·f_{D/2−1}), then the sines; f_i = θ^(−2i/D), stretched by `scaling`.
 * Positions at and past P read the last row, so P is the longest context.
 */
export function ropeTable(
  P: number,
  D: number,
  theta: number,
  scaling: RopeScaling | null = null,
): Float32Array<ArrayBuffer> {
  const table = new Float32Array(P * D);
  for (let i = 0; i < D / 2; i++) {
    const frequency = scaled(theta ** ((-2 * i) / D), scaling);
    for (let p = 0; p < P; p++) {
      table[p * D + i] = Math.cos(p * frequency);
      table[p * D + D / 2 + i] = Math.sin(p * frequency);
    }
  }
  return table;
}

/**
 * llama3: wavelengths longer than originalPositions / lowFreqFactor are stretched by `factor`, those shorter than
 * originalPositions / highFreqFactor are kept, those between are mixed linearly in the frequency.
 */
function scaled(frequency: number, scaling: RopeScaling | null = null): number {
  if (!scaling) return frequency;
  if (scaling.type === "linear") return frequency / scaling.factor;
  const { factor, lowFreqFactor: low, highFreqFactor: high, originalPositions } = scaling;
  const turns = (originalPositions * frequency) / (2 * Math.PI); // of this pair within the trained context
  if (turns < low) return frequency / factor;
  if (turns > high) return frequency;
  const kept = (turns - low) / (high - low);
  return ((1 - kept) * frequency) / factor + kept * frequency;
}
