// Measures of a ranking against judgements. Does not know how the ranking came about.
// Source: Järvelin, Kekäläinen 2002 (nDCG, with linear gain as trec_eval and BEIR use it).

/** Relevance of documents to one query; absent is 0. */
export type Judgements = ReadonlyMap<string, number>;

export interface Measures {
  readonly ndcg10: number;
  readonly recall10: number;
  readonly recall100: number;
  readonly mrr10: number;
}

/** The measures of one ranking (ids, best first). `judged` must hold at least one relevant document. */
export function measure(ranking: readonly string[], judged: Judgements): Measures {
  const gains = ranking.map((id) => Math.max(0, judged.get(id) ?? 0));
  const ideal = Array.from(judged.values())
    .filter((gain) => gain > 0)
    .sort((a, b) => b - a);
  const recall = (k: number) => gains.slice(0, k).filter((gain) => gain > 0).length / ideal.length;
  const first = gains.slice(0, 10).findIndex((gain) => gain > 0);
  return {
    ndcg10: discounted(gains) / discounted(ideal),
    recall10: recall(10),
    recall100: recall(100),
    mrr10: first === -1 ? 0 : 1 / (first + 1),
  };
}

const discounted = (gains: readonly number[]): number =>
  gains.slice(0, 10).reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);

/** The mean of measures over queries. */
export function mean(all: readonly Measures[]): Measures {
  const of = (key: keyof Measures) => all.reduce((sum, one) => sum + one[key], 0) / Math.max(1, all.length);
  return { ndcg10: of("ndcg10"), recall10: of("recall10"), recall100: of("recall100"), mrr10: of("mrr10") };
}
