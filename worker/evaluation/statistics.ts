// Paired comparison of two versions over the same rows. A difference is above 0 when the candidate is the better one.
// Every random number comes from the seed. Does not know what was measured, nor what it means in words (verdict.ts).
import { fail } from "../contract/errors.ts";
import type { PairedStatistics } from "../contract/evaluation.ts";
import { Random } from "../training/random.ts";

export interface Options {
  readonly seed?: number;
  readonly resamples?: number; // of the permutation test and of the bootstrap, each
}
const defaults = { seed: 0, resamples: 9_999 };
const exactRows = 13; // up to 2^13 patterns of signs are all counted

/** z of the two-sided 5 % level, and of a power of 80 %. */
const zLevel = 1.959964;
const zPower = 0.841621;

/**
 * The statistics of `differences`, one a row. All in {−1, 0, 1}: McNemar's test, else the sign-flip permutation test.
 * Throws invalid-argument for a number that is not finite.
 */
export function compareDifferences(differences: readonly number[], options: Options = {}): PairedStatistics {
  if (!differences.every(Number.isFinite))
    fail({ code: "invalid-argument", name: "differences", reason: "a score or loss is not a finite number" });
  const better = differences.filter((d) => d > 0).length;
  const worse = differences.filter((d) => d < 0).length;
  const isBinary = differences.every((d) => d === 0 || Math.abs(d) === 1);
  return {
    rowCount: differences.length,
    better,
    worse,
    same: differences.length - better - worse,
    meanDifference: mean(differences),
    interval: bootstrapInterval(differences, options),
    p: isBinary ? mcnemar(better, worse) : signFlip(differences, options),
    test: isBinary ? "mcnemar-mid-p" : "sign-flip",
    rowsNeeded: rowsNeeded(differences),
  };
}

/**
 * Two-sided mid-p of McNemar's test: P(further from n/2) + ½ P(as far), for k ~ Binomial(n = better + worse, ½). The exact test
 * counts the observed outcome in full; as outcomes are few, no threshold gives 5 %, and it rejects far less often under no
 * difference (1.7–3.0 % of comparisons over 40 rows, by base rate). Counting it by half gives 3.6–4.6 % there, 4.7–4.9 % over
 * 200 rows; given n, at most 6.3 % (n = 5). 1 when nothing differs.
 * Source: Fagerland, Lydersen, Laake 2013, doi:10.1186/1471-2288-13-91.
 */
export function mcnemar(better: number, worse: number): number {
  const n = better + worse;
  if (n === 0) return 1;
  const distance = Math.abs(better - worse);
  let p = 0;
  for (let k = 0, log = -n * Math.LN2; k <= n; log += Math.log((n - k) / (k + 1)), k++) {
    const other = Math.abs(n - 2 * k);
    if (other > distance) p += Math.exp(log);
    else if (other === distance) p += Math.exp(log) / 2;
  }
  return Math.min(1, p);
}

/**
 * Two-sided paired permutation test of the mean: under no difference each row's sign is as likely + as −. Rows without a
 * difference take no part. Exact for few rows, else by random flips; outcomes as extreme as the observed count by half (mid-p,
 * which makes it McNemar's test on differences of ±1).
 */
export function signFlip(differences: readonly number[], options: Options = {}): number {
  const moved = Float64Array.from(differences.filter((d) => d !== 0));
  if (moved.length === 0) return 1;
  const { seed, resamples } = { ...defaults, ...options };
  const isExact = moved.length <= exactRows;
  const random = new Random(seed, 1);
  const observed = Math.abs(sum(moved));
  const slack = 1e-12 * moved.reduce((all, d) => all + Math.abs(d), 0); // rounding: a tie stays a tie
  const tables = signedSums(moved);
  const count = isExact ? 2 ** moved.length : resamples;
  let [further, equal] = isExact ? [0, 0] : [0, 1]; // the observed outcome is one of the random ones
  for (let i = 0; i < count; i++) {
    let total = 0;
    for (let t = 0, bits = i; t < tables.length; t++, bits >>>= 8) {
      if (!isExact && t % 4 === 0) bits = random.below(2 ** 32);
      total += tables[t][bits & 255];
    }
    const excess = Math.abs(total) - observed;
    if (excess > slack) further++;
    else if (excess >= -slack) equal++;
  }
  return (further + equal / 2) / (isExact ? count : count + 1);
}

/** For each eight values, their sums under all 256 patterns of signs: bit k set keeps value k. */
function signedSums(values: Float64Array): Float64Array[] {
  return Array.from({ length: Math.ceil(values.length / 8) }, (_, t) => {
    const eight = values.subarray(8 * t, 8 * t + 8);
    return Float64Array.from({ length: 256 }, (_, bits) => sum(eight.map((d, k) => ((bits >> k) & 1 ? d : -d))));
  });
}

/** The 95 % interval of the mean difference: percentiles 2.5 and 97.5 of the means of resampled rows (Efron 1979). */
export function bootstrapInterval(differences: readonly number[], options: Options = {}): [number, number] {
  const { seed, resamples } = { ...defaults, ...options };
  const n = differences.length;
  if (n === 0) return [0, 0];
  const random = new Random(seed, 2);
  const means = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    let total = 0;
    for (let j = 0; j < n; j++) total += differences[random.below(n)];
    means[i] = total / n;
  }
  means.sort();
  const at = (share: number) => means[Math.min(resamples - 1, Math.round(share * (resamples + 1)) - 1)];
  return [at(0.025), at(0.975)];
}

/**
 * Rows that would show a difference as large as the observed one at the 5 % level in 80 of 100 tries:
 * n = (z₁₋α⸝₂ √m₂ + z₁₋β √(m₂ − m²))² / m², m the mean difference, m₂ the mean square. For 0/1 scores m₂ is the share of
 * discordant rows and this is McNemar's sample size (Connor 1987, doi:10.2307/2531961). null without a difference.
 */
export function rowsNeeded(differences: readonly number[]): number | null {
  const m = mean(differences);
  const square = mean(differences.map((d) => d * d));
  if (Math.abs(m) < 1e-12) return null;
  return Math.ceil((zLevel * Math.sqrt(square) + zPower * Math.sqrt(Math.max(0, square - m * m))) ** 2 / (m * m));
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
};
const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length);
