// What a device's rows and its book make of each other: which rows differ from what was sent or came last (drafts), and what the
// team's edits would change here. A row that was changed here and not sent is left alone. Does not store anything.
import type { DatasetRow, RowConflict, RowOrigin, Split } from "../contract/index.ts";
import { readyEdit, type Book, type KnownEdit, type Shown } from "./book.ts";
import { splitsOf, type RowEdits } from "./fold.ts";
import { inSplit, lineHash, lineOf, rowOfLine } from "./line.ts";

/** The rows here, by id. */
export interface RowsHere extends Iterable<DatasetRow> {
  get(id: string): DatasetRow | undefined;
}

const hashOf = (row: DatasetRow | undefined): string | null => (row === undefined ? null : lineHash(lineOf(row)));

/** Edits that say what the rows here say and what was shown does not. */
export function* drafts(book: Book, rows: RowsHere): Generator<KnownEdit> {
  for (const row of rows) {
    const shown = book.shown.get(row.id);
    const line = lineOf(row);
    if (lineHash(line) !== shown?.hash) yield readyEdit(row.id, line, shown?.parents ?? []);
  }
  for (const { row, hash, parents } of book.shown.values())
    if (hash !== null && rows.get(row) === undefined) yield readyEdit(row, null, parents);
}

export const shownBy = ({ id, row, hash }: KnownEdit): Shown => ({ row, hash, parents: [id] });

/** What is to change here: rows to put or remove, and what each of them, or each that is so already, then shows. */
export interface Arrivals {
  readonly put: readonly DatasetRow[];
  readonly removed: readonly string[];
  readonly settled: readonly Shown[]; // rows that are so already
  readonly editOf: ReadonlyMap<string, string>; // the edit that a row shows once it was put or removed
}

export function arrivals(book: Book, rows: RowsHere): Arrivals {
  const folded = book.edits.fold();
  const splitOf = splitsOf(book.edits, folded, book.saidBy);
  const [put, removed, settled]: [DatasetRow[], string[], Shown[]] = [[], [], []];
  const editOf = new Map<string, string>();
  for (const [row, { heads }] of folded) {
    const shown = book.shown.get(row);
    const edit = chosen(book.edits.editsOf(row)!, heads, shown?.parents ?? []);
    if (edit === undefined) continue;
    const { line, hash } = wanted(book, edit, splitOf);
    if (shown?.hash === hash && shown.parents.includes(edit.id)) continue; // nothing new, whatever was changed here
    const here = rows.get(row);
    const hereHash = hashOf(here);
    if (hereHash === hash) {
      settled.push({ row, hash, parents: [edit.id] });
    } else if (hereHash === (shown?.hash ?? null)) {
      editOf.set(row, edit.id);
      if (line === null) removed.push(row);
      else put.push(arrived(row, line, here, edit));
    }
  }
  return { put, removed, settled, editOf };
}

/** What an edit says, in the split that its row has now. */
function wanted({ saidBy }: Book, { row, line, hash }: KnownEdit, splitOf: (row: string, hash: string) => Split) {
  if (line === null || hash === null) return { line: null, hash: null };
  const split = splitOf(row, hash);
  if (split === saidBy(hash).split) return { line, hash };
  const moved = inSplit(line, split);
  return { line: moved, hash: lineHash(moved) };
}

/** Of the edits that a row is now, the one to show: what is shown already, else what was made upon it. */
function chosen(edits: RowEdits<KnownEdit>, heads: readonly string[], shown: readonly string[]): KnownEdit | undefined {
  const isNewer = (head: string) => {
    const before = edits.before([head]);
    return shown.every((id) => before.has(id));
  };
  const id = heads.find((head) => shown.includes(head)) ?? heads.find(isNewer);
  return id === undefined ? undefined : edits.get(id);
}

function arrived(id: string, line: string, here: DatasetRow | undefined, { author, at }: KnownEdit): DatasetRow {
  const origin: RowOrigin = here?.origin ?? { kind: "team", author };
  return { ...rowOfLine(line), id, origin, createdAt: here?.createdAt ?? at };
}

/** Rows that are several things at once, and that nobody here decided on yet. */
export function conflicts(book: Book): RowConflict[] {
  const found: RowConflict[] = [];
  for (const row of book.edits.rows()) {
    const edits = book.edits.editsOf(row)!;
    const heads = edits.fold()?.heads ?? [];
    if (heads.length < 2 || isDecided(edits, heads)) continue;
    const sides = heads.map((id) => edits.get(id)!);
    found.push({ row, sides: sides.map(({ id: edit, line, author, at }) => ({ edit, line, author, at })) });
  }
  return found;
}

const isDecided = (edits: RowEdits<KnownEdit>, heads: readonly string[]): boolean =>
  Array.from(edits.all()).some(
    ({ isOwn, status, parents }) =>
      isOwn && status === "proposed" && parents.length > 1 && heads.every((id) => parents.includes(id)),
  );

/** Edits that decide a conflict: for one side, or, null, for all of them as rows of their own. */
export function decision({ row, sides }: RowConflict, side: string | null): KnownEdit[] {
  const parents = sides.map(({ edit }) => edit);
  if (side !== null) return [readyEdit(row, sides.find(({ edit }) => edit === side)!.line, parents)];
  const [stays = null, ...others] = sides.map(({ line }) => line).filter((line) => line !== null);
  return [readyEdit(row, stays, parents), ...others.map((line) => readyEdit(crypto.randomUUID(), line, []))];
}
