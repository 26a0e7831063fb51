// The angles of rotary position embedding, computed once on the CPU in float64: sines of large angles are not to be had
// from float32. Knows Hugging Face's ways of stretching a trained context; nothing of the GPU.

/** How a model stretches its context, as `rope_scaling` (since transformers 5 `rope_parameters`) of a Hugging Face config says it. */
export type RopeScaling =
  | { readonly type: "linear"; readonly factor: number }
  | { readonly type: "dynamic"; readonly factor: number; readonly originalPositions: number }
  | {
      readonly type: "llama3";
      readonly factor: number;
      readonly lowFreqFactor: number;
      readonly highFreqFactor: number;
      readonly originalPositions: number;
    }
  | {
      readonly type: "yarn";
      readonly factor: number;
      readonly attentionFactor: number; // cosines and sines are multiplied by it
      readonly betaFast: number; // pairs that turn so often within the trained context keep their frequency
      readonly betaSlow: number; // those that turn less often than this are stretched
      readonly isTruncated: boolean; // the two limits are whole pairs
      readonly originalPositions: number;
    };

/**
 * (P, D) rows: row p is cos(p·f_0) … cos(p·f_{D/2−1}), then the sines; f_i = θ^(−2i/D), stretched by `scaling`.
 * Positions at and past P read the last row, so P is the longest context. `length` matters to dynamic scaling alone: how many
 * positions are known at once, whose frequencies are those of that length; each position past it has those of its own length,
 * as when it is decoded.
 */
export function ropeTable(
  P: number,
  D: number,
  theta: number,
  scaling: RopeScaling | null = null,
  length = P,
): Float32Array<ArrayBuffer> {
  const table = new Float32Array(P * D);
  const factor = scaling?.type === "yarn" ? scaling.attentionFactor : 1;
  const fill = (first: number, end: number, frequencies: readonly number[]) => {
    for (let p = first; p < end; p++)
      for (const [i, frequency] of frequencies.entries()) {
        table[p * D + i] = factor * Math.cos(p * frequency);
        table[p * D + D / 2 + i] = factor * Math.sin(p * frequency);
      }
  };
  if (scaling?.type !== "dynamic") {
    fill(0, P, frequenciesOf(D, theta, scaling));
    return table;
  }
  const known = Math.min(P, Math.max(length, scaling.originalPositions));
  fill(0, known, dynamicFrequencies(D, theta, scaling, Math.max(length, scaling.originalPositions)));
  for (let p = known; p < P; p++) fill(p, p + 1, dynamicFrequencies(D, theta, scaling, p + 1));
  return table;
}

type Of<Type extends RopeScaling["type"]> = Extract<RopeScaling, { type: Type }>;
const plain = (D: number, theta: number): number[] => Array.from({ length: D / 2 }, (_, i) => theta ** ((-2 * i) / D));

function frequenciesOf(D: number, theta: number, scaling: Exclude<RopeScaling, Of<"dynamic">> | null): number[] {
  const frequencies = plain(D, theta);
  switch (scaling?.type) {
    case undefined:
      return frequencies;
    case "linear":
      return frequencies.map((f) => f / scaling.factor);
    case "llama3":
      return frequencies.map((f) => llama3(f, scaling));
    case "yarn":
      return yarn(frequencies, D, theta, scaling);
  }
}

/** A context of `length` positions: θ grows so that the slowest pair turns as far as it was trained to. Source: arXiv:2309.00071 §3.3. */
function dynamicFrequencies(D: number, theta: number, { factor, originalPositions }: Of<"dynamic">, length: number) {
  const stretch = (factor * length) / originalPositions - (factor - 1);
  return plain(D, theta * stretch ** (D / (D - 2)));
}

/**
 * Wavelengths longer than originalPositions / lowFreqFactor are stretched by `factor`, those shorter than
 * originalPositions / highFreqFactor are kept, those between are mixed linearly in the frequency.
 */
function llama3(frequency: number, scaling: Of<"llama3">): number {
  const { factor, lowFreqFactor: low, highFreqFactor: high, originalPositions } = scaling;
  const turns = (originalPositions * frequency) / (2 * Math.PI); // of this pair within the trained context
  if (turns < low) return frequency / factor;
  if (turns > high) return frequency;
  const kept = (turns - low) / (high - low);
  return ((1 - kept) * frequency) / factor + kept * frequency;
}

/**
 * Pairs up to the one that turns betaFast times within the trained context are kept, those from the one that turns betaSlow
 * times are stretched, those between are mixed linearly in the pair's number. Source: arXiv:2309.00071, eq. 17–19, with the
 * rounding of transformers' _compute_yarn_parameters.
 */
function yarn(frequencies: readonly number[], D: number, theta: number, scaling: Of<"yarn">): number[] {
  const pairOf = (turns: number) =>
    (D * Math.log(scaling.originalPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [fast, slow] = [pairOf(scaling.betaFast), pairOf(scaling.betaSlow)];
  const low = Math.max(scaling.isTruncated ? Math.floor(fast) : fast, 0);
  const end = Math.min(scaling.isTruncated ? Math.ceil(slow) : slow, D - 1);
  const high = end === low ? end + 0.001 : end;
  return frequencies.map((f, i) => {
    const stretched = Math.min(1, Math.max(0, (i - low) / (high - low)));
    return (stretched * f) / scaling.factor + (1 - stretched) * f;
  });
}
