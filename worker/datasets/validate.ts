// Which rows are the same or nearly so, and which would let a model be tested on what it was trained on. Judges rows by what
// they say; does not change them.
import type { DatasetRow, Finding, Split } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import { hashWord, NearIndex, sketch, type Near } from "./near.ts";
import { normalised, rowText } from "./row.ts";

const splits: readonly Split[] = ["train", "valid", "test"];

/** Groups of row ids by a key. */
class Groups<Key> {
  readonly #ids = new Map<Key, Set<string>>();

  get(key: Key): Iterable<string> {
    return this.#ids.get(key) ?? [];
  }

  add(key: Key, id: string): void {
    const group = this.#ids.get(key);
    if (group === undefined) this.#ids.set(key, new Set([id]));
    else group.add(id);
  }

  delete(key: Key, id: string): void {
    const group = this.#ids.get(key);
    group?.delete(id);
    if (group?.size === 0) this.#ids.delete(key);
  }
}

/** The rows of a data set, kept so that a further one can be compared with all of them. */
export class RowIndex {
  readonly #rows = new Map<string, DatasetRow>();
  readonly #byPrompt = new Groups<string>(); // by prompt and split
  readonly #byText = new Groups<number>(); // by the hash of what is compared for sameness
  readonly #near = new NearIndex((id) => comparedText(this.#rows.get(id)!));

  add(row: DatasetRow): void {
    this.#rows.set(row.id, row);
    this.#byPrompt.add(promptKey(row.promptHash, row.split), row.id);
    this.#byText.add(hashWord(identity(row)), row.id);
    this.#near.add(row.id, sketch(comparedText(row)));
  }

  delete(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#near.delete(id);
    this.#byText.delete(hashWord(identity(row)), id);
    this.#byPrompt.delete(promptKey(row.promptHash, row.split), id);
    this.#rows.delete(id);
  }

  /** The split the rows with this prompt are in. */
  splitOfPrompt(promptHash: string): Split | undefined {
    return splits.find((split) => first(this.#byPrompt.get(promptKey(promptHash, split))) !== undefined);
  }

  withPrompt(promptHash: string): DatasetRow[] {
    const ids = splits.flatMap((split) => Array.from(this.#byPrompt.get(promptKey(promptHash, split))));
    return ids.map((id) => this.#rows.get(id)!);
  }

  /** Takes a row in, in place of the one of its id. */
  replace(row: DatasetRow): void {
    if (this.#rows.get(row.id) === row) return;
    this.delete(row.id);
    this.add(row);
  }

  /**
   * What a row clashes with most: a leak before a duplicate before a near duplicate. The row itself does not count, nor does
   * any of `except`.
   */
  check(row: DatasetRow, except: ReadonlySet<string> = new Set()): Finding | undefined {
    const counts = (id: string) => id !== row.id && !except.has(id);
    const leak = splits
      .filter((split) => isLeak(split, row.split))
      .map((split) => first(this.#byPrompt.get(promptKey(row.promptHash, split)), counts))
      .find((id) => id !== undefined);
    if (leak !== undefined) return finding("leak", row, { id: leak, similarity: 1 });
    const near = this.#near.find(sketch(comparedText(row))).filter(({ id }) => counts(id));
    const nearLeak = near.find(({ id }) => isLeak(this.#rows.get(id)!.split, row.split));
    if (nearLeak !== undefined) return finding("leak", row, nearLeak);
    const duplicate = this.#duplicate(row, counts);
    if (duplicate !== undefined) return finding("duplicate", row, { id: duplicate, similarity: 1 });
    return near[0] === undefined ? undefined : finding("near-duplicate", row, near[0]);
  }

  #duplicate(row: DatasetRow, counts: (id: string) => boolean): string | undefined {
    const text = identity(row);
    for (const id of this.#byText.get(hashWord(text)))
      if (counts(id) && identity(this.#rows.get(id)!) === text) return id;
    return undefined;
  }
}

const promptKey = (promptHash: string, split: Split): string => `${promptHash} ${split}`;

function first(ids: Iterable<string>, counts: (id: string) => boolean = () => true): string | undefined {
  for (const id of ids) if (counts(id)) return id;
  return undefined;
}

/** Whether rows of these splits must not be alike: one is trained on, the other is held out. */
const isLeak = (a: Split, b: Split): boolean => (a === "train") !== (b === "train");

const finding = (kind: Finding["kind"], row: DatasetRow, { id, similarity }: Near): Finding => ({
  ...{ kind, row: row.id, other: id, similarity },
});

const comparedText = (row: DatasetRow): string => row.messages.map(({ content }) => normalised(content)).join("\n");

/** Two rows of one identity are the same, but for letter case, spacing and notes. */
const identity = (row: DatasetRow): string => `${rowText(row)}\n${normalised(row.rejected ?? "")}`;

/** Compares every row with all before it. */
export async function validateRows(rows: Iterable<DatasetRow>, slices: Slices): Promise<Finding[]> {
  const index = new RowIndex();
  const found: Finding[] = [];
  for (const row of rows) {
    const clash = index.check(row);
    if (clash !== undefined) found.push(clash);
    index.add(row);
    await slices.breathe();
  }
  return found;
}
