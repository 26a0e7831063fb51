// The store in files, for the server, the command line and tests: <folder>/records/<table>/<key> and <folder>/blobs/<hash>.
// A file is written beside its name and renamed, so that a cut leaves the old one. Does not know what is stored.
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { fail } from "../worker/contract/index.ts";
import {
  isHash,
  sha256,
  type Entry,
  type Store,
  type StoredRecord,
  type StoreUsage,
  type Table,
} from "../worker/storage/store.ts";

const partSuffix = ".part"; // a write under way; whatever carries it at start was cut off

/** Opens the store in `folder`, which is made when it is not there. */
export async function openFileStore(folder: string): Promise<Store> {
  const store = new FileStore(folder);
  await store.prepare();
  return store;
}

class FileStore implements Store {
  readonly #folder: string;
  #turn: Promise<unknown> = Promise.resolve(); // of comparing writes

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folders and clears what cut-off writes left. */
  async prepare(): Promise<void> {
    await this.#guarded(0, async () => {
      await mkdir(join(this.#folder, "blobs"), { recursive: true });
      await mkdir(join(this.#folder, "records"), { recursive: true });
      const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true });
      for (const entry of entries)
        if (entry.isFile() && entry.name.endsWith(partSuffix)) await rm(join(entry.parentPath, entry.name));
    });
  }

  async get<T>(table: Table, key: string): Promise<T | undefined> {
    const bytes = await this.#read(this.#recordPath(table, key));
    return bytes === undefined ? undefined : (deserialize(bytes) as T);
  }

  async put(table: Table, key: string, value: unknown): Promise<void> {
    await this.#write(this.#recordPath(table, key), serialize(value));
  }

  async delete(table: Table, key: string): Promise<void> {
    await this.#guarded(0, () => rm(this.#recordPath(table, key), { force: true }));
  }

  /** Atomic among the calls of this process; the first entry is written last, so that a cut leaves what it names unnamed. */
  putIf<T>(isStill: (now: T | undefined) => boolean, entries: readonly [Entry, ...Entry[]]): Promise<boolean> {
    const [first] = entries;
    const turn = this.#turn.then(async () => {
      if (!isStill(await this.get<T>(first.table, first.key))) return false;
      for (const { table, key, value } of entries.toReversed()) await this.put(table, key, value);
      return true;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async keys(table: Table, prefix: string): Promise<string[]> {
    const names = await this.#names(join(this.#folder, "records", table));
    const keys = names.filter((name) => !name.endsWith(partSuffix)).map((name) => decodeURIComponent(name.slice(1)));
    return keys.filter((key) => key.startsWith(prefix)).toSorted();
  }

  async list<T>(table: Table): Promise<StoredRecord<T>[]> {
    const found: StoredRecord<T>[] = [];
    for (const key of await this.keys(table, "")) {
      const value = await this.get<T>(table, key);
      if (value !== undefined) found.push({ key, value });
    }
    return found;
  }

  async putBlob(bytes: Blob): Promise<string> {
    const hash = await sha256(bytes);
    if (!(await this.hasBlob(hash))) await this.#write(this.#blobPath(hash), bytes.stream(), bytes.size);
    return hash;
  }

  async getBlob(hash: string): Promise<Blob | undefined> {
    const bytes = isHash(hash) ? await this.#read(this.#blobPath(hash)) : undefined;
    return bytes === undefined ? undefined : new Blob([new Uint8Array(bytes)]);
  }

  async hasBlob(hash: string): Promise<boolean> {
    if (!isHash(hash)) return false;
    return this.#guarded(0, () =>
      stat(this.#blobPath(hash)).then(
        () => true,
        (cause: unknown) => absent(cause, false),
      ),
    );
  }

  async deleteBlob(hash: string): Promise<void> {
    if (isHash(hash)) await this.#guarded(0, () => rm(this.#blobPath(hash), { force: true }));
  }

  async usage(): Promise<StoreUsage> {
    let usedBytes = 0;
    for (const entry of await readdir(this.#folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) usedBytes += (await stat(join(entry.parentPath, entry.name))).size;
    return { usedBytes, quotaBytes: usedBytes + (await this.#freeBytes()), isPersistent: true };
  }

  // The leading letter keeps keys such as "", "." and ".." from meaning anything to the file system.
  #recordPath(table: Table, key: string): string {
    return join(this.#folder, "records", table, `k${encodeURIComponent(key)}`);
  }

  #blobPath(hash: string): string {
    return join(this.#folder, "blobs", hash);
  }

  async #freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  #names(folder: string): Promise<string[]> {
    return this.#guarded(0, () => readdir(folder).catch((cause: unknown) => absent(cause, [])));
  }

  #read(path: string): Promise<Buffer | undefined> {
    return this.#guarded(0, () => readFile(path).catch((cause: unknown) => absent(cause, undefined)));
  }

  async #write(path: string, bytes: Uint8Array | ReadableStream<Uint8Array>, sizeBytes?: number): Promise<void> {
    const part = `${path}.${randomUUID()}${partSuffix}`;
    await this.#guarded(sizeBytes ?? (bytes as Uint8Array).length, async () => {
      await mkdir(join(path, ".."), { recursive: true });
      try {
        const file = await open(part, "wx");
        try {
          await file.writeFile(bytes as Uint8Array); // takes a stream of bytes too, which its type does not say
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(part, path);
      } catch (cause) {
        await rm(part, { force: true });
        throw cause;
      }
    });
  }

  async #guarded<T>(neededBytes: number, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      if (codeOf(cause) === "ENOSPC" || codeOf(cause) === "EDQUOT")
        fail({ code: "storage-full", neededBytes, freeBytes: await this.#freeBytes() }, cause);
      fail({ code: "storage-unavailable", reason: cause instanceof Error ? cause.message : String(cause) }, cause);
    }
  }
}

const codeOf = (cause: unknown): unknown => (cause instanceof Error && "code" in cause ? cause.code : undefined);

/** `instead` where the file is not there; throws anything else on. */
function absent<T>(cause: unknown, instead: T): T {
  if (codeOf(cause) === "ENOENT") return instead;
  throw cause;
}
