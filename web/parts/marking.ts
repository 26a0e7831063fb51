// A line cut where the words of a query stand in it, for marking them.

export interface Piece {
  readonly text: string;
  readonly isFound: boolean;
}

/** The pieces make up the line; letter case does not count. */
export function marked(line: string, query: string): Piece[] {
  const words = query.split(/\s+/).filter(Boolean);
  if (words.length === 0) return [{ text: line, isFound: false }];
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return line
    .split(new RegExp(`(${escaped.join("|")})`, "giu"))
    .map((text, index) => ({ text, isFound: index % 2 === 1 }))
    .filter(({ text }) => text !== "");
}
