// Which pair BPE merges next: how often each pair of tokens occurs, and a heap of candidates whose counts are corrected
// when they come up. Knows tokens by number only, nothing of text.

/** A pair to merge, how often it occurred when queued, and the words to merge it in. */
export interface Candidate {
  left: number;
  right: number;
  count: number;
  words: Set<number>;
}

/** A binary heap whose top is the candidate to merge next. */
class Queue {
  private readonly heap: Candidate[] = [];

  private static before(a: Candidate, b: Candidate): boolean {
    return a.count !== b.count ? a.count > b.count : a.left !== b.left ? a.left < b.left : a.right < b.right;
  }

  push(item: Candidate): void {
    const { heap } = this;
    let i = heap.push(item) - 1;
    for (let up = (i - 1) >> 1; i > 0 && Queue.before(item, heap[up]!); up = (i - 1) >> 1) {
      heap[i] = heap[up]!;
      i = up;
    }
    heap[i] = item;
  }

  pop(): Candidate | undefined {
    const { heap } = this;
    const top = heap[0];
    const item = heap.pop();
    if (!item || heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && Queue.before(heap[down + 1]!, heap[down]!)) down++;
      if (!Queue.before(heap[down]!, item)) break;
      heap[i] = heap[down]!;
      i = down;
    }
    heap[i] = item;
    return top;
  }
}

/** How often each pair occurs, and what waits to be merged. */
export class Pairs {
  private readonly counts = new Map<number, number>();
  private fresh = new Map<number, Set<number>>();
  private readonly queue = new Queue();

  /** Pairs are keyed by one number; vocabularies stay below 2^20 tokens, so the key is exact. */
  private static key(left: number, right: number): number {
    return left * 2 ** 20 + right;
  }

  change(left: number, right: number, by: number, word: number): void {
    const key = Pairs.key(left, right);
    this.counts.set(key, (this.counts.get(key) ?? 0) + by);
    if (by <= 0) return;
    const words = this.fresh.get(key);
    if (words) words.add(word);
    else this.fresh.set(key, new Set([word]));
  }

  /** Queues the pairs that appeared since the last call. */
  settle(): void {
    for (const [key, words] of this.fresh) {
      const count = this.counts.get(key)!;
      if (count > 0) this.queue.push({ left: Math.floor(key / 2 ** 20), right: key % 2 ** 20, count, words });
    }
    this.fresh = new Map();
  }

  /** The most frequent pair; a count that went down while it waited is corrected first. */
  next(): Candidate | undefined {
    for (let top = this.queue.pop(); top; top = this.queue.pop()) {
      const count = this.counts.get(Pairs.key(top.left, top.right))!;
      if (top.count === count) return top;
      if (count > 0) this.queue.push({ ...top, count });
    }
    return undefined;
  }
}
