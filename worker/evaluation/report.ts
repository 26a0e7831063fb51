// From answers to a report, and from two reports to a comparison. Does not run models: answers and losses are handed in.
import { fail } from "../contract/errors.ts";
import type {
  AnsweredRow,
  ComparedRow,
  Comparison,
  EvaluationReport,
  EvaluationRow,
  EvaluationTotals,
  ScorerChoice,
} from "../contract/evaluation.ts";
import { scorerOf, scorers } from "./scorers.ts";
import { compareDifferences, type Options } from "./statistics.ts";
import { verdict } from "./verdict.ts";

export interface ReportInput extends Pick<EvaluationReport, "version" | "dataHash" | "scorer" | "createdAt"> {
  readonly rows: readonly AnsweredRow[];
}

/** Scores the rows and sums them up. Throws invalid-argument for a pattern that cannot be used, or ids that are not unique. */
export function report({ rows: answered, ...about }: ReportInput): EvaluationReport {
  const ids = new Set(answered.map(({ id }) => id));
  if (ids.size !== answered.length) refuse("rows", "two test rows have the same id");
  const scorer = scorerOf(about.scorer);
  const rows = answered.map((row) => ({ ...row, ...scorer.score(row.answer, row.expected) }));
  return { ...about, rows, totals: totalsOf(rows) };
}

function totalsOf(rows: readonly EvaluationRow[]): EvaluationTotals {
  const tokenCount = rows.reduce((sum, { tokens }) => sum + tokens, 0);
  const loss = rows.reduce((sum, row) => sum + row.loss * row.tokens, 0) / Math.max(1, tokenCount);
  const mean = (of: (row: EvaluationRow) => number) =>
    rows.reduce((sum, row) => sum + of(row), 0) / Math.max(1, rows.length);
  return {
    rowCount: rows.length,
    tokenCount,
    loss,
    perplexity: Math.exp(loss),
    exactMatch: mean(({ answer, expected }) => scorers["exact-match"].score(answer, expected).score),
    tokenF1: mean(({ answer, expected }) => scorers["token-f1"].score(answer, expected).score),
    score: mean(({ score }) => score),
  };
}

/**
 * Compares two versions row by row. Throws invalid-argument unless both reports hold the same rows (by id, prompt and expected
 * text) of the same data, scored in the same way.
 */
export function compare(baseline: EvaluationReport, candidate: EvaluationReport, options: Options = {}): Comparison {
  if (baseline.dataHash !== candidate.dataHash) refuse("reports", "they are about different versions of the data");
  if (!isSameScorer(baseline.scorer, candidate.scorer)) refuse("reports", "they are scored in different ways");
  const before = new Map(baseline.rows.map((row) => [row.id, row]));
  if (before.size !== candidate.rows.length) refuse("reports", "they are about different test rows");
  const rows = candidate.rows.map((row) => {
    const other = before.get(row.id);
    const isSame = other !== undefined && other.prompt === row.prompt && other.expected === row.expected;
    return isSame ? comparedRow(other, row) : refuse("reports", `they do not agree about the test row ${row.id}`);
  });
  const score = compareDifferences(
    rows.map((row) => row.difference),
    options,
  );
  const loss = compareDifferences(
    rows.map((row) => row.lossDifference),
    options,
  );
  const worstFirst = rows.toSorted((a, b) => a.difference - b.difference || a.lossDifference - b.lossDifference);
  return {
    baseline: baseline.version,
    candidate: candidate.version,
    rows: worstFirst,
    score,
    loss,
    verdict: verdict(score),
    lossVerdict: verdict(loss, "loss"),
  };
}

function comparedRow(baseline: EvaluationRow, candidate: EvaluationRow): ComparedRow {
  const difference = candidate.score - baseline.score;
  const seen = ({ answer, score, why, loss }: EvaluationRow) => ({ answer, score, why, loss });
  return {
    id: candidate.id,
    prompt: candidate.prompt,
    expected: candidate.expected,
    baseline: seen(baseline),
    candidate: seen(candidate),
    change: difference > 0 ? "better" : difference < 0 ? "worse" : "same",
    difference,
    lossDifference: baseline.loss - candidate.loss,
  };
}

const isSameScorer = (a: ScorerChoice, b: ScorerChoice): boolean => a.id === b.id && a.pattern === b.pattern;
const refuse = (name: string, reason: string): never => fail({ code: "invalid-argument", name, reason });
