// Training files to token sequences. Rows of JSONL are `text`, `prompt`/`completion`, `messages` (only answers count), or
// `anchor`/`positive` pairs; any other file is plain text. A bad row is an error that names file, line and reason.
import * as v from "valibot";
import { fail } from "../contract/errors.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { sequenceOf } from "./examples.ts";
import type { Sequence } from "./packing.ts";
import type { Pair } from "./static-objective.ts";

export interface TextFile {
  readonly name: string;
  readonly text: string;
}
const Row = v.union([
  v.object({ text: v.string() }),
  v.object({ prompt: v.string(), completion: v.string() }),
  v.object({
    messages: v.pipe(
      v.array(v.object({ role: v.picklist(["system", "user", "assistant"]), content: v.string() })),
      v.minLength(1),
    ),
  }),
]);
const PairRow = v.object({ anchor: v.string(), positive: v.string() });

/** Sequences of at most `context` tokens. Throws bad-file. */
export function sequencesOf(files: readonly TextFile[], tokenizer: Tokenizer, context: number): Sequence[] {
  const end = tokenizer.endToken === undefined ? [] : [tokenizer.endToken];
  const usable = files.flatMap((file) => {
    if (!isJsonl(file)) return windows(tokenizer.encode(file.text, { isRaw: true }), context);
    return rowsOf(file, Row).flatMap((row) => {
      if ("text" in row) return windows([...tokenizer.encode(row.text, { isRaw: true }), ...end], context);
      return sequenceOf(row, tokenizer, context) ?? [];
    });
  });
  if (usable.length === 0)
    fail({
      code: "bad-file",
      file: files.map((f) => f.name).join(", "),
      format: "training data",
      reason: "nothing in it can be learned",
    });
  return usable;
}

/** The rows of a JSONL file. Throws bad-file. */
export const trainingRows = (file: TextFile): TrainingRow[] => rowsOf(file, Row);
export type TrainingRow = v.InferOutput<typeof Row>;

/** Pairs for a static embedder. Throws bad-file. */
export function pairsOf(files: readonly TextFile[], tokenizer: Tokenizer): Pair[] {
  const encode = (text: string) => tokenizer.encode(text, { isRaw: true });
  const pairs = files.flatMap((file) =>
    rowsOf(file, PairRow).map(({ anchor, positive }) => ({ anchor: encode(anchor), positive: encode(positive) })),
  );
  return pairs.filter(({ anchor, positive }) => anchor.length > 0 && positive.length > 0);
}

/** The texts of a file, for training a tokenizer on. */
export function textsOf(file: TextFile): string[] {
  if (!isJsonl(file)) return [file.text];
  return rowsOf(file, v.union([Row, PairRow])).flatMap((row) => {
    if ("text" in row) return [row.text];
    if ("anchor" in row) return [row.anchor, row.positive];
    return "prompt" in row ? [row.prompt, row.completion] : row.messages.map(({ content }) => content);
  });
}

const isJsonl = ({ name }: TextFile): boolean => /\.jsonl$/i.test(name);

function rowsOf<Schema extends v.GenericSchema>({ name, text }: TextFile, schema: Schema): v.InferOutput<Schema>[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const bad = (reason: string): never =>
      fail({ code: "bad-file", file: name, format: "JSONL", reason: `line ${i + 1}: ${reason}` });
    const parsed = v.safeParse(schema, parse(line) ?? bad("it is not JSON"));
    return [parsed.success ? parsed.output : bad(parsed.issues[0].message)];
  });
}
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Consecutive stretches of context tokens and the one after, so that every token but the first is a target once. */
function windows(ids: readonly number[], context: number): Sequence[] {
  const sequences: Sequence[] = [];
  for (let start = 0; start + 1 < ids.length; start += context) {
    const window = ids.slice(start, start + context + 1);
    sequences.push({ ids: window, weights: window.map(() => 1) });
  }
  return sequences;
}
