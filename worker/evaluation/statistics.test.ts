// The tests of two versions, against SciPy and by simulation. Golden values: SciPy 1.17 (binomtest, permutation_test, bootstrap)
// and exact sums in Python; the line beside each says which.
import { describe, expect, it } from "vitest";
import { Random } from "../training/random.ts";
import { bootstrapInterval, compareDifferences, mcnemar, rowsNeeded, signFlip } from "./statistics.ts";

const repeat = (n: number, value: number) => Array.from({ length: n }, () => value);
const rowsOf = (better: number, worse: number, same: number) => [
  ...repeat(better, 1),
  ...repeat(worse, -1),
  ...repeat(same, 0),
];

describe("McNemar's mid-p", () => {
  // sum(comb(n, k) · (1 if further, ½ if as far from n/2)) / 2**n; the exact p (binomtest) less half the observed outcome's share
  it.each([
    [14, 3, 0.007537841796875], // exact: 0.012725830078125
    [3, 14, 0.007537841796875],
    [3, 2, 0.6875],
    [5, 0, 0.03125],
    [10, 10, 0.9119014739990234],
    [40, 20, 0.009853448195259268], // exact: 0.01348929373119186
    [0, 0, 1],
  ])("%d better, %d worse: %d", (better, worse, p) => expect(mcnemar(better, worse)).toBeCloseTo(p, 12));
  it("stands thousands of rows", () => {
    expect(mcnemar(5_000, 5_000)).toBeGreaterThan(0.99);
    expect(mcnemar(5_200, 4_800)).toBeCloseTo(6.334e-5, 6); // 2·(1 − Φ(400/100)), the normal limit
  });
});

describe("the sign-flip test", () => {
  const graded = [0.5, 0.25, -0.1, 0.3, 0, 0.2, 0.4, -0.05, 0.15, 0.35];
  it("is exact for few rows", () => {
    // all 2^9 sign patterns by itertools: 8/512 + ½·… = 0.015625; permutation_test counts ties in full: 0.01953125
    expect(signFlip(graded)).toBeCloseTo(0.015625, 12);
  });
  it("comes to the same by random flips", () => {
    const random = new Random(5);
    const many = Array.from({ length: 12 }, () => random.normal() + 0.6);
    const exact = signFlip(many);
    const sampled = signFlip([...many, 1e-15, -1e-15, 1e-15, -1e-15]); // beyond the exact test, by nothing
    expect(Math.abs(sampled - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 9_999));
  });
  it("is McNemar's on 0/1 scores", () => {
    for (const [better, worse] of [
      [9, 2],
      [6, 6],
      [0, 5],
      [7, 4],
    ])
      // prettier-ignore
      expect(signFlip(rowsOf(better, worse, 8))).toBeCloseTo(mcnemar(better, worse), 12);
  });
  it("follows its seed, and is 1 without a difference", () => {
    const many = Array.from({ length: 50 }, (_, i) => Math.sin(i * 7) + 0.2);
    expect(signFlip(many, { seed: 3 })).toBe(signFlip(many, { seed: 3 }));
    expect(signFlip(many, { seed: 3 })).not.toBe(signFlip(many, { seed: 4 }));
    expect(signFlip(repeat(9, 0))).toBe(1);
  });
});

describe("the bootstrap interval", () => {
  it("is SciPy's percentile interval", () => {
    // bootstrap(..., method="percentile", n_resamples=200000): (0.08, 0.315) and (0.1, 0.45)
    const graded = bootstrapInterval([0.5, 0.25, -0.1, 0.3, 0, 0.2, 0.4, -0.05, 0.15, 0.35]);
    expect(Math.abs(graded[0] - 0.08)).toBeLessThan(0.01);
    expect(Math.abs(graded[1] - 0.315)).toBeLessThan(0.01);
    const binary = bootstrapInterval(rowsOf(14, 3, 23));
    expect(Math.abs(binary[0] - 0.1)).toBeLessThan(0.026); // steps of 1/40
    expect(Math.abs(binary[1] - 0.45)).toBeLessThan(0.026);
  });
  it("holds the true difference about 95 times in 100", () => {
    const random = new Random(11);
    let held = 0;
    for (let i = 0; i < 500; i++) {
      const [low, high] = bootstrapInterval(Array.from({ length: 40 }, () => random.normal() + 0.3), { seed: i, resamples: 999 }); // prettier-ignore
      if (low <= 0.3 && 0.3 <= high) held++;
    }
    // The percentile interval of n rows is too short by about √((n−1)/n) and t against z: 94 % at n = 40 in theory; ± 3 SE.
    expect(held / 500).toBeGreaterThan(0.908);
    expect(held / 500).toBeLessThan(0.972);
  });
});

it("rows needed are McNemar's sample size", () => {
  // (1.959964·√ψ + 0.841621·√(ψ − δ²))² / δ²: ψ = 0.44, δ = 0.2 gives 83.94; ψ = 17/40, δ = 11/40 gives 41.67
  expect(rowsNeeded(rowsOf(32, 12, 56))).toBe(84);
  expect(rowsNeeded(rowsOf(14, 3, 23))).toBe(42);
  expect(rowsNeeded(rowsOf(4, 4, 9))).toBeNull();
  expect(rowsNeeded([])).toBeNull();
});

it("refuses what is not a number", () => {
  expect(() => compareDifferences([1, NaN])).toThrow(/not a finite number/);
});

/** Two answers to `n` rows by versions right at `before` and `after`; each row has its own luck, the versions share none. */
const rightOrWrong = (random: Random, n: number, before: number, after: number) =>
  Array.from({ length: n }, () => (random.uniform() < after ? 1 : 0) - (random.uniform() < before ? 1 : 0));
/** The same for scores between 0 and 1: a row's difficulty, and each version's error about it. */
const partlyRight = (random: Random, n: number) =>
  Array.from({ length: n }, () => {
    const ease = random.uniform();
    const score = () => Math.min(1, Math.max(0, ease + 0.25 * random.normal()));
    return score() - score();
  });
/** Skewed losses, as language models have them. */
const losses = (random: Random, n: number) =>
  Array.from({ length: n }, () => Math.exp(random.normal()) - Math.exp(random.normal()));

/** The share of `runs` comparisons that are called real at 5 %. */
function found(runs: number, draw: (random: Random) => number[], isRight = (_mean: number) => true): number {
  let count = 0;
  for (let run = 0; run < runs; run++) {
    const differences = draw(new Random(77, run));
    const binary = differences.every((d) => Number.isInteger(d));
    const [up, down] = [differences.filter((d) => d > 0).length, differences.filter((d) => d < 0).length];
    const p = binary ? mcnemar(up, down) : signFlip(differences, { seed: run, resamples: 999 });
    if (p < 0.05 && isRight(differences.reduce((sum, d) => sum + d, 0))) count++;
  }
  return count / runs;
}

describe("no difference is called real in 5 % ± 1.5 of 1,000 comparisons", () => {
  // In theory, summed over all outcomes: McNemar's mid-p rejects 3.6–4.9 % (least at 40 rows and a base rate of 10 %), the exact
  // test 1.7–3.9 %. 1,000 simulations add ± 0.7 (one standard error), so the rates of one size are taken together.
  it.each([40, 100, 200])("0/1 scores, %d rows, base rates 10 to 80 %", (n) => {
    const rates = [0.1, 0.3, 0.5, 0.6, 0.8].map((base) =>
      found(1_000, (random) => rightOrWrong(random, n, base, base)),
    );
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    expect(mean).toBeGreaterThan(0.035);
    expect(mean).toBeLessThan(0.065);
    for (const rate of rates) expect(rate).toBeLessThan(0.065);
  });
  it.each([40, 100, 200])("graded scores, %d rows", (n) => {
    const rate = found(1_000, (random) => partlyRight(random, n));
    expect(rate).toBeGreaterThan(0.035);
    expect(rate).toBeLessThan(0.065);
  });
  it("losses, 100 rows", () => {
    const rate = found(1_000, (random) => losses(random, 100));
    expect(rate).toBeGreaterThan(0.035);
    expect(rate).toBeLessThan(0.065);
  });
});

describe("a planted improvement is found", () => {
  const isBetter = (sum: number) => sum > 0;
  it("60 % → 80 % of 100 rows, the versions independent", () => {
    // Power in theory, summed over all outcomes: 0.8735. Three standard errors of 1,000 simulations: ± 0.0315.
    const rate = found(1_000, (random) => rightOrWrong(random, 100, 0.6, 0.8), isBetter);
    expect(Math.abs(rate - 0.8735)).toBeLessThan(0.0315);
  });
  it("60 % → 80 % of 100 rows, as a fine-tuned version does it: 25 % won, 5 % lost", () => {
    // Power in theory: 0.9735.
    const draw = (random: Random) => {
      const u = Array.from({ length: 100 }, () => random.uniform());
      return u.map((x) => (x < 0.25 ? 1 : x < 0.3 ? -1 : 0));
    };
    expect(found(1_000, draw, isBetter)).toBeGreaterThan(0.958);
  });
});
