// A comparison of two versions on locked test rows: what is chosen, what is missing, the evaluations that were kept, the
// verdict. Knows the contract's evaluations, not how answers are written or scored.
import { detailOf, type AppErrorCode, type Comparison, type DatasetInfo } from "../../worker/contract/index.ts";
import type { EvaluateProgress, EvaluationInfo, ScorerChoice, Tuning } from "../../worker/contract/index.ts";

export type ProveClient = Pick<Tuning, "evaluate" | "cancelEvaluation" | "evaluations" | "compare">;

/** What is compared. An adapter is named by its id; null is the base. */
export interface ProveChoice {
  readonly dataset: string | null;
  readonly model: string | null;
  readonly scorer: ScorerChoice;
  readonly baseline: string | null;
  readonly candidate: string | null;
}
export interface Evaluating {
  readonly version: "baseline" | "candidate";
  readonly progress: EvaluateProgress;
  readonly isCancelling: boolean;
}
/** Two evaluations of the same rows, and what lies between them. */
export interface Proof {
  readonly choice: ProveChoice;
  readonly baseline: EvaluationInfo;
  readonly candidate: EvaluationInfo;
  readonly comparison: Comparison;
}
export type Missing = "dataset" | "rows" | "model" | "versions" | "pattern";

const answerTokens = 256;

export class ProveState {
  #choice = $state.raw<ProveChoice>({
    ...{ dataset: null, model: null, scorer: { id: "exact-match" }, baseline: null, candidate: null },
  });
  #evaluations = $state.raw<readonly EvaluationInfo[]>([]);
  #evaluating = $state.raw<Evaluating | null>(null);
  #proof = $state.raw<Proof | null>(null);
  #error = $state.raw<AppErrorCode | null>(null);
  #request: string | null = null;
  readonly #client: ProveClient;

  constructor(client: ProveClient) {
    this.#client = client;
  }

  get choice(): ProveChoice {
    return this.#choice;
  }
  get evaluating(): Evaluating | null {
    return this.#evaluating;
  }
  /** The last comparison, as long as it is about what is chosen. */
  get proof(): Proof | null {
    return this.#proof !== null && isSame(this.#proof.choice, this.#choice) ? this.#proof : null;
  }
  get error(): AppErrorCode | null {
    return this.#error;
  }
  choose(change: Partial<ProveChoice>): void {
    if (this.#evaluating === null) this.#choice = { ...this.#choice, ...change };
  }
  dismissError(): void {
    this.#error = null;
  }

  /** What has to be chosen before anything can be compared. */
  missing(dataset: DatasetInfo | undefined): Missing | null {
    const { model, baseline, candidate, scorer } = this.#choice;
    if (dataset === undefined) return "dataset";
    if (dataset.version.counts.test === 0) return "rows";
    if (model === null) return "model";
    if (baseline === candidate) return "versions";
    return isPattern(scorer) ? null : "pattern";
  }

  /** Shows the comparison that is chosen, when both sides were evaluated before. */
  async recall(dataset: DatasetInfo): Promise<void> {
    await this.#try(async () => {
      const choice = this.#choice;
      this.#evaluations = await this.#client.evaluations();
      const [baseline, candidate] = [this.#kept(choice.baseline, dataset), this.#kept(choice.candidate, dataset)];
      if (baseline !== undefined && candidate !== undefined) await this.#show(choice, baseline, candidate);
    });
  }

  /** Evaluates what is missing, the baseline first, and compares. */
  async compare(dataset: DatasetInfo): Promise<void> {
    if (this.#evaluating !== null || this.missing(dataset) !== null) return;
    const choice = this.#choice;
    this.#evaluating = { version: "baseline", progress: { done: 0, total: 0 }, isCancelling: false };
    await this.#try(async () => {
      this.#evaluations = await this.#client.evaluations();
      const baseline = await this.#evaluate("baseline", choice.baseline, dataset);
      const candidate = await this.#evaluate("candidate", choice.candidate, dataset);
      if (baseline !== null && candidate !== null) await this.#show(choice, baseline, candidate);
    });
    this.#evaluating = null;
  }

  /** Ends the evaluation; a version that was evaluated in full is kept. */
  async cancel(): Promise<void> {
    if (this.#evaluating === null) return;
    this.#evaluating = { ...this.#evaluating, isCancelling: true };
    if (this.#request !== null) await this.#client.cancelEvaluation(this.#request).catch(() => undefined);
  }

  // null: cancelled.
  async #evaluate(
    version: Evaluating["version"],
    adapter: string | null,
    dataset: DatasetInfo,
  ): Promise<EvaluationInfo | null> {
    const kept = this.#kept(adapter, dataset);
    if (kept !== undefined) return kept;
    if (this.#evaluating?.isCancelling) return null;
    const { model, scorer } = this.#choice;
    const id = crypto.randomUUID();
    this.#request = id;
    const total = dataset.version.counts.test;
    this.#evaluating = { version, progress: { done: 0, total }, isCancelling: false };
    try {
      const request = { id, model: model!, adapter, dataset: dataset.id, scorer, maxTokens: answerTokens };
      const evaluation = await this.#client.evaluate(request, (progress) => this.#advance(id, progress));
      if (this.#evaluating?.isCancelling) return null;
      this.#evaluations = [evaluation, ...this.#evaluations];
      return evaluation;
    } catch (error) {
      if (this.#evaluating?.isCancelling) return null;
      throw error;
    } finally {
      this.#request = null;
    }
  }

  #advance(id: string, progress: EvaluateProgress): void {
    if (this.#request === id && this.#evaluating !== null) this.#evaluating = { ...this.#evaluating, progress };
  }

  async #show(choice: ProveChoice, baseline: EvaluationInfo, candidate: EvaluationInfo): Promise<void> {
    const comparison = await this.#client.compare(baseline.id, candidate.id);
    if (isSame(choice, this.#choice)) this.#proof = { choice, baseline, candidate, comparison };
  }

  // The evaluation of a version on the test rows as they are now, scored as is chosen.
  #kept(adapter: string | null, dataset: DatasetInfo): EvaluationInfo | undefined {
    const { model, scorer } = this.#choice;
    return this.#evaluations.find(
      (evaluation) =>
        evaluation.model === model &&
        evaluation.adapter === adapter &&
        evaluation.report.dataHash === dataset.version.hash &&
        isSameScorer(evaluation.report.scorer, scorer),
    );
  }

  async #try(run: () => Promise<void>): Promise<void> {
    try {
      this.#error = null;
      await run();
    } catch (error) {
      this.#error = detailOf(error);
    }
  }
}

function isPattern({ id, pattern }: ScorerChoice): boolean {
  if (id !== "regular-expression" || pattern === undefined) return true;
  try {
    return new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

const isSameScorer = (a: ScorerChoice, b: ScorerChoice) => a.id === b.id && (a.pattern ?? "") === (b.pattern ?? "");

function isSame(a: ProveChoice, b: ProveChoice): boolean {
  const names = ["dataset", "model", "baseline", "candidate"] as const;
  return names.every((name) => a[name] === b[name]) && isSameScorer(a.scorer, b.scorer);
}
