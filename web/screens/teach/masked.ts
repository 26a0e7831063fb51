// Tokens of an example, gathered into stretches that are learned and stretches that are only read. Pure.

export interface MaskedToken {
  readonly text: string;
  readonly counts: boolean;
}
export interface TokenGroup {
  readonly counts: boolean;
  readonly texts: readonly string[];
}

/** Neighbours that are both learned, or both not, together. */
export function groupTokens(tokens: readonly MaskedToken[]): TokenGroup[] {
  const groups: { counts: boolean; texts: string[] }[] = [];
  for (const { text, counts } of tokens) {
    const last = groups.at(-1);
    if (last?.counts === counts) last.texts.push(text);
    else groups.push({ counts, texts: [text] });
  }
  return groups;
}
