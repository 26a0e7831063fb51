// Finds chats by what was said in them. Every word of the query must be in the title or in a message, letter case aside; the line
// shown is the one with the most of them. Does not know where chats are kept.
import type { Chat, FoundChat } from "../contract/index.ts";

const mostShown = 160; // characters of a line
const lead = 40; // of them before the first word found

const levelled = (text: string): string => text.normalize("NFC").toLowerCase();

/** The words a query asks for, levelled. */
export const queryWords = (query: string): string[] => levelled(query).split(/\s+/).filter(Boolean);

/** The chat as found, or undefined. No words find nothing. */
export function findIn(chat: Chat, words: readonly string[]): FoundChat | undefined {
  const title = levelled(chat.title);
  const missing = words.filter((word) => !title.includes(word));
  if (words.length === 0) return undefined;
  if (missing.length === 0) return { id: chat.id, line: null };
  const texts = chat.turns.map(({ content, corrected }) => corrected ?? content);
  const all = texts.map(levelled);
  if (!missing.every((word) => all.some((text) => text.includes(word)))) return undefined;
  return { id: chat.id, line: bestLine(texts, words) };
}

function bestLine(texts: readonly string[], words: readonly string[]): string {
  let best = { line: "", count: 0 };
  for (const text of texts)
    for (const line of text.split("\n")) {
      const count = words.filter((word) => levelled(line).includes(word)).length;
      if (count > best.count) best = { line, count };
    }
  return cut(best.line.trim(), words);
}

/** A long line around the first word found. */
function cut(line: string, words: readonly string[]): string {
  if (line.length <= mostShown) return line;
  const places = words.map((word) => levelled(line).indexOf(word)).filter((at) => at >= 0);
  const start = Math.max(0, Math.min(Math.min(...places) - lead, line.length - mostShown));
  const end = start + mostShown;
  return `${start > 0 ? "…" : ""}${line.slice(start, end).toWellFormed()}${end < line.length ? "…" : ""}`;
}
