// Several rankings become one by their relative scores. Does not know what was ranked or how.
//
// Relative scores, not reciprocal ranks: with a weak embedder they were better on the held-out questions of MedQuAD and on both
// test collections, because a clear winner of the full text keeps its lead; ranks forget how clear it was. nDCG@10 with a
// prototype of the embedder, full text alone / ranks at their best weight / relative scores with weight 0.2:
// Cranfield 0.384 / 0.385 / 0.395, XQuAD 0.970 / 0.971 / 0.971, MedQuAD 0.658 / 0.667 / 0.682.

export interface Scored {
  readonly id: string;
  readonly score: number;
}
export interface Ranking {
  readonly found: readonly Scored[]; // best first
  readonly weight: number; // ≥ 0
  /** The score that counts as nothing; absent: the last one's, for scores whose zero has no meaning. */
  readonly zero?: number;
}
export interface Fused extends Scored {
  readonly ranks: readonly (number | undefined)[]; // in each ranking, 1-based
}

/** Fuses rankings: Σ weight · (score − zero) / (best − zero). Equals keep the order in which they were met. */
export function fuse(rankings: readonly Ranking[]): Fused[] {
  const fused = new Map<string, { id: string; score: number; ranks: (number | undefined)[] }>();
  rankings.forEach(({ found, weight, zero = found.at(-1)?.score ?? 0 }, r) => {
    const spread = (found[0]?.score ?? 0) - zero;
    found.forEach(({ id, score }, i) => {
      const entry = fused.get(id) ?? { id, score: 0, ranks: rankings.map(() => undefined) };
      entry.score += weight * (spread > 0 ? (score - zero) / spread : 1); // all equal: all best
      entry.ranks[r] = i + 1;
      fused.set(id, entry);
    });
  });
  return Array.from(fused.values()).sort((a, b) => b.score - a.score);
}
