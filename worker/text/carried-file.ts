// Records and blobs of the store as one file: a line that says what it is, an index of known length, then the bytes of each, one after
// another. Parts are only referenced, so that no backup fills the memory. Does not know what the records mean.
import { fail } from "../contract/index.ts";
import type { Table } from "../storage/store.ts";

const magic = "loam-carried 1\n";
const lengthDigits = 12;
const headLength = magic.length + lengthDigits + 1;
const mostIndexBytes = 256 * 1024 * 1024;

interface Index {
  readonly records: readonly { readonly table: Table; readonly key: string; readonly bytes: number }[];
  readonly blobs: readonly { readonly hash: string; readonly bytes: number }[];
}
export interface CarriedEntry {
  readonly table: Table;
  readonly key: string;
  read(): Promise<unknown>;
}

export class CarriedWriter {
  readonly #records: { table: Table; key: string; value: Blob }[] = [];
  readonly #blobs = new Map<string, Blob>();

  /** A value of plain data. */
  add(table: Table, key: string, value: unknown): void {
    this.#records.push({ table, key, value: new Blob([JSON.stringify(value)]) });
  }
  addBlob(hash: string, bytes: Blob): void {
    this.#blobs.set(hash, bytes);
  }

  file(): Blob {
    const records = this.#records.map(({ table, key, value }) => ({ table, key, bytes: value.size }));
    const blobs = Array.from(this.#blobs, ([hash, { size }]) => ({ hash, bytes: size }));
    const index = new TextEncoder().encode(JSON.stringify({ records, blobs } satisfies Index));
    const length = String(index.length).padStart(lengthDigits, "0");
    return new Blob([magic, `${length}\n`, index, ...this.#records.map(({ value }) => value), ...this.#blobs.values()]);
  }
}

export class CarriedReader {
  readonly entries: readonly CarriedEntry[];
  readonly blobs: ReadonlyMap<string, Blob>;

  private constructor(entries: readonly CarriedEntry[], blobs: ReadonlyMap<string, Blob>) {
    this.entries = entries;
    this.blobs = blobs;
  }

  /** Throws bad-file for what is no such file, or cut short. A record that is damaged throws it when it is read. */
  static async open(name: string, file: Blob): Promise<CarriedReader> {
    const bad = (reason: string): never => fail({ code: "bad-file", file: name, format: "Loam backup", reason });
    const head = await file.slice(0, headLength).text();
    const length = Number(head.slice(magic.length));
    if (!head.startsWith(magic) || !Number.isSafeInteger(length)) bad("its data sets and versions are damaged");
    if (length > mostIndexBytes || headLength + length > file.size) bad("it is cut short");
    const text = await file.slice(headLength, headLength + length).text();
    const { records, blobs } = indexOf(text) ?? bad("the list of its data sets and versions is damaged");
    let at = headLength + length;
    const take = (bytes: number): Blob => file.slice(at, (at += bytes));
    const entries = records.map(({ table, key, bytes }): CarriedEntry => {
      const value = take(bytes);
      const damaged = () => bad(`its record ${key} is damaged`);
      return { table, key, read: async () => parsed(await value.text()) ?? damaged() };
    });
    const carried = new Map(blobs.map(({ hash, bytes }) => [hash, take(bytes)]));
    if (at > file.size) bad("it is cut short");
    return new CarriedReader(entries, carried);
  }
}

function indexOf(text: string): Index | undefined {
  const { records, blobs } = (parsed(text) ?? {}) as Partial<Index>;
  const isSize = (bytes: unknown) => Number.isSafeInteger(bytes) && (bytes as number) >= 0;
  if (!Array.isArray(records) || !Array.isArray(blobs)) return undefined;
  const isSound =
    records.every((r: Index["records"][number] | null) => typeof r?.table === "string" && typeof r.key === "string" && isSize(r.bytes)) && // prettier-ignore
    blobs.every((b: Index["blobs"][number] | null) => typeof b?.hash === "string" && isSize(b.bytes));
  return isSound ? { records, blobs } : undefined;
}

/** An object or a list; undefined for anything else. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
