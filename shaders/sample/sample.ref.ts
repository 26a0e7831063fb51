// The specification of `sample`, in float64: sorts, sums and walks where the GPU bisects.

export interface SampleInputs {
  readonly logits: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
}

/** What each token's probability is; for temperature 0 all of it is the best token's. */
export function probabilitiesReference(inputs: SampleInputs): Float64Array {
  const { temperature, topK, topP, minP } = inputs;
  const z = penalisedLogits(inputs);
  const best = z.indexOf(z.reduce((a, b) => Math.max(a, b)));
  if (temperature === 0) return new Float64Array(z.length).fill(1, best, best + 1);

  const w = z.map((v) => Math.exp((v - z[best]) / temperature));
  const falling = z.toSorted().reverse();
  let lowest = -Infinity;
  if (topK > 0 && topK < z.length) lowest = falling[topK - 1];
  if (topP < 1) {
    const kept = falling.filter((v) => v >= lowest).map((v) => Math.exp((v - z[best]) / temperature));
    const wanted = topP * kept.reduce((a, b) => a + b, 0);
    let mass = 0;
    let last = 0;
    for (; last < kept.length; last++) {
      mass += kept[last];
      if (mass >= wanted) break;
    }
    lowest = Math.max(lowest, falling[last]);
  }
  const keptWeights = w.map((v, i) => (z[i] >= lowest && v >= minP ? v : 0));
  const total = keptWeights.reduce((a, b) => a + b, 0);
  return keptWeights.map((v) => v / total);
}

function penalisedLogits({ logits, counts, repetitionPenalty: penalty }: SampleInputs): Float64Array {
  return Float64Array.from(logits, (logit, i) => {
    if (counts[i] === 0) return logit;
    return logit > 0 ? logit / penalty : logit * penalty;
  });
}

/** The token at share u of the probabilities, in index order. */
export function inverseCdfReference(probabilities: Float64Array, u: number): number {
  let mass = 0;
  for (let i = 0; i < probabilities.length; i++) {
    mass += probabilities[i];
    if (mass > u) return i;
  }
  return probabilities.findLastIndex((p) => p > 0);
}

/** The 32 random bits of draw `step` of `seed`. */
export function bitsReference(seed: number, step: number): number {
  return pcg((pcg(seed) + step) >>> 0);
}
/** The same as a number in [0, 1): 24 bits, as many as a float32 holds. */
export const uniformReference = (seed: number, step: number): number => (bitsReference(seed, step) >>> 8) / 2 ** 24;

function pcg(v: number): number {
  const s = (Math.imul(v, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((s >>> ((s >>> 28) + 4)) ^ s, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}
