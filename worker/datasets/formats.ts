// The JSON formats of training data: which one a value is in, and the row it stands for. A reader throws invalid-argument with
// the field that is wrong. Does not read files.
import type { DataFormat, Message, RowContent, RowDraft } from "../contract/index.ts";
import { bad, fieldsOf, isFields, listOf, messagesOf, notesOf, optionalText, senders, textOfField } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { isPlainText } from "./row.ts";

export type JsonFormat = Exclude<DataFormat, "table">;
/** What a reader makes of a value; where it comes from is added by whoever knows. */
export type ReadRow = Omit<RowDraft, "origin">;

/** Keys by which a format is known, most telling first. */
const keys: Readonly<Record<JsonFormat, readonly string[]>> = {
  messages: ["messages"],
  sharegpt: ["conversations"],
  preference: ["chosen", "rejected"],
  alpaca: ["instruction", "output"],
  "prompt-completion": ["prompt", "completion"],
  text: ["text"],
};

/** The format most of the values are in; of equals, the first met. Undefined where none is in any. */
export function detectFormat(values: readonly unknown[]): JsonFormat | undefined {
  const votes = new Map<JsonFormat, number>();
  for (const value of values) {
    const format = isFields(value) ? formatOf(value) : undefined;
    if (format !== undefined) votes.set(format, (votes.get(format) ?? 0) + 1);
  }
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function formatOf(value: Fields): JsonFormat | undefined {
  const formats = Object.keys(keys) as JsonFormat[];
  const whole = formats.find((format) => keys[format].every((key) => key in value));
  return whole ?? formats.find((format) => keys[format].some((key) => key in value));
}

const readers: Readonly<Record<JsonFormat, (value: Fields) => ReadRow>> = {
  // What Loam writes: plain text rows stand among the others, and notes under `metadata`.
  messages(value) {
    const notes = notesOf("metadata", value.metadata);
    if (!("messages" in value) && "text" in value) return { ...plainText(value.text), ...notes };
    const messages = messagesOf("messages", value.messages);
    const rejected = value.rejected === undefined ? undefined : textOfField("rejected", value.rejected);
    return { messages, ...(rejected === undefined ? {} : { rejected }), ...notes };
  },

  alpaca(value) {
    const instruction = textOfField("instruction", value.instruction);
    const history = value.history === undefined || value.history === null ? [] : listOf("history", value.history);
    const turns = history.flatMap((item, i): Message[] => {
      const pair = listOf(`history[${i}]`, item);
      return [
        { role: "user", content: textOfField(`history[${i}][0]`, pair[0]) },
        { role: "assistant", content: textOfField(`history[${i}][1]`, pair[1]) },
      ];
    });
    const prompt = withInput(instruction, optionalText("input", value.input));
    const answer = textOfField("output", value.output);
    return chat(optionalText("system", value.system), [...turns, { role: "user", content: prompt }], answer);
  },

  sharegpt(value) {
    const all = messagesOf("conversations", value.conversations, { role: "from", content: "value", names: senders });
    const system = optionalText("system", value.system);
    const isBlank = all[0]?.role === "system" && all[0].content.trim() === "";
    const messages = isBlank ? all.slice(1) : all;
    return { messages: system === undefined ? messages : [{ role: "system", content: system }, ...messages] };
  },

  "prompt-completion"(value) {
    const prompt = turnsOf("prompt", value.prompt, "user");
    return { messages: [...prompt, ...turnsOf("completion", value.completion, "assistant")] };
  },

  preference(value) {
    const prompt = value.prompt === undefined ? [] : turnsOf("prompt", value.prompt, "user");
    const chosen = [...prompt, ...turnsOf("chosen", value.chosen, "assistant")];
    const rejected = [...prompt, ...turnsOf("rejected", value.rejected, "assistant")];
    const before = (messages: readonly Message[]) => JSON.stringify(messages.slice(0, -1));
    if (before(chosen) !== before(rejected)) bad("rejected", "does not answer the same prompt as chosen");
    if (rejected.at(-1)?.role !== "assistant") bad("rejected", "does not end in the assistant's answer");
    return { messages: chosen, rejected: rejected.at(-1)!.content };
  },

  text: (value) => plainText(value.text),
};

/** The row a value of this format stands for. Throws invalid-argument; whether the row can be learned is not checked. */
export function readRow(format: JsonFormat, value: unknown): ReadRow {
  const fields = fieldsOf("", value);
  const row = readers[format](fields);
  // A lone answer is a chat cut short; only what is called text is plain text.
  if (isPlainText(row) && !(format === "text" || (format === "messages" && !("messages" in fields))))
    bad(keys[format][0]!, "has no message of the user before the answer");
  return row;
}

const plainText = (text: unknown): RowContent => ({
  messages: [{ role: "assistant", content: textOfField("text", text) }],
});

/** A prompt or an answer: a text, or a list of messages. */
function turnsOf(name: string, value: unknown, role: Message["role"]): Message[] {
  return Array.isArray(value) ? messagesOf(name, value) : [{ role, content: textOfField(name, value) }];
}

export const withInput = (prompt: string, input: string | undefined): string =>
  input === undefined ? prompt : `${prompt}\n\n${input}`;

/** A chat of a system message, if any, the turns, and the answer. */
export function chat(system: string | undefined, turns: readonly Message[], answer: string): RowContent {
  const first: Message[] = system === undefined ? [] : [{ role: "system", content: system }];
  return { messages: [...first, ...turns, { role: "assistant", content: answer }] };
}
