// The hash of a version: SHA-256 over one line a row, its hash and its split, the lines sorted, so that the order of rows does not
// count. A million lines are sorted as bytes, by counting and then in small groups. Does not know where rows come from.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { DatasetRow, DatasetVersion, Split } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import { grown } from "./flat.ts";
import { hashLength, writeHex } from "./hash.ts";

/** What a version's hash is made of. */
export type Hashed = Pick<DatasetRow, "hash" | "split">;

const splits: readonly Split[] = ["test", "train", "valid"]; // as lines sort
const endings = splits.map((split) => new TextEncoder().encode(` ${split}\n`));
const digits = new TextEncoder().encode("0123456789abcdef");
const blockLength = 1 << 16; // bytes hashed at once
const groupCount = 1 << 16; // by the first two bytes of the hash

export async function versionHash(rows: Iterable<Hashed>, slices: Slices): Promise<string> {
  return (await hashAndCounts(rows, slices)).hash;
}

/** The hash of a version with these rows, and how many are in each split. */
export async function hashAndCounts(
  rows: Iterable<Hashed>,
  slices: Slices,
): Promise<Pick<DatasetVersion, "hash" | "counts">> {
  const counts = { train: 0, valid: 0, test: 0 };
  const lines = new Lines();
  for (const { hash, split } of rows) {
    counts[split]++;
    lines.add(hash, split);
    await slices.breathe();
  }
  const digest = sha256.create();
  for (const block of lines.blocks()) {
    digest.update(block);
    await slices.breathe();
  }
  return { hash: bytesToHex(digest.digest()), counts };
}

class Lines {
  #hashes = new Uint8Array(64 * hashLength);
  #splits = new Uint8Array(64); // by their place in `splits`
  #count = 0;

  add(hash: string, split: Split): void {
    const row = this.#count++;
    this.#hashes = grown(this.#hashes, this.#count * hashLength);
    this.#splits = grown(this.#splits, this.#count);
    writeHex(hash, this.#hashes, row * hashLength);
    this.#splits[row] = splits.indexOf(split);
  }

  /** The sorted lines, in blocks. Each is good until the next. */
  *blocks(): Generator<Uint8Array> {
    const block = new Uint8Array(blockLength);
    let end = 0;
    for (const row of this.#sorted()) {
      const ending = endings[this.#splits[row]!]!;
      if (end + 2 * hashLength + ending.length > blockLength) {
        yield block.subarray(0, end);
        end = 0;
      }
      for (let i = 0; i < hashLength; i++) {
        const byte = this.#hashes[row * hashLength + i]!;
        block[end++] = digits[byte >>> 4]!;
        block[end++] = digits[byte & 15]!;
      }
      block.set(ending, end);
      end += ending.length;
    }
    yield block.subarray(0, end);
  }

  /** The rows in the order of their lines. */
  #sorted(): Uint32Array {
    const groupOf = (row: number) => (this.#hashes[row * hashLength]! << 8) | this.#hashes[row * hashLength + 1]!;
    const ends = new Uint32Array(groupCount);
    for (let row = 0; row < this.#count; row++) ends[groupOf(row)]!++;
    for (let group = 1; group < groupCount; group++) ends[group]! += ends[group - 1]!;
    const order = new Uint32Array(this.#count);
    const starts = ends.slice();
    for (let row = this.#count - 1; row >= 0; row--) order[--starts[groupOf(row)]!] = row;
    for (let group = 0; group < groupCount; group++)
      if (ends[group]! - starts[group]! > 1)
        order.subarray(starts[group], ends[group]).sort((a, b) => this.#compare(a, b));
    return order;
  }

  #compare(a: number, b: number): number {
    for (let i = 0; i < hashLength; i++) {
      const difference = this.#hashes[a * hashLength + i]! - this.#hashes[b * hashLength + i]!;
      if (difference !== 0) return difference;
    }
    return this.#splits[a]! - this.#splits[b]!;
  }
}
