// The specification of `bpe_merge`, by the merges themselves.

export interface Merge {
  readonly left: number;
  readonly right: number;
  readonly merged: number;
}

/** The tokens of a word; `merges` come in the order of their ranks. */
export function bpeReference(word: readonly number[], merges: readonly Merge[]): number[] {
  let symbols = [...word];
  for (;;) {
    const pairs = symbols
      .slice(1)
      .map((right, i) => merges.findIndex((m) => m.left === symbols[i] && m.right === right));
    const lowest = Math.min(...pairs.filter((rank) => rank >= 0));
    if (lowest === Infinity) return symbols;
    const at = pairs.indexOf(lowest);
    symbols = [...symbols.slice(0, at), merges[lowest].merged, ...symbols.slice(at + 2)];
  }
}
