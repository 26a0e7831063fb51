// Finds texts that are nearly the same, by their word 3-grams. Two sets of Jaccard index t or more share one of the few rarest
// 3-grams of each: only texts that meet in one of those are compared, and exactly. Templates do not slow it down, for what a
// million rows have in common is never among the rarest. Rare is what was counted rare when the order was last made anew
// (`prepare`); any one order finds all, a good one quickly. Where hundreds of texts meet in one 3-gram all the same, the latest
// are looked at. Does not know what the texts are.
// Source: A. Broder, "On the resemblance and containment of documents", 1997; prefix and position filters of Xiao et al.,
// "Efficient Similarity Joins for Near Duplicate Detection", WWW 2008.
import type { Slices } from "../documents/slices.ts";
import { Postings, Rarity, Sets } from "./near-table.ts";

/** From this Jaccard index on two texts count as near. In tenths below, so that no bound is rounded. */
export const nearThreshold = 0.9;

const mostChecked = 64; // texts compared exactly for one
const firstOrder = 64; // texts after which the order is made anew, then each time they are four times as many

/** Spreads the bits of a number (finaliser of MurmurHash3). u32 → u32. */
function mixed(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** FNV-1a over UTF-16 code units. Text → u32. */
export function hashWord(word: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) h = Math.imul(h ^ word.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** Words of a text; of scripts written without spaces, characters. */
const wordPattern = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}]+/gu;

/** The hashes of a text's words, in their order. */
function words(text: string): number[] {
  const found: number[] = [];
  let h = 0x811c9dc5;
  let isWord = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return (text.match(wordPattern) ?? []).map(hashWord);
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90)) {
      h = Math.imul(h ^ code, 0x01000193);
      isWord = true;
    } else if (isWord) {
      found.push(h >>> 0);
      [h, isWord] = [0x811c9dc5, false];
    }
  }
  if (isWord) found.push(h >>> 0);
  return found;
}

/** The hashes of a text's word 3-grams, sorted, none twice. A text of fewer words gives the hash of the whole. */
export function shingles(text: string): Uint32Array<ArrayBuffer> {
  const all = words(text);
  if (all.length < 3) return Uint32Array.of(mixed(hashWord(text)));
  const found = new Uint32Array(all.length - 2);
  for (let i = 2; i < all.length; i++)
    found[i - 2] = mixed(Math.imul(mixed(Math.imul(all[i - 2]!, 31) + all[i - 1]!), 31) + all[i]!);
  found.sort();
  let size = 1;
  for (let i = 1; i < found.length; i++) if (found[i] !== found[i - 1]) found[size++] = found[i]!;
  return found.subarray(0, size);
}

/** |a ∩ b| / |a ∪ b| of two sorted sets. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let common = 0;
  let j = 0;
  for (let i = 0; i < a.length; i++) {
    while (j < b.length && b[j]! < a[i]!) j++;
    if (b[j] === a[i]) common++;
  }
  return common / (a.length + b.length - common);
}

export interface Near {
  readonly key: number;
  readonly similarity: number; // Jaccard index, nearThreshold..1
}

/** How many of the rarest 3-grams of a set of so many one of a near set is surely among. */
const prefixLength = (size: number): number => size - Math.ceil((9 * size) / 10) + 1;

export class NearIndex {
  readonly #textOf: (key: number) => string;
  readonly #isLive: (key: number) => boolean;
  #rarity = new Rarity();
  #sets = new Sets();
  #postings = new Postings();
  #nextOrder = firstOrder;

  /** Texts are named by numbers. `textOf` gives the text of one that was added and is live; those that are not are passed over. */
  constructor(textOf: (key: number) => string, isLive: (key: number) => boolean = () => true) {
    this.#textOf = textOf;
    this.#isLive = isLive;
  }

  /** To be awaited before texts are added in numbers: makes the order anew when it is time. */
  async prepare(slices: Slices): Promise<void> {
    if (this.#sets.count < this.#nextOrder) return;
    const [old, sets, postings] = [this.#sets, new Sets(), new Postings()];
    const rarity = this.#rarity.renewed(old.count);
    for (let slot = 0; slot < old.count; slot++) {
      const key = old.keyOf(slot);
      if (!this.#isLive(key)) continue;
      const set = old.get(slot) ?? shingles(this.#textOf(key));
      rarity.count(set);
      postings.add(sets.add(key, set), rarity.rarest(set, prefixLength(set.length)), set.length);
      await slices.breathe();
    }
    [this.#sets, this.#postings, this.#rarity] = [sets, postings, rarity];
    this.#nextOrder = Math.max(firstOrder, 4 * sets.count);
  }

  add(key: number, set: Uint32Array<ArrayBuffer>): void {
    this.#rarity.count(set);
    const slot = this.#sets.add(key, set);
    this.#postings.add(slot, this.#rarity.rarest(set, prefixLength(set.length)), set.length);
  }

  /** Texts that are near to the one with this set and that count, the nearest first. */
  find(set: Uint32Array, counts: (key: number) => boolean = () => true): Near[] {
    const found: Near[] = [];
    const rarest = this.#rarity.rarest(set, prefixLength(set.length));
    let checked = 0;
    this.#postings.meet(rarest, set.length, (slot) => {
      const key = this.#sets.keyOf(slot);
      if (!this.#isLive(key) || !counts(key)) return true;
      const similarity = jaccard(set, this.#sets.get(slot) ?? shingles(this.#textOf(key)));
      if (similarity >= nearThreshold) found.push({ key, similarity });
      return ++checked < mostChecked;
    });
    return found.sort((a, b) => b.similarity - a.similarity);
  }
}
