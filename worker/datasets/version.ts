// Versions of a data set's rows: their hash, what differs between two. Does not know how versions are kept.
import type { DatasetRow, DatasetVersion } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import { canonicalNotes } from "./export.ts";
import type { PackedRows, RowList } from "./rows.ts";
import { hashAndCounts, type Hashed } from "./version-hash.ts";

/** What a change does to the rows: `put` adds a row, or replaces the one of its id. */
export interface Delta {
  readonly put: RowList;
  readonly removed: readonly string[]; // ids
  readonly locked: readonly string[]; // prompt hashes that are test from now on
}

export const isEmptyDelta = ({ put, removed }: Delta): boolean => put.length === 0 && removed.length === 0;

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
