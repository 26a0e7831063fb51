// The specification of topK, in float64: score everything, sort, cut.

export function topKReference(
  vectors: ArrayLike<number>,
  query: ArrayLike<number>,
  isAllowed: (row: number) => boolean,
  k: number,
  scales?: ArrayLike<number>, // one a vector; absent: 1
): { row: number; score: number }[] {
  const D = query.length;
  const all: { row: number; score: number }[] = [];
  for (let row = 0; row < vectors.length / D; row++) {
    if (!isAllowed(row)) continue;
    let score = 0;
    for (let d = 0; d < D; d++) score += vectors[row * D + d] * query[d];
    all.push({ row, score: score * (scales?.[row] ?? 1) });
  }
  return all.sort((a, b) => b.score - a.score || a.row - b.row).slice(0, k);
}
