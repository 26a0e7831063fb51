// Blind votes on a comparison, for the screen: the session of worker/evaluation, with what it shows as state. A session lives
// as long as the comparison it is about.
import type { BlindChoice, BlindResult, BlindView } from "../../../worker/contract/index.ts";
import { BlindSession } from "../../../worker/evaluation/blind.ts";
import type { Proof } from "../../state/prove.svelte.ts";

const known = new WeakMap<object, BlindVotes>();

export class BlindVotes {
  #session: BlindSession;
  #view = $state.raw<BlindView>()!;
  #result = $state.raw<BlindResult | null>(null);
  readonly #pairs;

  constructor({ comparison }: Pick<Proof, "comparison">) {
    this.#pairs = comparison.rows.map(({ id, prompt, baseline, candidate }) => ({
      ...{ id, prompt, baseline: baseline.answer, candidate: candidate.answer },
    }));
    this.#session = this.#begin();
  }

  /** The votes on this comparison, begun or not. */
  static of(proof: Proof): BlindVotes {
    const votes = known.get(proof.comparison) ?? new BlindVotes(proof);
    known.set(proof.comparison, votes);
    return votes;
  }

  get view(): BlindView {
    return this.#view;
  }
  /** null until the sides were shown. */
  get result(): BlindResult | null {
    return this.#result;
  }
  choose(choice: BlindChoice): void {
    if (this.#view.current === null) return;
    this.#session.choose(choice);
    this.#view = this.#session.view();
  }
  undo(): void {
    if (!this.#view.canUndo) return;
    this.#session.undo();
    this.#view = this.#session.view();
  }
  finish(): void {
    this.#result = this.#session.finish();
    this.#view = this.#session.view();
  }
  /** Forgets the votes and begins in another order. */
  restart(): void {
    this.#result = null;
    this.#session = this.#begin();
  }

  #begin(): BlindSession {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
    const session = new BlindSession(this.#pairs, seed);
    this.#view = session.view();
    return session;
  }
}
