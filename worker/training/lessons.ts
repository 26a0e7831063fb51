// Rows of a data set made ready for a run's method, and the run of that method: the one place that knows both.
import { fail } from "../contract/errors.ts";
import type { Runtime } from "../engine/runtime.ts";
import type { AdapterWeights } from "../models/adapter.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { maskedTokens, sequenceFrom, type MaskedTokens, type Row } from "./examples.ts";
import { methodOf, type FineTuneConfig } from "./fine-tune-config.ts";
import { fineTune, type Base } from "./fine-tune.ts";
import type { RunHooks, RunResult, RunState } from "./loop.ts";
import type { Sequence } from "./packing.ts";
import { preferenceTune } from "./preference.ts";
import { maskedPair, pairFrom, type MaskedPair, type PreferencePair } from "./preference-pairs.ts";

/** A row, and the answer that was rejected for its own. */
export interface TaughtRow {
  readonly row: Row;
  readonly rejected?: string;
}
interface Taught<Example> {
  readonly train: readonly Example[];
  readonly valid: readonly Example[];
}
export type Lessons =
  ({ readonly method: "sft" } & Taught<Sequence>) | ({ readonly method: "dpo" } & Taught<PreferencePair>);

/** What was made of rows. */
export interface Counted {
  readonly lessons: Lessons;
  readonly lengths: readonly number[]; // tokens of the rows to train on, uncut; of a pair, its longer text
}

/** Rows of which nothing counts are left out; so are, for dpo, rows that are no pairs. Throws invalid-argument when none is left. */
export function lessonsOf(
  config: FineTuneConfig,
  train: readonly TaughtRow[],
  valid: readonly TaughtRow[],
  tokenizer: Tokenizer,
): Counted {
  const { context } = config.training;
  const method = methodOf(config);
  const { lessons, lengths } = method === "dpo" ? pairs() : examples();
  const reason = method === "dpo" ? NO_PAIRS : "nothing in them can be learned";
  if (lessons.train.length === 0) fail({ code: "invalid-argument", name: "examples", reason });
  return { lessons, lengths };

  function examples(): Counted {
    const masked = train.map(({ row }) => maskedTokens(row, tokenizer));
    const held = valid.map(({ row }) => maskedTokens(row, tokenizer));
    const cut = (all: readonly MaskedTokens[]) => all.flatMap((of) => sequenceFrom(of, context) ?? []);
    return {
      lessons: { method: "sft", train: cut(masked), valid: cut(held) },
      lengths: masked.map(({ ids }) => ids.length),
    };
  }
  function pairs(): Counted {
    const of = (rows: readonly TaughtRow[]) =>
      rows.flatMap(({ row, rejected }) => (rejected === undefined ? [] : (maskedPair(row, rejected, tokenizer) ?? [])));
    const masked = of(train);
    const cut = (all: readonly MaskedPair[]) => all.flatMap((pair) => pairFrom(pair, context) ?? []);
    return {
      lessons: { method: "dpo", train: cut(masked), valid: cut(of(valid)) },
      lengths: masked.map(({ chosen, rejected }) => Math.max(chosen.ids.length, rejected.ids.length)),
    };
  }
}
const NO_PAIRS =
  "none of them holds a rejected answer beside the right one; correct answers in a chat, import pairs (chosen and rejected), or learn from examples (method: sft)";

/** Trains an adapter, from `from` on if given, by the method of the lessons. The base is only read. */
export function teach(
  runtime: Runtime,
  base: Base,
  config: FineTuneConfig,
  lessons: Lessons,
  hooks: RunHooks,
  from?: RunState,
): Promise<RunResult & { readonly adapter: AdapterWeights }> {
  return lessons.method === "dpo"
    ? preferenceTune(runtime, base, config, lessons.train, lessons.valid, hooks, from)
    : fineTune(runtime, base, config, lessons.train, lessons.valid, hooks, from);
}
