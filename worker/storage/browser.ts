// The store in a browser: records in IndexedDB, blobs in the origin's private file system. Usable in a worker.
// Does not know what is stored; never asks for persistence, which is the page's to do in context.
import { openDB, type IDBPDatabase } from "idb";
import { AppError, fail } from "../contract/index.ts";
import {
  emptyHash,
  isHash,
  sha256,
  type Entry,
  type Store,
  type StoredRecord,
  type StoreUsage,
  type Table,
} from "./store.ts";

const databaseName = "loam";
const records = "records"; // one object store, keyed by [table, key]: a new table needs no new version

/** Opens the store. Throws storage-unavailable where the browser refuses (some private windows do). */
export async function openBrowserStore(): Promise<Store> {
  try {
    const database = await openDB(databaseName, 1, { upgrade: (db) => void db.createObjectStore(records) });
    const root = await navigator.storage.getDirectory();
    return new BrowserStore(database, await root.getDirectoryHandle("blobs", { create: true }));
  } catch (cause) {
    fail({ code: "storage-unavailable", reason: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}

class BrowserStore implements Store {
  readonly #database: IDBPDatabase;
  readonly #blobs: FileSystemDirectoryHandle;

  constructor(database: IDBPDatabase, blobs: FileSystemDirectoryHandle) {
    this.#database = database;
    this.#blobs = blobs;
  }

  get<T>(table: Table, key: string): Promise<T | undefined> {
    return guarded(0, () => this.#database.get(records, [table, key]));
  }

  put(table: Table, key: string, value: unknown): Promise<void> {
    return guarded(0, async () => void (await this.#database.put(records, value, [table, key])));
  }

  delete(table: Table, key: string): Promise<void> {
    return guarded(0, () => this.#database.delete(records, [table, key]));
  }

  putIf<T>(isStill: (now: T | undefined) => boolean, entries: readonly [Entry, ...Entry[]]): Promise<boolean> {
    return guarded(0, async () => {
      const { store, done } = this.#database.transaction(records, "readwrite"); // IndexedDB lets no other write in between
      const [{ table, key }] = entries;
      const may = isStill(await store.get([table, key]));
      const puts = may ? entries.map((entry) => store.put(entry.value, [entry.table, entry.key])) : [];
      await Promise.all([...puts, done]);
      return may;
    });
  }

  keys(table: Table, prefix: string): Promise<string[]> {
    const range = IDBKeyRange.bound([table, prefix], [table, `${prefix}\uffff`]);
    return guarded(0, async () =>
      (await this.#database.getAllKeys(records, range)).map((key) => (key as string[])[1]!),
    );
  }

  list<T>(table: Table): Promise<StoredRecord<T>[]> {
    return guarded(0, async () => {
      // An array sorts after every string, so this is every key of the table and no other.
      const range = IDBKeyRange.bound([table], [table, []]);
      const transaction = this.#database.transaction(records);
      const [keys, values] = await Promise.all([
        transaction.store.getAllKeys(range),
        transaction.store.getAll(range) as Promise<T[]>,
      ]);
      return keys.map((key, i) => ({ key: (key as string[])[1]!, value: values[i]! }));
    });
  }

  async putBlob(bytes: Blob): Promise<string> {
    const hash = await sha256(bytes);
    if (await this.hasBlob(hash)) return hash;
    await guarded(bytes.size, async () => {
      const handle = await this.#blobs.getFileHandle(hash, { create: true });
      try {
        // A writable swaps its file in on close: until then the name holds no bytes, which `getBlob` takes as absent.
        await bytes.stream().pipeTo(await handle.createWritable());
      } catch (cause) {
        await this.#blobs.removeEntry(hash).catch(() => undefined);
        throw cause;
      }
    });
    return hash;
  }

  async getBlob(hash: string): Promise<Blob | undefined> {
    if (!isHash(hash)) return undefined;
    return guarded(0, async () => {
      try {
        const file = await (await this.#blobs.getFileHandle(hash)).getFile();
        return file.size > 0 || hash === emptyHash ? file : undefined;
      } catch (cause) {
        if (cause instanceof DOMException && cause.name === "NotFoundError") return undefined;
        throw cause;
      }
    });
  }

  async hasBlob(hash: string): Promise<boolean> {
    return (await this.getBlob(hash)) !== undefined;
  }

  async deleteBlob(hash: string): Promise<void> {
    if (await this.hasBlob(hash)) await guarded(0, () => this.#blobs.removeEntry(hash));
  }

  async usage(): Promise<StoreUsage> {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    return { usedBytes: usage, quotaBytes: quota, isPersistent: await navigator.storage.persisted() };
  }
}

/** Runs one storage call; what the browser throws becomes the failure it stands for. */
async function guarded<T>(neededBytes: number, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const name = cause instanceof Error || cause instanceof DOMException ? cause.name : "";
    if (name !== "QuotaExceededError")
      fail({ code: "storage-unavailable", reason: cause instanceof Error ? cause.message : String(cause) }, cause);
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    fail({ code: "storage-full", neededBytes, freeBytes: Math.max(0, quota - usage) }, cause);
  }
}
