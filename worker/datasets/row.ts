// A row of a data set: what makes it sound, what is its prompt, and its hashes. Does not know where rows come from or are kept.
import { fail, type DatasetRow, type Message, type RowContent, type RowDraft } from "../contract/index.ts";
import { hashText } from "./hash.ts";

/** What is wrong with a value, and where. */
export interface Problem {
  readonly field: string; // such as "messages[2].role"; "" for the whole
  readonly reason: string;
}

/** What is wrong with a text that is to be trained on. */
export function textProblem(field: string, text: string): Problem | undefined {
  if (text.trim() === "") return { field, reason: "is empty" };
  if (text.includes("\0")) return { field, reason: "contains a NUL character" };
  if (/\p{Surrogate}/u.test(text)) return { field, reason: "contains half of a surrogate pair" };
  return undefined;
}

/** What keeps a content from being learned: the first problem met, or undefined for a sound one. */
export function contentProblem({ messages, rejected }: RowContent): Problem | undefined {
  if (messages.length === 0) return { field: "messages", reason: "is empty" };
  for (const [i, { content }] of messages.entries()) {
    const problem = textProblem(`messages[${i}].content`, content);
    if (problem !== undefined) return problem;
  }
  return orderProblem(messages) ?? rejectedProblem(messages, rejected);
}

function orderProblem(messages: readonly Message[]): Problem | undefined {
  if (isPlainText({ messages })) return undefined;
  if (messages.every(({ role }) => role !== "assistant"))
    return { field: "messages", reason: "has no assistant message: there is nothing to learn" };
  const start = messages[0]?.role === "system" ? 1 : 0;
  for (let i = start; i < messages.length; i++) {
    const expected = (i - start) % 2 === 0 ? "user" : "assistant";
    const role = messages[i]!.role;
    if (role === expected) continue;
    const field = `messages[${i}].role`;
    if (role === "system") return { field, reason: "a system message can only be the first" };
    if (i === start) return { field, reason: "the first message after any system message must be the user's" };
    return { field, reason: `user and assistant must take turns: expected ${expected}, found ${role}` };
  }
  return messages.at(-1)!.role === "assistant"
    ? undefined
    : { field: `messages[${messages.length - 1}].role`, reason: "the last message must be the assistant's answer" };
}

function rejectedProblem(messages: readonly Message[], rejected: string | undefined): Problem | undefined {
  if (rejected === undefined) return undefined;
  if (isPlainText({ messages })) return { field: "rejected", reason: "plain text has no answer to prefer" };
  if (rejected === messages.at(-1)!.content) return { field: "rejected", reason: "is the same as the answer" };
  return textProblem("rejected", rejected);
}

/** Whether a row is plain text, trained whole: one assistant message and nothing before it. */
export const isPlainText = ({ messages }: RowContent): boolean =>
  messages.length === 1 && messages[0]!.role === "assistant";

/** The RFC 8785 form of a content: keys sorted, no spaces, nothing but messages and rejected. */
export function canonical({ messages, rejected }: RowContent): string {
  const plain = messages.map(({ role, content }) => ({ content, role }));
  return JSON.stringify(rejected === undefined ? { messages: plain } : { messages: plain, rejected });
}

/** A text with letter case, spacing and Unicode composition levelled, for comparing. */
export function normalised(text: string): string {
  const { isAscii, isSpaced } = looked(text);
  const small = (isAscii ? text : text.normalize("NFC")).toLowerCase();
  return isSpaced ? small : small.replace(/\s+/g, " ").trim();
}

/** Whether a text is in ASCII, and if so whether no space in it is to be levelled: most texts need no more than this look. */
function looked(text: string): { readonly isAscii: boolean; readonly isSpaced: boolean } {
  let isSpaced = true;
  let before = 32;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return { isAscii: false, isSpaced: false };
    if (code < 32 || (code === 32 && before === 32)) isSpaced = false;
    before = code;
  }
  return { isAscii: true, isSpaced: isSpaced && before !== 32 };
}

/** All that a row says apart from a rejected answer, normalised: two rows with the same text teach the same. */
export const rowText = ({ messages }: RowContent): string =>
  messages.map(({ role, content }) => `${role}: ${normalised(content)}`).join("\n");

/** What stands before the answer, normalised; of plain text, the text. */
export const promptText = (content: RowContent): string =>
  isPlainText(content) ? rowText(content) : rowText({ messages: content.messages.slice(0, -1) });

/** Content hash: SHA-256 of the canonical form. */
export const rowHash = (content: RowContent): string => hashText(canonical(content));
export const promptHash = (content: RowContent): string => hashText(promptText(content));

/** Content and notes in their stored shape: no key without a value, no tag twice. */
export function tidy({ messages, rejected, tags = [], rating, reason }: Omit<RowDraft, "origin">) {
  return {
    messages: messages.map(({ role, content }) => ({ role, content })),
    ...(rejected === undefined ? {} : { rejected }),
    tags: [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ""))],
    ...(rating === undefined ? {} : { rating }),
    ...(reason === undefined || reason.trim() === "" ? {} : { reason }),
  };
}

/** A row not yet in any split. */
export type NewRow = Omit<DatasetRow, "split">;

/** The row of a draft that is known to be sound. */
export function newRow(draft: RowDraft): NewRow {
  const plain = tidy(draft);
  return {
    ...{ id: crypto.randomUUID(), hash: rowHash(plain), promptHash: promptHash(plain), ...plain },
    ...{ origin: draft.origin, createdAt: Date.now() },
  };
}

/** Throws invalid-argument for a content that cannot be learned. */
export function checkContent(content: RowContent): void {
  const problem = contentProblem(content);
  if (problem !== undefined) fail({ code: "invalid-argument", name: problem.field, reason: problem.reason });
}
