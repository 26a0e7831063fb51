// `loam eval`: a model, with or without an adapter, on rows it never saw; and whether it is better than another.
import type { AnsweredRow, Comparison, EvaluationReport, ScorerId } from "../../worker/contract/evaluation.ts";
import { fail } from "../../worker/contract/errors.ts";
import { compare, report } from "../../worker/evaluation/report.ts";
import { scorers } from "../../worker/evaluation/scorers.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { answerRows } from "../../worker/tuning/answer-rows.ts";
import { trainingRows } from "../../worker/training/corpus.ts";
import { openFolder } from "../folder.ts";
import { wornAdapter } from "./adapter-files.ts";
import { count, openRuntime, print, text, type Command, type Values } from "./command.ts";
import { hash, readTextFile } from "./run-files.ts";

export const evaluate: Command = {
  name: "eval",
  usage:
    "--model M --data test.jsonl [--adapter DIR --against DIR|base --scorer exact-match --pattern P --max-tokens N]   how good, and better than the other?",
  options: {
    model: { type: "string" },
    adapter: { type: "string" },
    against: { type: "string" },
    data: { type: "string" },
    scorer: { type: "string" },
    pattern: { type: "string" },
    "max-tokens": { type: "string" },
    rows: { type: "boolean" },
  },
  async run(values) {
    const folder = openFolder(text(values, "model"));
    const file = readTextFile(".", text(values, "data"));
    const rows = trainingRows(file).map((row, i) => ({ id: String(i + 1), row }));
    if (rows.length === 0) fail({ code: "bad-file", file: file.name, format: "JSONL", reason: "it has no rows" });
    const maxTokens = count(values, "max-tokens", 128, 1, 100_000);
    const scorer = scorerOf(values);
    const model = await ChatModel.load(await openRuntime(), folder);
    const reportOf = async (option: string, isBase: boolean): Promise<EvaluationReport> => {
      const adapter = isBase ? null : await wornAdapter(values, option, model);
      const answered: AnsweredRow[] = await answerRows(model, adapter, rows, { maxTokens });
      const version = String(isBase ? folder.id : (values[option] ?? folder.id));
      return report({ version, dataHash: hash(file.text), scorer, rows: answered, createdAt: Date.now() });
    };
    const own = await reportOf("adapter", values.adapter === undefined);
    const other = values.against === undefined ? null : await reportOf("against", values.against === "base");
    const result = { ...summaryOf(own, values), ...(other && { against: against(other, compare(other, own)) }) };
    print(values, result, () => plain(own, other ? compare(other, own) : null));
  },
};

function scorerOf(values: Values) {
  const id = (values.scorer ?? "exact-match") as ScorerId;
  if (!(id in scorers))
    fail({
      code: "invalid-argument",
      name: "--scorer",
      reason: `${id} is not one of ${Object.keys(scorers).join(", ")}`,
    });
  return { id, ...(typeof values.pattern === "string" && { pattern: values.pattern }) };
}

const summaryOf = ({ totals, rows }: EvaluationReport, values: Values) => ({ ...totals, ...(values.rows && { rows }) });

const against = ({ version, totals }: EvaluationReport, { score, loss, verdict, lossVerdict }: Comparison) => ({
  version,
  ...totals,
  comparison: { score, loss },
  verdict: verdict.sentence,
  lossVerdict: lossVerdict.sentence,
  outcome: verdict.outcome,
});

function plain({ totals }: EvaluationReport, comparison: Comparison | null): string {
  const percent = (n: number) => `${(100 * n).toFixed(1)} %`;
  const lines = [
    `${totals.rowCount} rows: loss ${totals.loss.toFixed(4)}, perplexity ${totals.perplexity.toFixed(3)}, exact match ${percent(totals.exactMatch)}, token F1 ${percent(totals.tokenF1)}, score ${percent(totals.score)}`,
    ...(comparison ? [comparison.verdict.sentence, comparison.verdict.advice] : []),
  ];
  return lines.filter(Boolean).join("\n");
}
