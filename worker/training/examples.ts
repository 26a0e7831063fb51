// Rows of a data set to token sequences with a loss mask: only what the model is to say counts. The chat template decides which
// text that is, so a model learns exactly what it will be asked to write.
import { fail } from "../contract/errors.ts";
import type { Message } from "../contract/inference.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import type { Sequence } from "./packing.ts";

export type Row =
  | { readonly messages: readonly Message[] }
  | { readonly prompt: string; readonly completion: string }
  | { readonly text: string };

/** A piece of a row as the model sees it. */
export interface Piece {
  readonly text: string;
  readonly counts: boolean;
}

/** The row's text in pieces, in order. Throws invalid-argument when a chat has no answer to learn. */
export function piecesOf(row: Row, tokenizer: Tokenizer): Piece[] {
  if ("text" in row) return [{ text: row.text, counts: true }];
  if ("prompt" in row)
    return [
      { text: row.prompt, counts: false },
      { text: row.completion, counts: true },
    ];
  return chatPieces(row.messages, tokenizer);
}

/** What stands between the prompt of each answer and the text after it, is the answer with its end mark. */
function chatPieces(messages: readonly Message[], tokenizer: Tokenizer): Piece[] {
  const whole = tokenizer.chatText(messages);
  const pieces: Piece[] = [];
  let at = 0;
  messages.forEach(({ role, content }, i) => {
    if (role !== "assistant") return;
    const prompt = tokenizer.chatPrompt(messages.slice(0, i));
    const after = tokenizer.chatText(messages.slice(0, i + 1));
    // A template that rewrites earlier turns has no common beginning: then the answer's own words count.
    const begin = whole.startsWith(prompt) ? prompt.length : whole.indexOf(content, at);
    const end = whole.startsWith(after) ? after.length : begin + content.length;
    if (begin < at || end <= begin) return;
    pieces.push({ text: whole.slice(at, begin), counts: false }, { text: whole.slice(begin, end), counts: true });
    at = end;
  });
  if (at === 0) fail({ code: "invalid-argument", name: "messages", reason: "there is no answer to learn" });
  return [...pieces, { text: whole.slice(at), counts: false }].filter(({ text }) => text !== "");
}

/** Tokens of one row, and which of them count. */
export interface MaskedTokens {
  readonly ids: readonly number[];
  readonly counts: readonly boolean[];
}

export function maskedTokens(row: Row, tokenizer: Tokenizer): MaskedTokens {
  const end = tokenizer.endToken;
  const ids: number[] = "messages" in row ? [] : [...tokenizer.beginTokens]; // a chat template writes its own
  const counts = ids.map(() => false);
  for (const piece of piecesOf(row, tokenizer)) {
    const own = tokenizer.encode(piece.text, { isRaw: true });
    ids.push(...own);
    counts.push(...own.map(() => piece.counts));
  }
  const isOpen = !("messages" in row) || !tokenizer.hasTemplate; // nothing wrote the end mark yet
  if (isOpen && end !== undefined) {
    ids.push(end);
    counts.push(true);
  }
  return { ids, counts };
}

/**
 * A row as a sequence of at most `context` + 1 tokens; null when nothing of it counts. One that is too long loses its beginning:
 * the last answer is what matters most.
 */
export const sequenceOf = (row: Row, tokenizer: Tokenizer, context: number): Sequence | null =>
  sequenceFrom(maskedTokens(row, tokenizer), context);

/** The same, of a row whose tokens are there already. */
export function sequenceFrom({ ids, counts }: MaskedTokens, context: number): Sequence | null {
  const start = Math.max(0, ids.length - context - 1);
  const sequence = { ids: ids.slice(start), weights: counts.slice(start).map((c) => (c ? 1 : 0)) };
  return sequence.weights.some((w, i) => i > 0 && w > 0) ? sequence : null;
}
