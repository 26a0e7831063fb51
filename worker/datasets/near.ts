// Finds texts that are nearly the same: MinHash signatures of word 3-grams, banded so that likely pairs meet in a bucket, the
// likeliest of them then checked by their exact Jaccard index. What is found is near for certain; what is near is found all but
// always (1.1e-4 missed at 0.9, fewer above), unless hundreds of texts are so alike that they crowd its buckets: then only the
// latest of each bucket are looked at, so that a million texts from one template take time in proportion to their number.
// Does not know what the texts are.
// Source: A. Broder, "On the resemblance and containment of documents", 1997; banding as in Leskovec et al., "Mining of
// Massive Datasets", §3.4.

import { bandLength, bands, signatureLength, Table } from "./near-table.ts";

/** From this Jaccard index on two texts count as near. */
export const nearThreshold = 0.9;

const mostChecked = 32; // texts compared exactly: of 64 as alike as 0.85, signatures put some before one that is near
const mostRecent = 1024; // sets kept at hand: of like texts, it is the latest that are compared

const seeds = Uint32Array.from({ length: signatureLength }, (_, i) => mixed(0x9e3779b9 * (i + 1)));

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

/** The hashes of a text's word 3-grams, sorted, none twice. A text of fewer words gives the hash of the whole. */
export function shingles(text: string): Uint32Array {
  const words = (text.match(wordPattern) ?? []).map(hashWord);
  if (words.length < 3) return Uint32Array.of(mixed(hashWord(text)));
  const found = new Set<number>();
  for (let i = 2; i < words.length; i++)
    found.add(mixed(Math.imul(mixed(Math.imul(words[i - 2]!, 31) + words[i - 1]!), 31) + words[i]!));
  return Uint32Array.from(found).sort();
}

/** |a ∩ b| / |a ∪ b| of two sorted sets. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let common = 0;
  let j = 0;
  for (const item of a) {
    while (j < b.length && b[j]! < item) j++;
    if (b[j] === item) common++;
  }
  return common / (a.length + b.length - common);
}

function signatureOf(set: Uint32Array): Uint32Array {
  const minima = new Uint32Array(signatureLength).fill(0xffffffff);
  for (const item of set)
    for (let i = 0; i < signatureLength; i++) {
      let h = Math.imul(item ^ seeds[i]!, 0x85ebca6b);
      h = (h ^ (h >>> 15)) >>> 0;
      if (h < minima[i]!) minima[i] = h;
    }
  return minima;
}

export interface Near {
  readonly id: string;
  readonly similarity: number; // Jaccard index, nearThreshold..1
}
/** A text made ready to be looked up and added, so that its work is done once. */
export interface Sketch {
  readonly set: Uint32Array;
  readonly signature: Uint32Array;
}
export function sketch(text: string): Sketch {
  const set = shingles(text);
  return { set, signature: signatureOf(set) };
}

export class NearIndex {
  readonly #textOf: (id: string) => string;
  readonly #slots = new Map<string, number>();
  #ids: string[] = []; // by slot; "" where one was deleted
  #table = new Table(1024);
  readonly #recent = new Map<string, Uint32Array>(); // sets by id, the latest last

  /** `textOf` gives the text of an id that was added and not deleted. */
  constructor(textOf: (id: string) => string) {
    this.#textOf = textOf;
  }

  add(id: string, { set, signature }: Sketch): void {
    if (this.#ids.length === this.#table.capacity) this.#rebuild();
    const slot = this.#ids.push(id) - 1;
    this.#slots.set(id, slot);
    this.#table.add(slot, codesOf(signature), keysOf(signature));
    this.#recent.set(id, set);
    if (this.#recent.size > mostRecent) this.#recent.delete(this.#recent.keys().next().value!);
  }

  delete(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#slots.delete(id);
    this.#recent.delete(id);
    this.#ids[slot] = "";
  }

  /** Texts that are near to this one and that count, the likeliest first. */
  find({ set, signature }: Sketch, counts: (id: string) => boolean = () => true): Near[] {
    const isLive = (slot: number) => this.#ids[slot] !== "" && counts(this.#ids[slot]!);
    const met = this.#table.meet(codesOf(signature), keysOf(signature), isLive);
    const found: Near[] = [];
    for (const slot of met.slice(0, mostChecked)) {
      const id = this.#ids[slot]!;
      const similarity = jaccard(set, this.#recent.get(id) ?? shingles(this.#textOf(id)));
      if (similarity >= nearThreshold) found.push({ id, similarity });
    }
    return found;
  }

  /** A table twice as large as what is there, without what was deleted. */
  #rebuild(): void {
    const [ids, old] = [this.#ids, this.#table];
    this.#table = new Table(Math.max(1024, 2 * this.#slots.size));
    this.#ids = [];
    for (const [before, id] of ids.entries()) {
      if (id === "") continue;
      const slot = this.#ids.push(id) - 1;
      this.#slots.set(id, slot);
      this.#table.add(slot, old.codes(before), old.keys(before));
    }
  }
}

const codesOf = (signature: Uint32Array): Uint8Array => Uint8Array.from(signature); // the low byte of each

const keysOf = (signature: Uint32Array): Uint32Array =>
  Uint32Array.from({ length: bands }, (_, band) => bandKey(signature, band));

function bandKey(signature: Uint32Array, band: number): number {
  let key = 0;
  for (let i = band * bandLength; i < (band + 1) * bandLength; i++) key = mixed(Math.imul(key, 31) + signature[i]!);
  return key;
}
