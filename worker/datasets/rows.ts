// The rows of a data set in memory, by id and in their order: packed, and made into objects one at a time when they are asked for. A
// million short rows take about half a gigabyte so, most of it outside the heap. Does not know what rows may be there.
import type { DatasetRow, RowContent, Split } from "../contract/index.ts";
import { grown } from "./flat.ts";
import { hashLength, readHex, writeHex } from "./hash.ts";
import { TagLists } from "./tag-lists.ts";
import { Contents, Texts } from "./texts.ts";

/** Rows to be put somewhere, made when they are asked for. */
export interface RowList extends Iterable<DatasetRow> {
  readonly length: number;
}

/** What a row is, its content only where that is not known by its hash. */
export type KeptRow = Omit<DatasetRow, "messages" | "rejected"> & { readonly content?: RowContent };
type Notes = Pick<DatasetRow, "rating" | "reason" | "origin" | "createdAt">;

const splits: readonly Split[] = ["train", "valid", "test"];

export class PackedRows implements RowList {
  readonly contents: Contents;
  readonly #texts: Texts;
  #slots = new Map<string, number>();
  #ids: string[] = []; // by slot; "" where a row was deleted
  #contentOf = new Uint32Array(16);
  #notesAt = new Float64Array(16);
  #promptHashes = new Uint8Array(16 * hashLength);
  #splitOf = new Uint8Array(16);
  #tagsOf = new Uint32Array(16);
  #tags = new TagLists();

  /** `beside`: rows whose texts these share, so that they can be taken over by them. */
  constructor(beside?: PackedRows) {
    this.#texts = beside === undefined ? new Texts() : beside.#texts;
    this.contents = beside === undefined ? new Contents(this.#texts) : beside.contents;
  }

  get length(): number {
    return this.#slots.size;
  }
  /** Slots there are, of deleted rows too: a row keeps its own. */
  get slotCount(): number {
    return this.#ids.length;
  }

  has(id: string): boolean {
    return this.#slots.has(id);
  }

  get(id: string): DatasetRow | undefined {
    const slot = this.#slots.get(id);
    return slot === undefined ? undefined : this.at(slot);
  }

  slotOf(id: string): number | undefined {
    return this.#slots.get(id);
  }

  isLive = (slot: number): boolean => this.#ids[slot] !== "";
  splitAt = (slot: number): Split => splits[this.#splitOf[slot]!]!;
  tagsAt = (slot: number): readonly string[] => this.#tags.get(this.#tagsOf[slot]!);
  hashAt = (slot: number): string => this.contents.hashOf(this.#contentOf[slot]!);

  /** The row of a slot that is live. */
  at(slot: number): DatasetRow {
    return {
      id: this.#ids[slot]!,
      hash: this.hashAt(slot),
      promptHash: readHex(this.#promptHashes, slot * hashLength),
      ...this.contents.get(this.#contentOf[slot]!),
      tags: this.tagsAt(slot),
      ...(JSON.parse(this.#texts.at(this.#notesAt[slot]!)) as Notes),
      split: this.splitAt(slot),
    };
  }

  /** Puts a row, in the place of the one of its id or after all others. */
  set(row: DatasetRow): void {
    this.put({ ...row, content: row });
  }

  /** The same of a row as it is stored; false, and nothing put, where its content is neither with it nor known. */
  put({ id, content, hash, promptHash, split, tags, rating, reason, origin, createdAt }: KeptRow): boolean {
    const number = content === undefined ? this.contents.numberOf(hash) : this.contents.add(hash, content);
    if (number < 0) return false;
    const slot = this.#slotFor(id);
    this.#contentOf[slot] = number;
    this.#notesAt[slot] = this.#texts.add(JSON.stringify({ rating, reason, origin, createdAt }));
    writeHex(promptHash, this.#promptHashes, slot * hashLength);
    this.#splitOf[slot] = splits.indexOf(split);
    this.#tagsOf[slot] = this.#tags.add(tags);
    return true;
  }

  delete(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#slots.delete(id);
    this.#ids[slot] = "";
    this.#tags.release(this.#tagsOf[slot]!);
  }

  /** Takes over the rows of what was made beside these, and is not used any more. */
  takeAll(other: PackedRows): void {
    if (this.slotCount === 0) {
      [this.#slots, this.#ids, this.#tags] = [other.#slots, other.#ids, other.#tags];
      [this.#contentOf, this.#notesAt, this.#promptHashes] = [other.#contentOf, other.#notesAt, other.#promptHashes];
      [this.#splitOf, this.#tagsOf] = [other.#splitOf, other.#tagsOf];
      return;
    }
    for (const [id, from] of other.#slots) {
      const slot = this.#slotFor(id);
      this.#contentOf[slot] = other.#contentOf[from]!;
      this.#notesAt[slot] = other.#notesAt[from]!;
      const at = from * hashLength;
      this.#promptHashes.set(other.#promptHashes.subarray(at, at + hashLength), slot * hashLength);
      this.#splitOf[slot] = other.#splitOf[from]!;
      this.#tagsOf[slot] = this.#tags.add(other.tagsAt(from));
    }
  }

  /** Says of the content of a row that it is stored. */
  keepContent(id: string): void {
    this.contents.keep(this.#contentOf[this.#slots.get(id)!]!);
  }

  /** The same of these rows, which are among them. */
  keepContents(rows: RowList): void {
    if (rows instanceof PackedRows) for (const id of rows.ids()) this.keepContent(id);
    else for (const { id } of rows) this.keepContent(id);
  }

  /** The hashes of the prompts of a split's rows, each with it. */
  *promptsOf(split: Split): Generator<Pick<DatasetRow, "promptHash" | "split">> {
    for (const slot of this.#slots.values())
      if (this.splitAt(slot) === split) yield { promptHash: readHex(this.#promptHashes, slot * hashLength), split };
  }

  /** What a version's hash is made of, but for rows that go or are put anew. */
  *hashed(isLeftOut: (id: string) => boolean = () => false): Generator<Pick<DatasetRow, "hash" | "split">> {
    for (const [id, slot] of this.#slots)
      if (!isLeftOut(id)) yield { hash: this.hashAt(slot), split: this.splitAt(slot) };
  }

  /** Those of these ids. */
  only(ids: readonly string[]): RowList {
    const rowOf = (id: string) => this.get(id)!;
    return {
      length: ids.length,
      *[Symbol.iterator]() {
        for (const id of ids) yield rowOf(id);
      },
    };
  }

  *[Symbol.iterator](): Generator<DatasetRow> {
    for (const slot of this.#slots.values()) yield this.at(slot);
  }

  ids(): Iterable<string> {
    return this.#slots.keys();
  }

  /** The slots of the rows there are, in their order. */
  slots(): Uint32Array {
    const found = new Uint32Array(this.length);
    let count = 0;
    for (let slot = 0; slot < this.#ids.length; slot++) if (this.#ids[slot] !== "") found[count++] = slot;
    return found;
  }

  /** Every tag in use, with the number of rows that have it. */
  countTags(): Map<string, number> {
    return this.#tags.counts();
  }

  /** The slot of a row that is there, or the next one. */
  #slotFor(id: string): number {
    const present = this.#slots.get(id);
    if (present !== undefined) {
      this.#tags.release(this.#tagsOf[present]!);
      return present;
    }
    const slot = this.#ids.push(id) - 1;
    this.#slots.set(id, slot);
    this.#contentOf = grown(this.#contentOf, slot + 1);
    this.#notesAt = grown(this.#notesAt, slot + 1);
    this.#promptHashes = grown(this.#promptHashes, (slot + 1) * hashLength);
    this.#splitOf = grown(this.#splitOf, slot + 1);
    this.#tagsOf = grown(this.#tagsOf, slot + 1);
    return slot;
  }
}
