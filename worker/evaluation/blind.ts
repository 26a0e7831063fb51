// A blind comparison by a person: pairs of answers in random order, on random sides, judged A, B or tie. Which version stood
// where is told only at the end. Order and sides follow from the seed, so a session is kept as seed and choices.
import { fail } from "../contract/errors.ts";
import type { BlindChoice, BlindPair, BlindResult, BlindView } from "../contract/evaluation.ts";
import { Random } from "../training/random.ts";
import { compareDifferences } from "./statistics.ts";
import { verdict } from "./verdict.ts";

export class BlindSession {
  readonly #pairs: readonly BlindPair[];
  readonly #order: readonly number[]; // of the pairs whose answers differ
  readonly #isCandidateA: readonly boolean[]; // by place in the order; true for half of them
  readonly #choices: BlindChoice[] = [];
  #isFinished = false;

  /** `choices`: those of an interrupted session of the same pairs and seed. Equal answers are ties, and never shown. */
  constructor(
    pairs: readonly BlindPair[],
    readonly seed: number,
    choices: readonly BlindChoice[] = [],
  ) {
    const random = new Random(seed, 3);
    const differing = pairs.flatMap(({ baseline, candidate }, i) => (baseline.trim() === candidate.trim() ? [] : [i]));
    this.#pairs = pairs;
    this.#order = shuffled(random, differing);
    // With an odd number of pairs, chance decides which version is A once more.
    const odd = random.below(2);
    this.#isCandidateA = shuffled(
      random,
      differing.map((_, i) => (i + odd) % 2 === 0),
    );
    for (const choice of choices) this.choose(choice);
  }

  get choices(): readonly BlindChoice[] {
    return [...this.#choices];
  }

  view(): BlindView {
    const place = this.#choices.length;
    const pair = this.#isFinished ? undefined : this.#pairs[this.#order[place]];
    const [A, B] = this.#isCandidateA[place] ? [pair?.candidate, pair?.baseline] : [pair?.baseline, pair?.candidate];
    return {
      judged: place,
      total: this.#order.length,
      current: pair === undefined ? null : { prompt: pair.prompt, A: A!, B: B! },
      canUndo: place > 0 && !this.#isFinished,
    };
  }

  /** Judges the current pair. Throws invalid-argument when there is none. */
  choose(choice: BlindChoice): void {
    if (this.view().current === null) refuse("every pair is judged");
    this.#choices.push(choice);
  }

  /** Takes the last choice back. Throws invalid-argument when there is none, or the sides are known. */
  undo(): void {
    if (!this.view().canUndo) refuse(this.#isFinished ? "the sides are already shown" : "nothing is judged yet");
    this.#choices.pop();
  }

  /**
   * Reveals the sides and ends the session. Throws invalid-argument while pairs are left: who could stop when the result
   * pleases would find differences where there are none.
   */
  finish(): BlindResult {
    if (this.#choices.length < this.#order.length) refuse("not every pair is judged yet");
    this.#isFinished = true;
    const places = new Map(this.#order.map((index, place) => [index, place]));
    const pairs = this.#pairs.map((pair, index) => {
      const place = places.get(index);
      if (place === undefined) return { ...pair, preferred: "tie" as const, candidateSide: null };
      const candidateSide = this.#isCandidateA[place] ? ("A" as const) : ("B" as const);
      const choice = this.#choices[place];
      const preferred =
        choice === "tie" ? choice : choice === candidateSide ? ("candidate" as const) : ("baseline" as const);
      return { ...pair, preferred, candidateSide };
    });
    const gain = { candidate: 1, baseline: -1, tie: 0 };
    const statistics = compareDifferences(
      pairs.map(({ preferred }) => gain[preferred]),
      { seed: this.seed },
    );
    return { pairs, statistics, verdict: verdict(statistics) };
  }
}

/** Fisher and Yates. */
function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

const refuse = (reason: string): never => fail({ code: "invalid-argument", name: "blind comparison", reason });
