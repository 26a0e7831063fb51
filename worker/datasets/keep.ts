// How a data set is stored: one record of what it is, one of every version with what it changed, and the changed rows in parts of
// about a megabyte. A row's content is written once, under its hash; later versions name it. The first record is written
// last, so a change that is cut off has not happened. Does not know what changes are allowed.
import { fail, type DatasetInfo, type DatasetRow, type DatasetVersion, type RowContent } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import type { Store } from "../storage/store.ts";
import { versionHash, type Delta } from "./version.ts";

/** What is stored of a data set; `isAside` marks one that was removed and can still be put back. */
export interface Kept {
  readonly info: DatasetInfo;
  readonly isAside: boolean;
}

interface KeptVersion {
  readonly version: DatasetVersion;
  readonly partCount: number;
  readonly removed: readonly string[]; // row ids
  readonly locked: readonly string[]; // prompt hashes
}
/** A row, its content only where that hash is met for the first time. */
type KeptRow = Omit<DatasetRow, "messages" | "rejected"> & { readonly content?: RowContent };

/** Rows, contents and locks as of a version. */
export interface Replayed {
  readonly rows: Map<string, DatasetRow>;
  readonly contents: Set<string>; // hashes of every content stored so far
  readonly locked: Set<string>;
}

const partLength = 1_000_000; // UTF-16 code units of content, about

const versionKey = (id: string, number: number): string => `${id}/${number}`;
const partKey = (id: string, number: number, part: number): string => `${id}/${number}/${part}`;

export class DatasetKeep {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async list(): Promise<Kept[]> {
    return (await this.#store.list<Kept>("datasets")).map(({ value }) => value);
  }

  get(id: string): Promise<Kept | undefined> {
    return this.#store.get<Kept>("datasets", id);
  }

  async put(info: DatasetInfo, isAside = false): Promise<void> {
    await this.#store.put("datasets", info.id, { info, isAside } satisfies Kept);
  }

  /** Stores `info.version`, which `delta` leads to. `contents` is told of the contents written. */
  async commit(info: DatasetInfo, delta: Delta, contents: Set<string>, slices: Slices): Promise<void> {
    const { id, version } = info;
    const written = new Set<string>();
    let partCount = 0;
    for (const part of inParts(delta.put, (hash) => !contents.has(hash) && !written.has(hash))) {
      for (const { hash, content } of part) if (content !== undefined) written.add(hash);
      await this.#store.put("datasetParts", partKey(id, version.number, partCount++), part);
      await slices.breathe();
    }
    const { removed, locked } = delta;
    const record: KeptVersion = { version, partCount, removed, locked };
    await this.#store.put("datasetVersions", versionKey(id, version.number), record);
    await this.put(info);
    for (const hash of written) contents.add(hash);
  }

  async version(id: string, number: number): Promise<DatasetVersion> {
    return (await this.#keptVersion(id, number)).version;
  }

  /** The rows as they were at a version. Throws not-found for one that never was, storage-unavailable for a damaged one. */
  async replay(id: string, upTo: number, slices: Slices): Promise<Replayed> {
    const rows = new Map<string, DatasetRow>();
    const contents = new Map<string, RowContent>();
    const locked = new Set<string>();
    for (let number = 1; number <= upTo; number++) {
      const kept = await this.#keptVersion(id, number);
      for (const removed of kept.removed) rows.delete(removed);
      for (const hash of kept.locked) locked.add(hash);
      for (let part = 0; part < kept.partCount; part++) {
        for (const row of await this.#part(id, number, part)) rows.set(row.id, whole(row, contents) ?? damaged(id));
        await slices.breathe();
      }
      if (number === upTo && (await versionHash(rows.values())) !== kept.version.hash) damaged(id);
    }
    return { rows, contents: new Set(contents.keys()), locked };
  }

  /** Deletes all that is stored of a data set, the record that names it last. */
  async purge({ id, version }: DatasetInfo): Promise<void> {
    // A change that was cut off may have left parts of the version after.
    for (let number = 1; number <= version.number + 1; number++) {
      for (let part = 0; (await this.#store.get("datasetParts", partKey(id, number, part))) !== undefined; part++)
        await this.#store.delete("datasetParts", partKey(id, number, part));
      await this.#store.delete("datasetVersions", versionKey(id, number));
    }
    await this.#store.delete("datasets", id);
  }

  async #keptVersion(id: string, number: number): Promise<KeptVersion> {
    const kept = await this.#store.get<KeptVersion>("datasetVersions", versionKey(id, number));
    return kept ?? fail({ code: "not-found", what: "data set version", id: versionKey(id, number) });
  }

  async #part(id: string, number: number, part: number): Promise<KeptRow[]> {
    return (await this.#store.get<KeptRow[]>("datasetParts", partKey(id, number, part))) ?? damaged(id);
  }
}

const damaged = (id: string): never =>
  fail({ code: "storage-unavailable", reason: `the data set ${id} is damaged: a stored row is missing or changed` });

function whole({ content, ...row }: KeptRow, contents: Map<string, RowContent>): DatasetRow | undefined {
  if (content !== undefined) contents.set(row.hash, content);
  const known = contents.get(row.hash);
  return known && { ...row, ...known };
}

/** The rows as they are stored, with the contents that are new. */
function* inParts(rows: readonly DatasetRow[], isNew: (hash: string) => boolean): Generator<KeptRow[]> {
  let part: KeptRow[] = [];
  let length = 0;
  for (const { messages, rejected, ...plain } of rows) {
    const content = isNew(plain.hash) ? { messages, ...(rejected === undefined ? {} : { rejected }) } : undefined;
    part.push(content === undefined ? plain : { ...plain, content });
    length += 500 + (content === undefined ? 0 : messages.reduce((sum, m) => sum + m.content.length, 0));
    if (length < partLength) continue;
    yield part;
    part = [];
    length = 0;
  }
  if (part.length > 0) yield part;
}
