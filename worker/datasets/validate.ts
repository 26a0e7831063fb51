// Which rows are the same or nearly so, and which would let a model be tested on what it was trained on. Judges rows by what
// they say; does not change them.
import type { DatasetRow, Finding, Split } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import { hashWord, NearIndex, sketch, type Near, type Sketch } from "./near.ts";
import { normalised, rowText } from "./row.ts";

const splits: readonly Split[] = ["train", "valid", "test"];

/** Groups of row ids by a key. Most have one: those take no set. */
class Groups<Key> {
  readonly #ids = new Map<Key, string | Set<string>>();

  get(key: Key): Iterable<string> {
    const group = this.#ids.get(key) ?? [];
    return typeof group === "string" ? [group] : group;
  }

  add(key: Key, id: string): void {
    const group = this.#ids.get(key);
    if (group === undefined) this.#ids.set(key, id);
    else if (typeof group === "string") this.#ids.set(key, new Set([group, id]));
    else group.add(id);
  }

  delete(key: Key, id: string): void {
    const group = this.#ids.get(key);
    if (group === id) this.#ids.delete(key);
    else if (group instanceof Set && group.delete(id) && group.size === 0) this.#ids.delete(key);
  }
}

/** The rows of a data set, kept so that a further one can be compared with all of them. */
export class RowIndex {
  readonly #rows = new Map<string, DatasetRow>();
  readonly #byPrompt = { train: new Groups<string>(), valid: new Groups<string>(), test: new Groups<string>() };
  readonly #byText = new Groups<number>(); // by the hash of what is compared for sameness
  // Apart, so that what is trained on cannot crowd out what it must not be like.
  readonly #trained = new NearIndex((id) => comparedText(this.#rows.get(id)!));
  readonly #heldOut = new NearIndex((id) => comparedText(this.#rows.get(id)!));
  #last: { readonly row: DatasetRow; readonly sketch: Sketch } | undefined; // checked, then most often added

  add(row: DatasetRow): void {
    this.#rows.set(row.id, row);
    this.#byPrompt[row.split].add(row.promptHash, row.id);
    this.#byText.add(hashWord(identity(row)), row.id);
    this.#nearTo(row.split).add(row.id, this.#sketch(row));
  }

  delete(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#nearTo(row.split).delete(id);
    this.#byText.delete(hashWord(identity(row)), id);
    this.#byPrompt[row.split].delete(row.promptHash, id);
    this.#rows.delete(id);
  }

  /** The split the rows with this prompt are in. */
  splitOfPrompt(promptHash: string): Split | undefined {
    return splits.find((split) => first(this.#byPrompt[split].get(promptHash)) !== undefined);
  }

  withPrompt(promptHash: string): DatasetRow[] {
    const ids = splits.flatMap((split) => Array.from(this.#byPrompt[split].get(promptHash)));
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
      .map((split) => first(this.#byPrompt[split].get(row.promptHash), counts))
      .find((id) => id !== undefined);
    if (leak !== undefined) return finding("leak", row, { id: leak, similarity: 1 });
    const compared = this.#sketch(row);
    const [nearLeak] = this.#nearTo(row.split === "train" ? "test" : "train").find(compared, counts);
    if (nearLeak !== undefined) return finding("leak", row, nearLeak);
    const duplicate = this.#duplicate(row, counts);
    if (duplicate !== undefined) return finding("duplicate", row, { id: duplicate, similarity: 1 });
    const [near] = this.#nearTo(row.split).find(compared, counts);
    return near === undefined ? undefined : finding("near-duplicate", row, near);
  }

  #nearTo(split: Split): NearIndex {
    return split === "train" ? this.#trained : this.#heldOut;
  }

  #sketch(row: DatasetRow): Sketch {
    if (this.#last?.row !== row) this.#last = { row, sketch: sketch(comparedText(row)) };
    return this.#last.sketch;
  }

  #duplicate(row: DatasetRow, counts: (id: string) => boolean): string | undefined {
    const text = identity(row);
    for (const id of this.#byText.get(hashWord(text)))
      if (counts(id) && identity(this.#rows.get(id)!) === text) return id;
    return undefined;
  }
}

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
