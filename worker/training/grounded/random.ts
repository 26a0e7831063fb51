/**
 * Deterministic chance for the generator. A generator of numbers is seeded by a string; a split owns the strings whose
 * hash falls into its share, so that no made-up name or value is ever seen in two splits.
 */
import type { Split } from "./types.ts";

/** 32-bit FNV-1a hash of a string with a final mix. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The split that owns a name, a value or a real text. One tenth is valid, two tenths are test, the rest is train. */
export function splitOf(text: string): Split {
  const share = hashText(text.toLowerCase()) % 10;
  return share === 0 ? "valid" : share <= 2 ? "test" : "train";
}

export class Random {
  #state: number;
  readonly split: Split;

  constructor(seed: string, split: Split) {
    this.#state = hashText(seed);
    this.split = split;
  }

  /** A number in [0, 1) (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** An integer between two bounds, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new RangeError("Pick from an empty list.");
    return item;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const order = [...items];
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [order[i], order[j]] = [order[j] as T, order[i] as T];
    }
    return order;
  }

  /** Draws until the result belongs to this split. Throws RangeError when a generator is too narrow for the split. */
  owned(draw: (random: Random) => string): string {
    for (let attempt = 0; attempt < 400; attempt++) {
      const text = draw(this);
      if (splitOf(text) === this.split) return text;
    }
    throw new RangeError(`No text of the split ${this.split}, for example not "${draw(this)}".`);
  }

  /** A wording: the last of a list is for the test split, which takes it in half of its draws; `further` are for the train split. */
  wording(items: readonly string[], further: readonly string[] = []): string {
    if (this.split === "test" && this.chance(0.5)) return items[items.length - 1] as string;
    const known = items.slice(0, -1);
    return this.pick(this.split === "train" ? [...known, ...further] : known);
  }
}
