// Choosing documents by # and a model by @ while typing a question. Pure: text and cursor in, what is being typed out.

export interface Mention {
  readonly kind: "documents" | "models";
  readonly query: string; // what follows the sign
  readonly start: number; // of the sign in the text
}

/** The mention that ends at the cursor, or null. The sign counts at the start of a word only. */
export function mentionAt(text: string, cursor: number): Mention | null {
  const match = /(^|\s)([#@])([^\s#@]*)$/.exec(text.slice(0, cursor));
  if (match === null) return null;
  const [, space = "", sign, query = ""] = match;
  return { kind: sign === "#" ? "documents" : "models", query, start: match.index + space.length };
}

/** The text without the mention. */
export function withoutMention(text: string, mention: Mention): string {
  const end = mention.start + 1 + mention.query.length;
  return `${text.slice(0, mention.start)}${text.slice(end).replace(/^ /, "")}`;
}
