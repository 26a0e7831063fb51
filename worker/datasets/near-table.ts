// What the search for near texts keeps, in flat arrays outside the heap, so that a million texts fit: their sets of 3-grams, how
// rare each 3-gram is, and which texts have it among their rarest. Does not know what is near.
import { Blocks, grown } from "./flat.ts";

const largestKept = 1024; // 3-grams of a set that is kept; a larger one is made again from its text

/** Sets by slot, each with the key its text goes by. */
export class Sets {
  readonly #items = new Blocks((length) => new Uint32Array(length));
  #keys = new Uint32Array(64);
  #starts = new Float64Array(64); // -1: not kept
  #sizes = new Uint32Array(64);
  count = 0;

  /** → its slot. */
  add(key: number, set: Uint32Array<ArrayBuffer>): number {
    const slot = this.count++;
    this.#keys = grown(this.#keys, this.count);
    this.#starts = grown(this.#starts, this.count);
    this.#sizes = grown(this.#sizes, this.count);
    this.#keys[slot] = key;
    this.#sizes[slot] = set.length;
    this.#starts[slot] = set.length > largestKept ? -1 : this.#items.add(set);
    return slot;
  }

  keyOf = (slot: number): number => this.#keys[slot]!;

  /** Undefined for one that was too large. */
  get(slot: number): Uint32Array<ArrayBuffer> | undefined {
    const start = this.#starts[slot]!;
    return start < 0 ? undefined : this.#items.at(start, this.#sizes[slot]!);
  }
}

/** How often 3-grams were met, and an order of them by how often they had been when it was made: the rarest first. */
export class Rarity {
  readonly #counts: Uint32Array; // by the low bits of a 3-gram
  readonly #ranks: Uint8Array; // as of the making, about eight to a doubling
  readonly #mask: number;
  #keys = new Float64Array(64);
  #found = new Uint32Array(64);

  constructor(counts = new Uint32Array(1 << 14), ranks = new Uint8Array(counts.length)) {
    this.#counts = counts;
    this.#ranks = ranks;
    this.#mask = counts.length - 1;
  }

  /** The order after what was counted, with a table for about four times as many texts; its counts begin at none. */
  renewed(textCount: number): Rarity {
    const bits = Math.min(22, Math.max(14, Math.ceil(Math.log2(textCount * 16))));
    const counts = new Uint32Array(1 << bits);
    const ranks = new Uint8Array(counts.length);
    for (let i = 0; i < ranks.length; i++) ranks[i] = Math.min(255, 8 * Math.log2(1 + this.#counts[i & this.#mask]!));
    return new Rarity(counts, ranks);
  }

  count(set: Uint32Array): void {
    for (let i = 0; i < set.length; i++) this.#counts[set[i]! & this.#mask]!++;
  }

  /** The `count` rarest of a set, the rarest first. Good until it is asked again. */
  rarest(set: Uint32Array, count: number): Uint32Array {
    if (this.#keys.length < set.length) this.#keys = new Float64Array(2 * set.length);
    if (this.#found.length < count) this.#found = new Uint32Array(2 * count);
    const keys = this.#keys.subarray(0, set.length);
    for (let i = 0; i < set.length; i++) keys[i] = this.#ranks[set[i]! & this.#mask]! * 2 ** 32 + set[i]!;
    keys.sort();
    for (let i = 0; i < count; i++) this.#found[i] = keys[i]!; // modulo 2³²: the 3-gram
    return this.#found.subarray(0, count);
  }
}

const mostMet = 256; // steps along a chain, the latest text first
const stride = 5; // of a posting: 3-gram, posting before it in the chain (-1: none), slot, position in the order, size of the set

/** Which slots have a 3-gram among their rarest. */
export class Postings {
  #heads = new Int32Array(1 << 10).fill(-1); // by the high bits of a 3-gram: the latest posting
  #bits = 10;
  #postings = new Uint32Array(64 * stride);
  #count = 0;
  #seen = new Uint32Array(64); // by slot: the search that met it last
  #search = 0;

  add(slot: number, rarest: Uint32Array, size: number): void {
    this.#seen = grown(this.#seen, slot + 1);
    this.#postings = grown(this.#postings, (this.#count + rarest.length) * stride);
    for (let position = 0; position < rarest.length; position++) {
      const at = this.#count * stride;
      this.#postings[at] = rarest[position]!;
      this.#postings[at + 2] = slot;
      this.#postings[at + 3] = position;
      this.#postings[at + 4] = size;
      this.#link(this.#count++);
    }
    if (this.#count > this.#heads.length) this.#widen();
  }

  /**
   * Tells of every slot whose set may have a Jaccard index of 0.9 or more with one of `size` items, of which these are the
   * rarest; until told to stop.
   */
  meet(rarest: Uint32Array, size: number, onMet: (slot: number) => boolean): void {
    const search = ++this.#search;
    const postings = this.#postings;
    for (let i = 0; i < rarest.length; i++) {
      let at = this.#heads[rarest[i]! >>> (32 - this.#bits)]!;
      for (let steps = 0; at >= 0 && steps < mostMet; steps++) {
        const posting = at * stride;
        at = postings[posting + 1]! | 0;
        if (postings[posting] !== rarest[i]) continue;
        // Of the two sets, all before this 3-gram is in but one of them: what can be common is this and what follows.
        const other = postings[posting + 4]!;
        const common = Math.min(size - i, other - postings[posting + 3]!);
        if (19 * common < 9 * (size + other)) continue;
        const slot = postings[posting + 2]!;
        if (this.#seen[slot] === search) continue;
        this.#seen[slot] = search;
        if (!onMet(slot)) return;
      }
    }
  }

  #link(posting: number): void {
    const head = this.#postings[posting * stride]! >>> (32 - this.#bits);
    this.#postings[posting * stride + 1] = this.#heads[head]!;
    this.#heads[head] = posting;
  }

  #widen(): void {
    this.#bits += 2;
    this.#heads = new Int32Array(1 << this.#bits).fill(-1);
    for (let posting = 0; posting < this.#count; posting++) this.#link(posting);
  }
}
