// An example as the fields of a form, and back. Pure.
import type { DatasetRow, Message, Rating, RowDraft, RowEdit, Split } from "../../../worker/contract/index.ts";

export interface RowFields {
  system: string;
  turns: string[]; // user and assistant in turn, the answer last; one alone is plain text
  rejected: string;
  tags: string; // divided by commas
  rating: Rating | "";
  reason: string;
}

/** The fields of an example; of a new one, with room for a question and an answer. */
export function fieldsOf(row: DatasetRow | undefined): RowFields {
  if (row === undefined) return { system: "", turns: ["", ""], rejected: "", tags: "", rating: "", reason: "" };
  const { messages, rejected = "", tags, rating = "", reason = "" } = row;
  const system = messages[0]?.role === "system" ? messages[0].content : "";
  const turns = messages.filter(({ role }) => role !== "system").map(({ content }) => content);
  return { system, turns, rejected, tags: tags.join(", "), rating, reason };
}

export function draftOf(fields: RowFields, split: Split | ""): RowDraft {
  const { rejected, rating, reason } = fields;
  return {
    messages: messagesOf(fields),
    tags: tagsOf(fields.tags),
    origin: { kind: "written" },
    ...(isBlank(rejected) ? {} : { rejected }),
    ...(rating === "" ? {} : { rating }),
    ...(isBlank(reason) ? {} : { reason }),
    ...(split === "" ? {} : { split }),
  };
}

export function editOf(fields: RowFields): RowEdit {
  const { rejected, rating, reason } = fields;
  return {
    messages: messagesOf(fields),
    rejected: isBlank(rejected) ? null : rejected,
    tags: tagsOf(fields.tags),
    rating: rating === "" ? null : rating,
    reason: isBlank(reason) ? null : reason,
  };
}

/** "a, b; c" as three tags, none of them blank. */
export function tagsOf(text: string): string[] {
  const tags = text.split(/[,;]/).map((tag) => tag.trim());
  return [...new Set(tags.filter((tag) => tag !== ""))];
}

function messagesOf({ system, turns }: RowFields): Message[] {
  if (turns.length === 1) return [{ role: "assistant", content: turns[0]! }];
  const spoken = turns.map((content, index): Message => ({ role: index % 2 === 0 ? "user" : "assistant", content }));
  return isBlank(system) ? spoken : [{ role: "system", content: system }, ...spoken];
}

const isBlank = (text: string): boolean => text.trim() === "";
