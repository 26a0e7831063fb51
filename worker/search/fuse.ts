// Weighted reciprocal rank fusion: several rankings become one. Does not know what was ranked or how.
// Source: Cormack, Clarke, Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods".

export interface Ranking {
  readonly ids: readonly string[]; // best first
  readonly weight: number; // ≥ 0
}
export interface Fused {
  readonly id: string;
  readonly score: number; // Σ weight / (k + rank), rank from 1
  readonly ranks: readonly (number | undefined)[]; // in each ranking, 1-based
}

/** Fuses rankings; equals keep the order in which they were met. `k` damps the head: the larger, the flatter. */
export function fuse(rankings: readonly Ranking[], k: number): Fused[] {
  const found = new Map<string, { id: string; score: number; ranks: (number | undefined)[] }>();
  rankings.forEach(({ ids, weight }, r) => {
    ids.forEach((id, i) => {
      const entry = found.get(id) ?? { id, score: 0, ranks: rankings.map(() => undefined) };
      entry.score += weight / (k + i + 1);
      entry.ranks[r] = i + 1;
      found.set(id, entry);
    });
  });
  return Array.from(found.values()).sort((a, b) => b.score - a.score);
}
