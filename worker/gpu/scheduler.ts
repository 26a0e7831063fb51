// Whose turn it is on the GPU: a token of a chat before a training micro-step before a batch of embeddings. A turn is a slice
// of work, short enough that the next in line is not kept waiting.

export type Priority = "chat" | "search" | "training" | "embedding";
const order: readonly Priority[] = ["chat", "search", "training", "embedding"];

interface Waiting {
  readonly priority: Priority;
  readonly start: () => void;
}

export class Scheduler {
  #isBusy = false;
  readonly #waiting: Waiting[] = [];

  /** Runs `work` when it is its turn: the highest priority first, then the longest waiting. */
  async slice<T>(priority: Priority, work: () => Promise<T> | T): Promise<T> {
    if (this.#isBusy) await new Promise<void>((start) => this.#waiting.push({ priority, start }));
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #next(): void {
    const best = order.map((p) => this.#waiting.findIndex((w) => w.priority === p)).find((i) => i >= 0);
    if (best === undefined) this.#isBusy = false;
    else this.#waiting.splice(best, 1)[0].start(); // stays busy: the turn passes on
  }
}
