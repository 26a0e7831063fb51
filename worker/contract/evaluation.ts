// How good a version is on test rows, and whether another is better: what the page, the command line and packs exchange.
// Losses are in nats a token; scores lie in 0..1; a difference is above 0 when the candidate is the better one.

export type ScorerId = "exact-match" | "token-f1" | "contains" | "json-equals" | "regular-expression";

/** How answers are scored. */
export interface ScorerChoice {
  readonly id: ScorerId;
  readonly pattern?: string; // regular-expression only; absent: each row's expected text is its pattern
}
export interface Score {
  readonly score: number; // 0..1
  readonly why: string; // a sentence about a score below 1; "" otherwise
}

/** What a version did on one test row, before scoring. */
export interface AnsweredRow {
  readonly id: string;
  readonly prompt: string;
  readonly expected: string;
  readonly answer: string;
  readonly loss: number; // mean nats a token of the expected text
  readonly tokens: number; // of the expected text, that the loss counts
}
export interface EvaluationRow extends AnsweredRow, Score {}

export interface EvaluationTotals {
  readonly rowCount: number;
  readonly tokenCount: number;
  readonly loss: number; // mean nats a token over all tokens
  readonly perplexity: number; // exp(loss)
  readonly exactMatch: number; // mean over rows, 0..1
  readonly tokenF1: number; // mean over rows, 0..1
  readonly score: number; // mean over rows by the chosen scorer, 0..1
}

/** One version on one locked set of test rows. */
export interface EvaluationReport {
  readonly version: string; // model, or model and adapters, as the user knows it
  readonly dataHash: string; // of the data-set version that the rows come from
  readonly scorer: ScorerChoice;
  readonly rows: readonly EvaluationRow[]; // in the order of the data set
  readonly totals: EvaluationTotals;
  readonly createdAt: number; // ms since the epoch
}

/** A paired comparison of one measure over the same rows. */
export interface PairedStatistics {
  readonly rowCount: number;
  readonly better: number; // rows
  readonly worse: number;
  readonly same: number;
  readonly meanDifference: number;
  readonly interval: readonly [number, number]; // 95 % of the mean difference
  readonly p: number; // two-sided
  readonly test: "mcnemar-mid-p" | "sign-flip";
  readonly rowsNeeded: number | null; // to tell a difference of the observed size; null when none was observed
}

export type Outcome = "better" | "worse" | "too-few" | "no-difference";
export interface Verdict {
  readonly outcome: Outcome;
  readonly certainty: "very-likely" | "likely" | null; // null unless better or worse
  readonly sentence: string; // "Better on 14, worse on 3 of 40: very likely real."
  readonly advice: string; // "About 120 test rows would tell."; "" when there is none
}

export interface ComparedRow {
  readonly id: string;
  readonly prompt: string;
  readonly expected: string;
  readonly baseline: Pick<EvaluationRow, "answer" | "score" | "why" | "loss">;
  readonly candidate: Pick<EvaluationRow, "answer" | "score" | "why" | "loss">;
  readonly change: "better" | "worse" | "same";
  readonly difference: number; // of the scores
  readonly lossDifference: number; // above 0: the candidate's loss is lower
}

/** A candidate against a baseline. The verdict, and the gate, go by the chosen scorer. */
export interface Comparison {
  readonly baseline: string;
  readonly candidate: string;
  readonly rows: readonly ComparedRow[]; // what got worse first
  readonly score: PairedStatistics;
  readonly loss: PairedStatistics;
  readonly verdict: Verdict;
  readonly lossVerdict: Verdict;
}

/** Two answers to one prompt, of versions that the judge must not know apart. */
export interface BlindPair {
  readonly id: string;
  readonly prompt: string;
  readonly baseline: string;
  readonly candidate: string;
}
export type BlindChoice = "A" | "B" | "tie";
/** All that a judge may see. */
export interface BlindView {
  readonly judged: number;
  readonly total: number; // pairs to judge; equal answers are left out
  readonly current: { readonly prompt: string; readonly A: string; readonly B: string } | null; // null: all are judged
  readonly canUndo: boolean;
}
export interface BlindResult {
  readonly pairs: readonly (BlindPair & {
    readonly preferred: "baseline" | "candidate" | "tie";
    readonly candidateSide: "A" | "B" | null; // null: the answers were equal and not shown
  })[];
  readonly statistics: PairedStatistics;
  readonly verdict: Verdict;
}
