// An answer as it grows, in pieces that may be shown: never half a character, nothing of a stop string, not even its beginning.

export class AnswerText {
  #shown = "";
  #isStopped = false;

  constructor(readonly stop: readonly string[]) {}

  /** Whether a stop string was found: the answer is complete. */
  get isStopped(): boolean {
    return this.#isStopped;
  }
  /** All that was shown so far. */
  get text(): string {
    return this.#shown;
  }

  /** Takes the whole answer as it now stands; returns what may be shown beyond what was. */
  grow(whole: string, isComplete = false): string {
    if (this.#isStopped) return "";
    const ends = this.stop.map((stop) => whole.indexOf(stop)).filter((at) => at >= 0);
    this.#isStopped = ends.length > 0;
    const safe = this.#isStopped ? Math.min(...ends) : isComplete ? whole.length : this.#safeLength(whole);
    if (safe <= this.#shown.length) return "";
    const added = whole.slice(this.#shown.length, safe);
    this.#shown += added;
    return added;
  }

  /** How much of an answer that goes on is sure to stay. */
  #safeLength(whole: string): number {
    const length = whole.replace(/\uFFFD+$/, "").length; // bytes of a character whose rest is yet to come
    const held = this.stop.map((stop) => {
      let size = Math.min(stop.length - 1, length);
      while (size > 0 && !stop.startsWith(whole.slice(length - size, length))) size--;
      return size;
    });
    return length - Math.max(0, ...held);
  }
}
