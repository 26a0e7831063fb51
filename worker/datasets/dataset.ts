// The rows of one data set in memory, and what each change would do to them. A plan changes nothing; `apply` does, once the
// plan is stored. Does not know about storage.
import { fail, type DatasetRow, type Datasets, type RowEdit, type RowFilter, type Split } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import { passing } from "./filter.ts";
import { checkContent, promptHash, rowHash, tidy, type NewRow } from "./row.ts";
import { PackedRows, type RowList } from "./rows.ts";
import { assignSplit, Locks } from "./splits.ts";
import { RowIndex, validateRows } from "./validate.ts";
import { diffRows, isSame, type Delta } from "./version.ts";

export class Dataset {
  readonly rows: PackedRows;
  readonly locks: Locks;
  #index: RowIndex | undefined;
  #coming: PackedRows | undefined; // of a plan that has put them in the index
  #shown: { readonly filter: string; readonly slots: Uint32Array } | undefined;
  #changeCount = 0;

  constructor(rows = new PackedRows(), locks = new Locks()) {
    this.rows = rows;
    this.locks = locks;
  }

  get(id: string): DatasetRow {
    return this.rows.get(id) ?? fail({ code: "not-found", what: "row", id });
  }

  /** The rows made ready for comparing; built when first needed. */
  async index(slices: Slices): Promise<RowIndex> {
    if (this.#index !== undefined) return this.#index;
    const index = new RowIndex(
      (id) => this.rows.get(id) ?? this.#coming?.get(id) ?? fail({ code: "not-found", what: "row", id }),
    );
    let count = 0;
    for (const row of this.rows) {
      await index.prepare(slices);
      index.add(row);
      slices.report(count++ / this.rows.length);
      await slices.breathe();
    }
    this.#index = index;
    return index;
  }

  /** Rows that a plan puts in the index before they are part of the data set. */
  coming(): PackedRows {
    this.#coming = new PackedRows(this.rows);
    return this.#coming;
  }

  get comingCount(): number {
    return this.#coming?.length ?? 0;
  }

  /** Makes a plan true, after it was stored. */
  apply({ put, removed, locked }: Delta): void {
    this.#shown = undefined;
    this.#changeCount++;
    for (const id of removed) {
      this.#index?.delete(id);
      this.rows.delete(id);
    }
    if (put === this.#coming) this.rows.takeAll(this.#coming);
    else
      for (const row of put) {
        this.rows.set(row);
        this.#index?.replace(row);
      }
    this.#coming = undefined;
    this.rows.keepContents(put);
    this.locks.add(locked);
  }

  /** Takes back what a plan that came to nothing has left in the index. */
  forgetPlan(): void {
    for (const id of this.#coming?.ids() ?? []) this.#index?.delete(id);
    this.#coming = undefined;
  }

  /** The slots of the rows that pass, found anew only after a change or for another filter. */
  async find(filter: RowFilter, slices: Slices): Promise<Uint32Array> {
    const name = JSON.stringify(filter);
    if (this.#shown?.filter === name) return this.#shown.slots;
    const changeCount = this.#changeCount;
    const slots = await passing(this.rows, filter, slices);
    if (changeCount !== this.#changeCount) return this.find(filter, slices);
    this.#shown = { filter: name, slots };
    return slots;
  }

  /** The split a row with this prompt belongs to. */
  place({ promptHash }: Pick<NewRow, "promptHash">, index: RowIndex, wish?: Split): Split {
    return assignSplit(promptHash, { locks: this.locks, present: index.splitOfPrompt(promptHash), wish });
  }

  delta(put: RowList, removed: readonly string[] = []): Delta {
    return { put, removed, locked: this.locks.missing(put instanceof PackedRows ? put.promptsOf("test") : put) };
  }

  /** A row with another content or other notes. A test row stays test, whatever its prompt becomes. */
  async planEdit(id: string, edit: RowEdit, slices: Slices): Promise<Delta> {
    const before = this.get(id);
    const plain = edited(before, edit);
    checkContent(plain);
    const [hash, prompt] = [rowHash(plain), promptHash(plain)];
    const { origin, createdAt } = before;
    const row = { id, hash, promptHash: prompt, ...plain, origin, createdAt };
    if (hash === before.hash) {
      const after = { ...row, split: before.split };
      return this.delta(isSame(before, after) ? [] : [after]);
    }
    const index = await this.index(slices);
    const isMoved = before.split !== "test" && prompt !== before.promptHash;
    const after = { ...row, split: isMoved ? this.place(row, index, before.split) : before.split };
    refuse([after], index, new Set([id]));
    return this.delta([after]);
  }

  planRemove(ids: readonly string[]): Delta {
    return this.delta(
      [],
      [...new Set(ids)].map((id) => this.get(id).id),
    );
  }

  planTags(ids: readonly string[], { add = [], remove = [] }: Parameters<Datasets["tagRows"]>[2]): Delta {
    const put = [...new Set(ids)].map((id) => {
      const row = this.get(id);
      return {
        ...row,
        tags: tidy({ ...row, tags: [...row.tags.filter((tag) => !remove.includes(tag)), ...add] }).tags,
      };
    });
    return this.delta(put.filter((row) => !isSame(row, this.get(row.id))));
  }

  /** The rows, and those with the same prompts, in another split. */
  async planMove(ids: readonly string[], to: Split, slices: Slices): Promise<Delta> {
    const index = await this.index(slices);
    const prompts = new Set(ids.map((id) => this.get(id).promptHash));
    const group = [...prompts].flatMap((prompt) => index.withPrompt(prompt)).filter(({ split }) => split !== to);
    const locked = to === "test" ? [] : group.filter((row) => this.locks.has(row.promptHash));
    if (locked.length > 0)
      fail({ code: "data-refused", reason: "locked", rows: locked.map(({ id }) => ({ row: id, other: "" })) });
    const moved = group.map((row) => ({ ...row, split: to }));
    refuse(moved, index, new Set(group.map(({ id }) => id)));
    return this.delta(moved);
  }

  /** What makes the rows what they were, but for prompts locked since then. */
  async planRestore(earlier: PackedRows, slices: Slices): Promise<Delta> {
    const target = new PackedRows();
    for (const row of earlier) {
      target.set(this.locks.has(row.promptHash) ? { ...row, split: "test" } : row);
      await slices.breathe();
    }
    const leaks = (await validateRows(target, slices)).filter(({ kind }) => kind === "leak");
    if (leaks.length > 0) fail({ code: "data-refused", reason: "leak", rows: leaks });
    const { added, removed, changed } = await diffRows(this.rows, target, slices);
    return this.delta(target.only([...added, ...changed]), removed);
  }
}

function edited(row: DatasetRow, edit: RowEdit) {
  const rejected = edit.rejected === undefined ? row.rejected : edit.rejected;
  const rating = edit.rating === undefined ? row.rating : edit.rating;
  const reason = edit.reason === undefined ? row.reason : edit.reason;
  return tidy({
    messages: edit.messages ?? row.messages,
    tags: edit.tags ?? row.tags,
    ...(rejected === undefined || rejected === null ? {} : { rejected }),
    ...(rating === undefined || rating === null ? {} : { rating }),
    ...(reason === undefined || reason === null ? {} : { reason }),
  });
}

/** Throws data-refused for the first of changed rows that leaks to, or duplicates, a row that is not being changed. */
function refuse(rows: readonly DatasetRow[], index: RowIndex, changing: ReadonlySet<string>): void {
  for (const row of rows) {
    const clash = index.check(row, changing);
    if (clash !== undefined && clash.kind !== "near-duplicate")
      fail({ code: "data-refused", reason: clash.kind, rows: [{ row: clash.row, other: clash.other }] });
  }
}
