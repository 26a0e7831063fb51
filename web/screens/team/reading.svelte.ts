// What a part of Team read from the server, or why it could not; and changes, after which it is read again.
import type { Answered, TeamProblem } from "../../state/team.svelte.ts";

export class Reading<T> {
  #value = $state.raw<T | null>(null);
  #problem = $state.raw<TeamProblem | null>(null);
  #count = 0;

  constructor(private readonly read: () => Promise<Answered<T>>) {}

  /** Null until it was read. */
  get value(): T | null {
    return this.#value;
  }
  get problem(): TeamProblem | null {
    return this.#problem;
  }
  dismiss(): void {
    this.#problem = null;
  }

  /** Reads, or reads again; the answer to an earlier question is dropped. */
  async load(): Promise<void> {
    const count = ++this.#count;
    const answer = await this.read();
    if (count !== this.#count) return;
    if (answer.isDone) this.#value = answer.value;
    this.#problem = answer.isDone ? null : answer.problem;
  }

  /** Changes something there and reads again. What the change gave; null when it was refused. */
  async change<R>(work: () => Promise<Answered<R>>): Promise<R | null> {
    const answer = await work();
    if (answer.isDone) await this.load();
    else this.#problem = answer.problem;
    return answer.isDone ? answer.value : null;
  }
}
