// Which rows are the same or nearly so, and which would let a model be tested on what it was trained on. Judges rows by what
// they say; does not change them.
import type { DatasetRow, Finding, Split } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import { Chains } from "./flat.ts";
import { hashWord, NearIndex, shingles } from "./near.ts";
import { normalised, rowText } from "./row.ts";
import type { PackedRows } from "./rows.ts";

const splits: readonly Split[] = ["train", "valid", "test"];

/** The rows of a data set, kept so that a further one can be compared with all of them: by number, without the rows themselves. */
export class RowIndex {
  readonly #rowOf: (id: string) => DatasetRow;
  readonly #ids: string[] = []; // by number; "" where a row was deleted
  readonly #numbers = new Map<string, number>();
  readonly #byPrompt = { train: new Chains(), valid: new Chains(), test: new Chains() };
  readonly #byText = new Chains(); // by the hash of what is compared for sameness
  // Apart, so that what is trained on cannot crowd out what it must not be like.
  readonly #trained: NearIndex;
  readonly #heldOut: NearIndex;
  #last: Compared | undefined; // checked, then most often added

  /** `rowOf` gives a row that was added and not deleted. */
  constructor(rowOf: (id: string) => DatasetRow) {
    this.#rowOf = rowOf;
    const textOf = (number: number) => comparedText(rowOf(this.#ids[number]!));
    const isLive = (number: number) => this.#ids[number] !== "";
    this.#trained = new NearIndex(textOf, isLive);
    this.#heldOut = new NearIndex(textOf, isLive);
  }

  /** To be awaited before rows are added in numbers. */
  async prepare(slices: Slices): Promise<void> {
    await this.#trained.prepare(slices);
    await this.#heldOut.prepare(slices);
  }

  add(row: DatasetRow): void {
    const { set, textKey } = this.#compared(row);
    const number = this.#ids.push(row.id) - 1;
    this.#numbers.set(row.id, number);
    this.#byPrompt[row.split].add(number, promptKey(row));
    this.#byText.add(number, textKey);
    this.#nearTo(row.split).add(number, set);
  }

  delete(id: string): void {
    const number = this.#numbers.get(id);
    if (number === undefined) return;
    this.#numbers.delete(id);
    this.#ids[number] = "";
  }

  /** Takes a row in, in place of the one of its id. */
  replace(row: DatasetRow): void {
    this.delete(row.id);
    this.add(row);
  }

  /** The split the rows with this prompt are in. */
  splitOfPrompt(promptHash: string): Split | undefined {
    return splits.find((split) => this.#withSamePrompt(promptHash, split) >= 0);
  }

  withPrompt(promptHash: string): DatasetRow[] {
    const found: DatasetRow[] = [];
    const take = (number: number) => void found.push(this.#rowOf(this.#ids[number]!));
    for (const split of splits) this.#withSamePrompt(promptHash, split, (number) => (take(number), false));
    return found;
  }

  /**
   * What a row clashes with most: a leak before a duplicate before a near duplicate. The row itself does not count, nor does
   * any of `except`.
   */
  check(row: DatasetRow, except: ReadonlySet<string> = none): Finding | undefined {
    const counts = (number: number) => this.#ids[number] !== row.id && !except.has(this.#ids[number]!);
    const other = (kind: Finding["kind"], number: number, similarity = 1): Finding => ({
      ...{ kind, row: row.id, other: this.#ids[number]!, similarity },
    });
    for (const split of splits) {
      const leak = isLeak(split, row.split) ? this.#withSamePrompt(row.promptHash, split, counts) : -1;
      if (leak >= 0) return other("leak", leak);
    }
    const compared = this.#compared(row);
    const [leak] = this.#nearTo(row.split === "train" ? "test" : "train").find(compared.set, counts);
    if (leak !== undefined) return other("leak", leak.key, leak.similarity);
    const duplicate = this.#withSameText(compared, counts);
    if (duplicate >= 0) return other("duplicate", duplicate);
    const [near] = this.#nearTo(row.split).find(compared.set, counts);
    return near && other("near-duplicate", near.key, near.similarity);
  }

  #nearTo(split: Split): NearIndex {
    return split === "train" ? this.#trained : this.#heldOut;
  }

  #compared(row: DatasetRow): Compared {
    if (this.#last?.row === row) return this.#last;
    const text = identity(row);
    this.#last = { row, text, textKey: hashWord(text), set: shingles(comparedText(row)) };
    return this.#last;
  }

  /** The latest row with this prompt that counts; -1: none. */
  #withSamePrompt(promptHash: string, split: Split, counts: Counts = all): number {
    const is = (number: number) =>
      this.#ids[number] !== "" && counts(number) && this.#rowOf(this.#ids[number]!).promptHash === promptHash;
    return this.#byPrompt[split].find(keyOf(promptHash), is);
  }

  #withSameText({ text, textKey }: Compared, counts: Counts): number {
    const is = (number: number) =>
      this.#ids[number] !== "" && counts(number) && identity(this.#rowOf(this.#ids[number]!)) === text;
    return this.#byText.find(textKey, is);
  }
}

type Counts = (number: number) => boolean;
const all: Counts = () => true;

/** A row made ready to be compared, so that its work is done once. */
interface Compared {
  readonly row: DatasetRow;
  readonly text: string;
  readonly textKey: number; // u32
  readonly set: Uint32Array<ArrayBuffer>;
}

const none: ReadonlySet<string> = new Set();

/** The first bits of a hash, as u32. */
const keyOf = (hash: string): number => Number.parseInt(hash.slice(0, 8), 16);
const promptKey = ({ promptHash }: DatasetRow): number => keyOf(promptHash);

/** Whether rows of these splits must not be alike: one is trained on, the other is held out. */
const isLeak = (a: Split, b: Split): boolean => (a === "train") !== (b === "train");

const comparedText = (row: DatasetRow): string => row.messages.map(({ content }) => normalised(content)).join("\n");

/** Two rows of one identity are the same, but for letter case, spacing and notes. */
const identity = (row: DatasetRow): string => `${rowText(row)}\n${normalised(row.rejected ?? "")}`;

/** Compares every row with all before it. */
export async function validateRows(rows: PackedRows, slices: Slices): Promise<Finding[]> {
  const index = new RowIndex((id) => rows.get(id)!);
  const found: Finding[] = [];
  for (const row of rows) {
    await index.prepare(slices);
    const clash = index.check(row);
    if (clash !== undefined) found.push(clash);
    index.add(row);
    await slices.breathe();
  }
  return found;
}
