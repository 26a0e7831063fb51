// Versions of a data set's rows: their hash, what differs between two. Does not know how versions are kept.
import type { DatasetRow, DatasetVersion, VersionDiff } from "../contract/index.ts";
import { canonicalNotes } from "./export.ts";
import { hashText } from "./row.ts";
import { countSplits } from "./splits.ts";

/** What a change does to the rows: `put` adds a row, or replaces the one of its id. */
export interface Delta {
  readonly put: readonly DatasetRow[];
  readonly removed: readonly string[]; // ids
  readonly locked: readonly string[]; // prompt hashes that are test from now on
}

export const isEmptyDelta = ({ put, removed }: Delta): boolean => put.length === 0 && removed.length === 0;

/** SHA-256 over one line a row, its hash and its split, the lines sorted: the order of rows does not count. */
export function versionHash(rows: Iterable<DatasetRow>): Promise<string> {
  return hashText(
    Array.from(rows, ({ hash, split }) => `${hash} ${split}\n`)
      .sort()
      .join(""),
  );
}

/** The version after `parent` (null: the first) whose rows are these. */
export async function nextVersion(
  parent: DatasetVersion | null,
  rows: Iterable<DatasetRow>,
  what: string,
): Promise<DatasetVersion> {
  const all = Array.from(rows);
  return {
    number: (parent?.number ?? 0) + 1,
    hash: await versionHash(all),
    parent: parent?.hash ?? null,
    at: Date.now(),
    what,
    counts: countSplits(all),
  };
}

type Rows = ReadonlyMap<string, DatasetRow>;

/** What leads from one set of rows, by id, to another. */
export function diffRows(from: Rows, to: Rows): VersionDiff {
  const added: DatasetRow[] = [];
  const changed: { before: DatasetRow; after: DatasetRow }[] = [];
  for (const [id, after] of to) {
    const before = from.get(id);
    if (before === undefined) added.push(after);
    else if (!isSame(before, after)) changed.push({ before, after });
  }
  return { added, removed: Array.from(from.values()).filter(({ id }) => !to.has(id)), changed };
}

/** Whether a row says the same, notes and split included. */
export const isSame = (a: DatasetRow, b: DatasetRow): boolean =>
  a === b || (a.hash === b.hash && canonicalNotes(a) === canonicalNotes(b));
