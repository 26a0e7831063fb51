// Finds texts that are nearly the same: MinHash signatures of word 3-grams, banded so that likely pairs meet in a bucket,
// each then checked by its exact Jaccard index. Does not know what the texts are.
// Source: A. Broder, "On the resemblance and containment of documents", 1997; banding as in Leskovec et al., "Mining of
// Massive Datasets", §3.4.

/** From this Jaccard index on two texts count as near. */
export const nearThreshold = 0.9;

const bands = 12;
const bandLength = 6; // a pair at 0.9 shares no band with probability (1 - 0.9⁶)¹² = 1.1e-4
const signatureLength = bands * bandLength;
// Equal minima of a pair at 0.9: mean 64.8, deviation 2.5; fewer than 4 deviations below is left unchecked.
const minEqual = 54;
// A fuller bucket holds a boilerplate phrase and tells little; near pairs share about six bands, so others find them.
const maxBucketLength = 2000;

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

function mayBeNear(a: Uint32Array, b: Uint32Array): boolean {
  let unequal = 0;
  for (let i = 0; i < signatureLength; i++) if (a[i] !== b[i] && ++unequal > signatureLength - minEqual) return false;
  return true;
}

interface Entry {
  readonly id: string;
  readonly signature: Uint32Array;
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
  readonly #entries = new Map<string, Entry>();
  readonly #buckets = Array.from({ length: bands }, () => new Map<number, Entry[]>());

  /** `textOf` gives the text of an id that was added and not deleted. */
  constructor(textOf: (id: string) => string) {
    this.#textOf = textOf;
  }

  add(id: string, { signature }: Sketch): void {
    const entry = { id, signature };
    this.#entries.set(id, entry);
    for (const [band, buckets] of this.#buckets.entries()) {
      const key = bandKey(signature, band);
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [entry]);
      else if (bucket.length < maxBucketLength) bucket.push(entry);
    }
  }

  delete(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    for (const [band, buckets] of this.#buckets.entries()) {
      const bucket = buckets.get(bandKey(entry.signature, band));
      const at = bucket?.indexOf(entry) ?? -1;
      if (at >= 0) bucket!.splice(at, 1);
    }
  }

  /** Every text that is near to this one. */
  find({ set, signature }: Sketch): Near[] {
    const seen = new Set<Entry>();
    const found: Near[] = [];
    for (const [band, buckets] of this.#buckets.entries())
      for (const entry of buckets.get(bandKey(signature, band)) ?? []) {
        if (seen.has(entry)) continue;
        seen.add(entry);
        if (!mayBeNear(signature, entry.signature)) continue;
        const similarity = jaccard(set, shingles(this.#textOf(entry.id)));
        if (similarity >= nearThreshold) found.push({ id: entry.id, similarity });
      }
    return found;
  }
}

function bandKey(signature: Uint32Array, band: number): number {
  let key = 0;
  for (let i = band * bandLength; i < (band + 1) * bandLength; i++) key = mixed(Math.imul(key, 31) + signature[i]!);
  return key;
}
