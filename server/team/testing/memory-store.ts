// A store in memory, for tests that open many: what goes in and comes out is a copy, as from a disk.
import { fail } from "../../../worker/contract/index.ts";
import { sha256, type Entry, type Store, type Table } from "../../../worker/storage/store.ts";

export class MemoryStore implements Store {
  readonly #records = new Map<Table, Map<string, unknown>>();
  readonly #blobs = new Map<string, Blob>();
  isFull = false; // then nothing can be put

  #table(table: Table): Map<string, unknown> {
    let records = this.#records.get(table);
    if (records === undefined) this.#records.set(table, (records = new Map()));
    return records;
  }
  async get<T>(table: Table, key: string): Promise<T | undefined> {
    return structuredClone(this.#table(table).get(key)) as T | undefined;
  }
  async put(table: Table, key: string, value: unknown): Promise<void> {
    if (this.isFull) fail({ code: "storage-full", neededBytes: 1, freeBytes: 0 });
    this.#table(table).set(key, structuredClone(value));
  }
  async delete(table: Table, key: string): Promise<void> {
    this.#table(table).delete(key);
  }
  async putIf<T>(isStill: (now: T | undefined) => boolean, entries: readonly [Entry, ...Entry[]]): Promise<boolean> {
    const [{ table, key }] = entries;
    if (this.isFull) fail({ code: "storage-full", neededBytes: 1, freeBytes: 0 });
    const may = isStill(this.#table(table).get(key) as T | undefined);
    if (may) for (const entry of entries) this.#table(entry.table).set(entry.key, structuredClone(entry.value));
    return may;
  }
  async keys(table: Table, prefix: string): Promise<string[]> {
    return [...this.#table(table).keys()].filter((key) => key.startsWith(prefix)).sort();
  }
  async list<T>(table: Table) {
    const keys = await this.keys(table, "");
    return keys.map((key) => ({ key, value: structuredClone(this.#table(table).get(key)) as T }));
  }
  async putBlob(bytes: Blob): Promise<string> {
    const hash = await sha256(bytes);
    this.#blobs.set(hash, bytes);
    return hash;
  }
  getBlob = async (hash: string) => this.#blobs.get(hash);
  hasBlob = async (hash: string) => this.#blobs.has(hash);
  deleteBlob = async (hash: string) => void this.#blobs.delete(hash);
  usage = async () => ({ usedBytes: 0, quotaBytes: 0, isPersistent: true });
}
