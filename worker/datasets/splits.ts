// Which split a row belongs to: decided by the hash of its prompt, so that the same prompt is always in one split, and
// locked once it was test. Does not know the rows of a data set.
import type { Split } from "../contract/index.ts";

/** Shares of the splits; they add up to 1. */
export const defaultShares: Readonly<Record<Split, number>> = { train: 0.8, valid: 0.1, test: 0.1 };

/** The split of a prompt no row has had yet. The hash is read as a fraction of 1: test first, then valid, then train. */
export function splitOfHash(promptHash: string, shares = defaultShares): Split {
  const fraction = Number.parseInt(promptHash.slice(0, 12), 16) / 2 ** 48;
  if (fraction < shares.test) return "test";
  return fraction < shares.test + shares.valid ? "valid" : "train";
}

/** Prompts that were ever test, in any version of a data set. They only grow. */
export class Locks {
  readonly #hashes: Set<string>;

  constructor(hashes: Iterable<string> = []) {
    this.#hashes = new Set(hashes);
  }

  has(promptHash: string): boolean {
    return this.#hashes.has(promptHash);
  }

  /** The hashes among these rows' prompts that are test and not locked yet. */
  missing(rows: Iterable<{ readonly promptHash: string; readonly split: Split }>): string[] {
    const found = new Set<string>();
    for (const { promptHash, split } of rows) if (split === "test" && !this.has(promptHash)) found.add(promptHash);
    return [...found];
  }

  add(hashes: Iterable<string>): void {
    for (const hash of hashes) this.#hashes.add(hash);
  }
}

/**
 * The split of a row: test where its prompt is locked, else where that prompt is already, else where it is wished, else by
 * its hash.
 */
export function assignSplit(
  promptHash: string,
  { locks, present, wish }: { locks: Locks; present: Split | undefined; wish?: Split | undefined },
): Split {
  if (locks.has(promptHash)) return "test";
  return present ?? wish ?? splitOfHash(promptHash);
}
