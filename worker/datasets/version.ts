// Versions of a data set's rows: their hash, what differs between two. Does not know how versions are kept.
import type { DatasetRow, DatasetVersion } from "../contract/index.ts";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Slices } from "../documents/slices.ts";
import { canonicalNotes } from "./export.ts";
import type { PackedRows, RowList } from "./rows.ts";

/** What a change does to the rows: `put` adds a row, or replaces the one of its id. */
export interface Delta {
  readonly put: RowList;
  readonly removed: readonly string[]; // ids
  readonly locked: readonly string[]; // prompt hashes that are test from now on
}

export const isEmptyDelta = ({ put, removed }: Delta): boolean => put.length === 0 && removed.length === 0;

/** What a version's hash is made of. */
type Hashed = Pick<DatasetRow, "hash" | "split">;

/** SHA-256 over one line a row, its hash and its split, the lines sorted: the order of rows does not count. */
export async function versionHash(rows: Iterable<Hashed>, slices: Slices): Promise<string> {
  return (await hashAndCounts(rows, slices)).hash;
}

async function hashAndCounts(rows: Iterable<Hashed>, slices: Slices): Promise<Pick<DatasetVersion, "hash" | "counts">> {
  const counts = { train: 0, valid: 0, test: 0 };
  // In groups of those that begin alike: all the lines of a million rows at once would be sorted for seconds.
  const groups: string[][] = Array.from({ length: 1 << 12 }, () => []);
  for (const { hash, split } of rows) {
    counts[split]++;
    groups[Number.parseInt(hash.slice(0, 3), 16)]!.push(`${hash} ${split}\n`);
    await slices.breathe();
  }
  const digest = sha256.create();
  for (const group of groups) {
    digest.update(encoder.encode(group.sort().join("")));
    await slices.breathe();
  }
  return { hash: bytesToHex(digest.digest()), counts };
}
const encoder = new TextEncoder();

/** The version after `parent` (null: the first) whose rows are these. */
export async function nextVersion(
  parent: DatasetVersion | null,
  rows: Iterable<Hashed>,
  what: string,
  slices: Slices,
): Promise<DatasetVersion> {
  return {
    number: (parent?.number ?? 0) + 1,
    ...(await hashAndCounts(rows, slices)),
    parent: parent?.hash ?? null,
    at: Date.now(),
    what,
  };
}

/** Ids of what leads from one set of rows to another, each list in the order of its rows. */
export interface DiffIds {
  readonly added: string[];
  readonly removed: string[];
  readonly changed: string[];
}
export async function diffRows(from: PackedRows, to: PackedRows, slices: Slices): Promise<DiffIds> {
  const diff: DiffIds = { added: [], removed: [], changed: [] };
  for (const id of to.ids()) {
    if (!from.has(id)) diff.added.push(id);
    else if (!isSame(from.get(id)!, to.get(id)!)) diff.changed.push(id);
    await slices.breathe();
  }
  for (const id of from.ids()) if (!to.has(id)) diff.removed.push(id);
  return diff;
}

/** Whether a row says the same, notes and split included. */
export const isSame = (a: DatasetRow, b: DatasetRow): boolean =>
  a === b || (a.hash === b.hash && canonicalNotes(a) === canonicalNotes(b));
