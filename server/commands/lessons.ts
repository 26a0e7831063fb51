// Data files of `loam finetune` as a run's method takes them. Preference pairs come in every format that a data set reads them in.
import { AppError, fail } from "../../worker/contract/errors.ts";
import { detectFormat, readRow } from "../../worker/datasets/formats.ts";
import type { Tokenizer } from "../../worker/tokenizer/tokenizer.ts";
import { sequencesOf, type TextFile } from "../../worker/training/corpus.ts";
import { methodOf, type FineTuneConfig } from "../../worker/training/fine-tune-config.ts";
import { lessonsOf, type Lessons, type TaughtRow } from "../../worker/training/lessons.ts";

/** Throws bad-file that names file, line and what to do. */
export function lessonsIn(
  config: FineTuneConfig,
  train: TextFile,
  valid: TextFile | null,
  tokenizer: Tokenizer,
): Lessons {
  const files = valid ? [train, valid] : [train];
  if (methodOf(config) === "dpo") {
    const [taught, held = []] = files.map(pairsIn);
    return lessonsOf(config, taught, held, tokenizer).lessons;
  }
  for (const file of files) refuseBarePairs(file);
  const sequences = (file: TextFile) => sequencesOf([file], tokenizer, config.training.context);
  return { method: "sft", train: sequences(train), valid: valid ? sequences(valid) : [] };
}

/** The preference pairs of a file; other rows are left out. */
function pairsIn(file: TextFile): TaughtRow[] {
  const lines = linesOf(file);
  const format = detectFormat(lines.map(({ value }) => value));
  const pairs = lines.flatMap(({ line, value }): TaughtRow[] => {
    if (format === undefined) return [];
    try {
      const { messages, rejected } = readRow(format, value);
      return rejected === undefined ? [] : [{ row: { messages }, rejected }];
    } catch (error) {
      if (error instanceof AppError && error.detail.code === "invalid-argument")
        bad(file, `line ${line}: ${error.detail.name} ${error.detail.reason}`);
      throw error;
    }
  });
  if (pairs.length === 0)
    bad(file, "it has no preference pairs: give rows with prompt, chosen and rejected, or leave method: dpo out of the configuration"); // prettier-ignore
  return pairs;
}

/** Rows that have an answer only as `chosen` teach nothing by example. */
function refuseBarePairs(file: TextFile): void {
  if (!/\.jsonl$/i.test(file.name)) return;
  const lines = linesOf(file);
  if (lines.length > 0 && detectFormat(lines.map(({ value }) => value)) === "preference")
    bad(file, "its rows are preference pairs (chosen and rejected): write method: dpo in the configuration, or give rows with one answer each"); // prettier-ignore
}

function linesOf(file: TextFile): { line: number; value: unknown }[] {
  return file.text.split("\n").flatMap((text, i) => {
    if (text.trim() === "") return [];
    try {
      return [{ line: i + 1, value: JSON.parse(text) as unknown }];
    } catch {
      return bad(file, `line ${i + 1}: it is not JSON`);
    }
  });
}

const bad = ({ name }: TextFile, reason: string): never =>
  fail({ code: "bad-file", file: name, format: "training data", reason });
