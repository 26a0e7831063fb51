// What a log of edits comes to: the same for every order in which its edits are met, and however often. Of each row the edits count
// that were accepted and that no accepted edit was made upon; where these differ, the row is in conflict, and all of them are kept.
// What was ever test is test: a row, and every prompt it had. Does not know how edits are stored or sent.
import type { EditStatus, Split } from "../contract/index.ts";

/** What counts of an edit. */
export interface Edit {
  readonly id: string;
  readonly row: string;
  readonly parents: readonly string[];
  readonly hash: string | null; // of the row's line; null: removed
  readonly status: EditStatus;
}
/** What counts of a line. */
export interface Said {
  readonly promptHash: string;
  readonly split: Split;
}

export interface FoldedRow {
  readonly heads: readonly string[]; // ids of edits, sorted; of those that say the same, the first
  readonly hashes: readonly (string | null)[]; // what each says
}

/** The edits of one row, and which came before which. */
export class RowEdits<E extends Edit = Edit> {
  readonly #edits = new Map<string, E>();

  /** Adds an edit, or puts what became of it in place of what it was. */
  put(edit: E): void {
    this.#edits.set(edit.id, edit);
  }
  get(id: string): E | undefined {
    return this.#edits.get(id);
  }
  all(): Iterable<E> {
    return this.#edits.values();
  }

  /** All that these edits were made upon, near and far. */
  before(ids: Iterable<string>): Set<string> {
    const found = new Set<string>();
    const open = [...ids];
    for (let id = open.pop(); id !== undefined; id = open.pop())
      for (const parent of this.#edits.get(id)?.parents ?? []) {
        if (found.has(parent)) continue;
        found.add(parent);
        open.push(parent);
      }
    return found;
  }

  /** Null when no edit of the row was accepted. */
  fold(): FoldedRow | null {
    const accepted = [...this.#edits.values()].filter(({ status }) => status === "accepted");
    if (accepted.length === 0) return null;
    const over = this.before(accepted.map(({ id }) => id));
    const heads = accepted.filter(({ id }) => !over.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
    const distinct = heads.filter(({ hash }, i) => heads.findIndex((other) => other.hash === hash) === i);
    return { heads: distinct.map(({ id }) => id), hashes: distinct.map(({ hash }) => hash) };
  }
}

export class EditLog<E extends Edit = Edit> {
  readonly #rows = new Map<string, RowEdits<E>>();
  readonly #rowOf = new Map<string, string>();

  put(edit: E): void {
    let edits = this.#rows.get(edit.row);
    if (edits === undefined) this.#rows.set(edit.row, (edits = new RowEdits()));
    edits.put(edit);
    this.#rowOf.set(edit.id, edit.row);
  }
  get(id: string): E | undefined {
    return this.#rows.get(this.#rowOf.get(id) ?? "")?.get(id);
  }
  editsOf(row: string): RowEdits<E> | undefined {
    return this.#rows.get(row);
  }
  rows(): Iterable<string> {
    return this.#rows.keys();
  }
  *all(): Generator<E> {
    for (const edits of this.#rows.values()) yield* edits.all();
  }

  /** What each row is, by its id. */
  fold(): Map<string, FoldedRow> {
    const folded = new Map<string, FoldedRow>();
    for (const [row, edits] of this.#rows) {
      const result = edits.fold();
      if (result !== null) folded.set(row, result);
    }
    return folded;
  }
}

/**
 * The split of each row that is there, one for each of its heads' hashes: `test` where the row or the prompt ever was, else `valid`
 * where a row with the same prompt is, so that no prompt is in two splits.
 */
export function splitsOf(
  log: EditLog,
  folded: ReadonlyMap<string, FoldedRow>,
  saidBy: (hash: string) => Said,
): (row: string, hash: string) => Split {
  const locked = lockedBy(log, saidBy);
  const valid = new Set<string>();
  for (const { hashes } of folded.values())
    for (const hash of hashes) if (hash !== null && saidBy(hash).split === "valid") valid.add(saidBy(hash).promptHash);
  return (row, hash) => {
    const { promptHash } = saidBy(hash);
    if (locked.rows.has(row) || locked.prompts.has(promptHash)) return "test";
    return valid.has(promptHash) ? "valid" : "train";
  };
}

/** Rows and prompts that ever were test, by an accepted edit, and whatever shares a row or a prompt with one. */
function lockedBy(log: EditLog, saidBy: (hash: string) => Said) {
  const rows = new Set<string>();
  const prompts = new Set<string>();
  for (let hasGrown = true; hasGrown;) {
    hasGrown = false;
    for (const { row, hash, status } of log.all()) {
      if (hash === null || status !== "accepted") continue;
      const { promptHash, split } = saidBy(hash);
      if (rows.has(row) && prompts.has(promptHash)) continue;
      if (split !== "test" && !rows.has(row) && !prompts.has(promptHash)) continue;
      rows.add(row);
      prompts.add(promptHash);
      hasGrown = true;
    }
  }
  return { rows, prompts };
}
