// What a version does on rows that it never saw: the answer it writes, and the loss of the one it should have written. Scoring is
// somebody else's.
import type { AnsweredRow } from "../contract/evaluation.ts";
import { greedy, type Message } from "../contract/inference.ts";
import type { Slice } from "../engine/program.ts";
import type { ChatModel } from "../inference/chat-model.ts";
import type { AdapterWeights } from "../models/adapter.ts";
import { Evaluator } from "../training/evaluator.ts";
import { sequenceOf, type Row } from "../training/examples.ts";

export interface RowToAnswer {
  readonly id: string;
  readonly row: Row;
}
export interface AnswerOptions {
  readonly maxTokens: number; // of an answer
  readonly context?: number; // tokens of a row; absent: what the model's session holds, 2,048 at most
  readonly signal?: AbortSignal; // what is answered so far is returned
  readonly slice?: Slice;
  readonly onRow?: (done: number, total: number) => void;
}

/** Greedy answers and losses, in the order of the rows. `text` rows have a loss but nothing to answer. */
export async function answerRows(
  model: ChatModel,
  adapter: AdapterWeights | null,
  rows: readonly RowToAnswer[],
  { maxTokens, context = 2048, signal, slice, onRow = () => {} }: AnswerOptions,
): Promise<AnsweredRow[]> {
  const limit = Math.min(context, model.session.capacity);
  const sequences = rows.map(({ row }) => sequenceOf(row, model.tokenizer, limit));
  const T = Math.max(1, ...sequences.map((s) => (s ? s.ids.length - 1 : 1)));
  const { runtime } = model.session;
  const evaluator = await Evaluator.create(runtime, model, adapter, Math.ceil(T / 64) * 64);
  const answered: AnsweredRow[] = [];
  try {
    for (const [i, { id, row }] of rows.entries()) {
      if (signal?.aborted) break;
      const sequence = sequences[i];
      const { loss, tokens } = sequence ? await evaluator.lossOf(sequence, slice) : { loss: 0, tokens: 0 };
      const asked = askedBy(row);
      const answer = asked ? await answerTo(model, adapter, asked, { maxTokens, ...(signal && { signal }), ...(slice && { slice }) }) : ""; // prettier-ignore
      answered.push({ id, prompt: asked?.shown ?? "", expected: asked?.expected ?? "", answer, loss, tokens });
      onRow(i + 1, rows.length);
    }
  } finally {
    evaluator.dispose();
  }
  return answered;
}

interface Asked {
  readonly messages?: readonly Message[];
  readonly prompt?: string;
  readonly expected: string;
  readonly shown: string; // the prompt as a person reads it
}

/** The last answer of a row as a question; null where there is nothing to ask. */
export function askedBy(row: Row): Asked | null {
  if ("text" in row) return null;
  if ("prompt" in row) return { prompt: row.prompt, expected: row.completion.trim(), shown: row.prompt };
  const last = row.messages.findLastIndex(({ role }) => role === "assistant");
  if (last < 1) return null;
  const messages = row.messages.slice(0, last);
  return { messages, expected: row.messages[last].content.trim(), shown: messages.at(-1)!.content };
}

/** The greedy answer, as a person reads it. */
export async function answerTo(
  model: ChatModel,
  adapter: AdapterWeights | null,
  { messages, prompt }: Pick<Asked, "messages" | "prompt">,
  options: { maxTokens: number; signal?: AbortSignal; slice?: Slice },
): Promise<string> {
  const request = {
    ...(messages ? { messages } : { prompt: prompt! }),
    maxTokens: options.maxTokens,
    sampling: greedy,
  };
  return (await model.generate(request, { ...options, adapter })).text.trim();
}
