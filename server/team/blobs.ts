// Files of the team by what is in them: a blob's name is its SHA-256, so it is stored once and can be checked for ever. On disk
// here; another store (S3) is another class behind the same port.
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, mkdirSync, readdirSync, rmSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { fail } from "../../worker/contract/errors.ts";

export interface Blob {
  readonly hash: string; // SHA-256 of the bytes, hex
  readonly bytes: number;
}
/** A blob under the name it has where it is used. */
export interface NamedBlob extends Blob {
  readonly name: string;
}

export type Bytes = AsyncIterable<Uint8Array>;

export interface BlobStore {
  /** Takes a stream to its end. Throws invalid-argument when it is longer than `mostBytes`, or not what `hash` says; then nothing is kept. */
  put(content: Bytes, mostBytes: number, hash?: string): Promise<Blob>;
  /** The size in bytes; null when there is none of this hash. */
  size(hash: string): Promise<number | null>;
  /** The bytes from `start` up to but not including `end`. Throws not-found. */
  get(hash: string, start?: number, end?: number): Promise<ReadableStream<Uint8Array>>;
  remove(hash: string): Promise<void>;
  /** The hashes of what was last put before this time, ms since the epoch. */
  putBefore(at: number): AsyncIterable<string>;
}

const HASH = /^[0-9a-f]{64}$/;
const missing = (id: string): never => fail({ code: "not-found", what: "file", id });

export class DiskBlobs implements BlobStore {
  readonly #arriving: string;

  /** In `folder`, which is made; what a server that was killed left half written goes. */
  constructor(readonly folder: string) {
    this.#arriving = join(folder, "arriving");
    mkdirSync(this.#arriving, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.#arriving)) rmSync(join(this.#arriving, name), { force: true });
  }

  async put(content: Bytes, mostBytes: number, hash?: string): Promise<Blob> {
    const file = join(this.#arriving, randomUUID());
    try {
      const blob = await written(file, content, mostBytes);
      if (hash !== undefined && hash !== blob.hash)
        fail({ code: "invalid-argument", name: "hash", reason: `what came is ${blob.hash}: send it again` });
      mkdirSync(join(this.folder, blob.hash.slice(0, 2)), { recursive: true });
      await rename(file, this.#path(blob.hash)); // over the same bytes, where they are there already
      return blob;
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  async size(hash: string): Promise<number | null> {
    if (!HASH.test(hash)) return null;
    return stat(this.#path(hash)).then(
      ({ size }) => size,
      () => null,
    );
  }

  async get(hash: string, start = 0, end = Infinity): Promise<ReadableStream<Uint8Array>> {
    const size = (await this.size(hash)) ?? missing(hash);
    const last = Math.min(end, size) - 1;
    const stream = last < start ? Readable.from([]) : createReadStream(this.#path(hash), { start, end: last });
    return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
  }

  async remove(hash: string): Promise<void> {
    if (HASH.test(hash)) await rm(this.#path(hash), { force: true });
  }

  async *putBefore(at: number): AsyncGenerator<string> {
    for (const part of await readdir(this.folder))
      for (const name of part.length === 2 ? await readdir(join(this.folder, part)) : []) {
        const found = await stat(join(this.folder, part, name)).catch(() => null); // null: removed meanwhile
        if (HASH.test(name) && found && found.mtimeMs < at) yield name;
      }
  }

  /** Where the file of a blob lies: for programs of this machine that only read it. */
  path(hash: string): string {
    return HASH.test(hash) ? this.#path(hash) : missing(hash);
  }

  /** What all of them take. */
  async totalBytes(): Promise<number> {
    let total = 0;
    for (const folder of await readdir(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const hash of await readdir(join(this.folder, folder))) total += (await this.size(hash)) ?? 0;
    }
    return total;
  }

  readonly #path = (hash: string): string => join(this.folder, hash.slice(0, 2), hash);
}

/** Writes to disk, for good, and says what it was. */
async function written(path: string, content: Bytes, mostBytes: number): Promise<Blob> {
  const file = createWriteStream(path, { mode: 0o600, flush: true });
  const closed = finished(file);
  closed.catch(() => undefined); // awaited below, or what was thrown before says more
  const sum = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of content) {
      bytes += chunk.byteLength;
      if (bytes > mostBytes) fail({ code: "invalid-argument", name: "body", reason: `it has more than ${mostBytes} bytes` }); // prettier-ignore
      sum.update(chunk);
      if (!file.write(chunk)) await Promise.race([once(file, "drain"), closed]);
    }
    file.end();
    await closed;
  } catch (error) {
    file.destroy();
    if (!file.closed) await new Promise<void>((resolve) => file.once("close", resolve)); // or it would be made after it was removed
    throw error;
  }
  return { hash: sum.digest("hex"), bytes };
}
