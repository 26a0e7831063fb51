// The next token from logits on the CPU, for engines whose own sampling knows less than `Sampling` says. The same rule, and with the
// same seed the same draws, as our sample op (shaders/sample).
import type { Sampling } from "../contract/inference.ts";

/** The id chosen from `logits` (V) as draw `step`; `seen` are the ids so far. */
export function chooseToken(logits: Float32Array, seen: ReadonlySet<number>, sampling: Sampling, step: number): number {
  const { temperature, seed, repetitionPenalty: penalty } = sampling;
  const z = Float64Array.from(logits);
  if (penalty !== 1) for (const id of seen) z[id] = z[id]! > 0 ? z[id]! / penalty : z[id]! * penalty;
  const best = z.reduce((at, value, i) => (value > z[at]! ? i : at), 0);
  if (temperature === 0) return best;
  const weights = z.map((value) => Math.exp((value - z[best]!) / temperature));
  const least = lowestKept(weights, sampling);
  const total = weights.reduce((sum, w) => sum + (w >= least ? w : 0), 0);
  let left = drawOf(seed, step) * total;
  for (const [id, w] of weights.entries()) if (w >= least && (left -= w) < 0) return id;
  return best; // rounding alone leads here
}

/** The smallest weight that minP, topK and topP together keep; the best token's is 1. */
function lowestKept(weights: Float64Array, { topK, topP, minP }: Sampling): number {
  if ((topK === 0 || topK >= weights.length) && topP >= 1) return minP;
  const falling = weights.toSorted().reverse();
  const kept = topK > 0 && topK < falling.length ? falling.filter((w) => w >= falling[topK - 1]!) : falling;
  const wanted = topP < 1 ? topP * kept.reduce((a, b) => a + b, 0) : Infinity;
  let mass = 0;
  const last = kept.findIndex((w) => (mass += w) >= wanted);
  return Math.max(minP, kept.at(last)!);
}

/** In [0, 1): 24 bits of the PCG hash of the seed and the step (Jarzynski and Olano 2020). */
const drawOf = (seed: number, step: number): number => (pcg((pcg(seed) + step) >>> 0) >>> 8) / 2 ** 24;

function pcg(input: number): number {
  const state = (Math.imul(input, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}
