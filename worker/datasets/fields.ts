// Fields of a value that may be anything: each reader gives what it asks for or throws invalid-argument with the field's name.
// Does not know the formats.
import { fail, type Message, type Rating, type RowDraft, type Split } from "../contract/index.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** Throws the failure that a field is not what it should be. */
export function bad(name: string, reason: string): never {
  return fail({ code: "invalid-argument", name, reason });
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How a wrong value is called in a reason. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

export function fieldsOf(name: string, value: unknown): Fields {
  return isFields(value) ? value : bad(name, value === undefined ? "is missing" : `is ${kindOf(value)}, not an object`);
}

export function listOf(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return bad(name, value === undefined ? "is missing" : `is ${kindOf(value)}, not a list`);
}

export function textOfField(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  return bad(name, value === undefined ? "is missing" : `is ${kindOf(value)}, not a text`);
}

/** A text that may be left out: absent, null and blank are the same. */
export function optionalText(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = textOfField(name, value);
  return text.trim() === "" ? undefined : text;
}

/** A message's content: a text, or a list of text parts as OpenAI writes it. */
function contentOf(name: string, value: unknown): string {
  if (!Array.isArray(value)) return textOfField(name, value);
  return value
    .map((item, i) => {
      const part = fieldsOf(`${name}[${i}]`, item);
      if (part.type !== "text") bad(`${name}[${i}].type`, "is not text; pictures and sounds cannot be learned");
      return textOfField(`${name}[${i}].text`, part.text);
    })
    .join("");
}

const roles: Readonly<Record<string, Message["role"]>> = {
  ...{ system: "system", user: "user", assistant: "assistant" },
  developer: "system", // OpenAI's newer name
};
/** ShareGPT's names for them. */
export const senders: Readonly<Record<string, Message["role"]>> = {
  ...{ system: "system", human: "user", user: "user" },
  ...{ gpt: "assistant", assistant: "assistant", bot: "assistant", model: "assistant", chatgpt: "assistant" },
};

/** Messages as `{role, content}`, or with the names and keys another format has for them. */
export function messagesOf(
  name: string,
  value: unknown,
  { role = "role", content = "content", names = roles } = {},
): Message[] {
  return listOf(name, value).map((item, i) => {
    const message = fieldsOf(`${name}[${i}]`, item);
    const given = textOfField(`${name}[${i}].${role}`, message[role]);
    const known = Object.hasOwn(names, given) ? names[given]! : undefined;
    const expected = [...new Set(Object.keys(names))].join(", ");
    if (known === undefined) bad(`${name}[${i}].${role}`, `is "${given.slice(0, 40)}"; known are ${expected}`);
    return { role: known, content: contentOf(`${name}[${i}].${content}`, message[content]) };
  });
}

export function splitOfField(name: string, value: unknown): Split | undefined {
  const text = optionalText(name, value)?.trim().toLowerCase();
  if (text === undefined || text === "train" || text === "valid" || text === "test") return text;
  if (text === "validation" || text === "val" || text === "dev") return "valid";
  return bad(name, `is "${text.slice(0, 40)}"; known are train, valid, test`);
}

export function ratingOf(name: string, value: unknown): Rating | undefined {
  const text = optionalText(name, value)?.trim().toLowerCase();
  if (text === undefined || text === "up" || text === "down") return text;
  return bad(name, `is "${text.slice(0, 40)}"; known are up, down`);
}

/** What a file says of a row beside its content; without the keys that say nothing. */
export function notesOf(name: string, value: unknown): Pick<RowDraft, "tags" | "split" | "rating" | "reason"> {
  if (value === undefined || value === null) return {};
  const notes = fieldsOf(name, value);
  const tags = notes.tags === undefined ? [] : listOf(`${name}.tags`, notes.tags);
  const split = splitOfField(`${name}.split`, notes.split);
  const rating = ratingOf(`${name}.rating`, notes.rating);
  const reason = optionalText(`${name}.reason`, notes.reason);
  return {
    ...(tags.length === 0 ? {} : { tags: tags.map((tag, i) => textOfField(`${name}.tags[${i}]`, tag)) }),
    ...(split === undefined ? {} : { split }),
    ...(rating === undefined ? {} : { rating }),
    ...(reason === undefined ? {} : { reason }),
  };
}
