// How a data set is stored: one record of what it is, one of every version with what it changed, and the changed rows in parts of
// about a megabyte. A row's content is written once, under its hash; later versions name it. The parts are written first, under a
// name no other writer has, then the two records at once: a change that is cut off, or overtaken by another tab's, has not
// happened. Does not know what changes are allowed.
import { fail, type DatasetInfo, type DatasetVersion } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import type { Entry, Store } from "../storage/store.ts";
import type { Tabs } from "../storage/tabs.ts";
import { PackedRows, type KeptRow, type RowList } from "./rows.ts";
import { versionHash } from "./version-hash.ts";
import type { Delta } from "./version.ts";

/** What is stored of a data set; `isAside` marks one that was removed and can still be put back. */
export interface Kept {
  readonly info: DatasetInfo;
  readonly isAside: boolean;
}

interface KeptVersion {
  readonly version: DatasetVersion;
  readonly attempt?: string; // that wrote its parts; the first data sets named them by version alone
  readonly partCount: number;
  readonly removed: readonly string[]; // row ids
  readonly locked: readonly string[]; // prompt hashes
}
/** Rows and locks as of a version. */
export interface Replayed {
  readonly rows: PackedRows; // with every content stored so far
  readonly locked: Set<string>;
}

const partLength = 1_000_000; // UTF-16 code units of content, about

const versionKey = (id: string, number: number): string => `${id}/${number}`;
const partsKey = (id: string, number: number, attempt?: string): string =>
  attempt === undefined ? `${id}/${number}/` : `${id}/${number}/${attempt}/`;

/** Parts that are being written, noted beside the versions: where their writer is gone, they belong to nothing. */
interface Writing {
  readonly id: string;
  readonly number: number;
  readonly attempt: string;
}
const writingPrefix = "writing/";
const writingKey = ({ attempt }: Writing): string => writingPrefix + attempt;
const writerOf = ({ attempt }: Writing): string => `loam-writing-${attempt}`;

export class DatasetKeep {
  readonly #store: Store;
  readonly #tabs: Tabs;

  constructor(store: Store, tabs: Tabs) {
    this.#store = store;
    this.#tabs = tabs;
  }

  async list(): Promise<Kept[]> {
    return (await this.#store.list<Kept>("datasets")).map(({ value }) => value);
  }

  get(id: string): Promise<Kept | undefined> {
    return this.#store.get<Kept>("datasets", id);
  }

  /** Puts what a data set is, if it is still `before` (null: not there); says whether it was. */
  put(info: DatasetInfo, before: Kept | null, isAside = false): Promise<boolean> {
    return this.#store.putIf(is(before), [entryOf({ info, isAside })]);
  }

  /**
   * Stores `info.version`, which `delta` leads to from `before`; false, and nothing stored, when the data set is no longer that.
   * `isKept` says which contents are stored already.
   */
  async commit(
    info: DatasetInfo,
    before: DatasetInfo | null,
    delta: Delta,
    isKept: (hash: string) => boolean,
    slices: Slices,
  ): Promise<boolean> {
    const writing: Writing = { id: info.id, number: info.version.number, attempt: crypto.randomUUID() };
    const release = await this.#tabs.take(writerOf(writing));
    try {
      await this.#store.put("datasetVersions", writingKey(writing), writing);
      const partCount = await this.#putParts(writing, delta.put, isKept, slices);
      const { removed, locked } = delta;
      const { attempt } = writing;
      const record: KeptVersion = { version: info.version, attempt, partCount, removed, locked };
      const version = { table: "datasetVersions", key: versionKey(info.id, writing.number), value: record } as const;
      const known = before && { info: before, isAside: false };
      return await this.#store.putIf(is(known), [entryOf({ info, isAside: false }), version]);
    } finally {
      await this.#settle(writing).catch(() => undefined); // else at the next start
      release?.();
    }
  }

  /** Deletes what writers left that were cut off. */
  async sweep(): Promise<void> {
    for (const key of await this.#store.keys("datasetVersions", writingPrefix)) {
      const writing = await this.#store.get<Writing>("datasetVersions", key);
      const release = writing && (await this.#tabs.take(writerOf(writing)));
      if (!writing || !release) continue;
      await this.#settle(writing);
      release();
    }
  }

  /** The records of all versions up to the current one, each version's after its parts. */
  async *records({ id, version }: DatasetInfo): AsyncGenerator<Pick<Entry, "table" | "key">> {
    for (let number = 1; number <= version.number; number++) {
      const { attempt, partCount } = await this.#keptVersion(id, number);
      for (let part = 0; part < partCount; part++)
        yield { table: "datasetParts", key: `${partsKey(id, number, attempt)}${part}` };
      yield { table: "datasetVersions", key: versionKey(id, number) };
    }
  }

  /** Stores versions made elsewhere, if the data set is still `before`; says whether it was. The parts are there already. */
  adopt(info: DatasetInfo, before: DatasetInfo | null, versions: readonly Entry[]): Promise<boolean> {
    const known = before && { info: before, isAside: false };
    return this.#store.putIf(is(known), [entryOf({ info, isAside: false }), ...versions]);
  }

  async version(id: string, number: number): Promise<DatasetVersion> {
    return (await this.#keptVersion(id, number)).version;
  }

  /** The rows as they were at a version. Throws not-found for one that never was, storage-unavailable for a damaged one. */
  async replay(id: string, upTo: number, slices: Slices): Promise<Replayed> {
    const rows = new PackedRows();
    const locked = new Set<string>();
    for (let number = 1; number <= upTo; number++) {
      const kept = await this.#keptVersion(id, number);
      for (const removed of kept.removed) rows.delete(removed);
      for (const hash of kept.locked) locked.add(hash);
      for (let part = 0; part < kept.partCount; part++) {
        for (const row of await this.#part(id, kept, part)) {
          if (!rows.put(row)) damaged(id);
          rows.keepContent(row.id);
        }
        await slices.breathe();
      }
      if (number === upTo && (await versionHash(rows.hashed(), slices)) !== kept.version.hash) damaged(id);
    }
    return { rows, locked };
  }

  /** Deletes all that is stored of a data set, the record that names it last. */
  async purge({ id }: DatasetInfo): Promise<void> {
    for (const table of ["datasetParts", "datasetVersions"] as const)
      for (const key of await this.#store.keys(table, `${id}/`)) await this.#store.delete(table, key);
    await this.#store.delete("datasets", id);
  }

  /** Stores rows in parts; returns how many. */
  async #putParts(
    { id, number, attempt }: Writing,
    rows: RowList,
    isKept: (hash: string) => boolean,
    slices: Slices,
  ): Promise<number> {
    let partCount = 0;
    let rowCount = 0;
    for (const part of inParts(rows, isKept)) {
      await this.#store.put("datasetParts", `${partsKey(id, number, attempt)}${partCount++}`, part);
      slices.report((rowCount += part.length) / rows.length);
      await slices.breathe();
    }
    return partCount;
  }

  /** An attempt is over: its parts go, unless a version has them. */
  async #settle(writing: Writing): Promise<void> {
    const { id, number, attempt } = writing;
    const kept = await this.#store.get<KeptVersion>("datasetVersions", versionKey(id, number));
    if (kept?.attempt !== attempt)
      for (const key of await this.#store.keys("datasetParts", partsKey(id, number, attempt)))
        await this.#store.delete("datasetParts", key);
    await this.#store.delete("datasetVersions", writingKey(writing));
  }

  async #keptVersion(id: string, number: number): Promise<KeptVersion> {
    const kept = await this.#store.get<KeptVersion>("datasetVersions", versionKey(id, number));
    return kept ?? fail({ code: "not-found", what: "data set version", id: versionKey(id, number) });
  }

  async #part(id: string, { version, attempt }: KeptVersion, part: number): Promise<KeptRow[]> {
    const key = `${partsKey(id, version.number, attempt)}${part}`;
    return (await this.#store.get<KeptRow[]>("datasetParts", key)) ?? damaged(id);
  }
}

const entryOf = (value: Kept) => ({ table: "datasets", key: value.info.id, value }) as const;

/** Whether what is stored is just this. */
const is =
  (before: Kept | null) =>
  (now: Kept | undefined): boolean =>
    JSON.stringify(now) === JSON.stringify(before ?? undefined);

const damaged = (id: string): never =>
  fail({ code: "storage-unavailable", reason: `the data set ${id} is damaged: a stored row is missing or changed` });

/** The rows as they are stored, with the contents that are new. */
function* inParts(rows: RowList, isKept: (hash: string) => boolean): Generator<KeptRow[]> {
  let part: KeptRow[] = [];
  let length = 0;
  for (const { messages, rejected, ...plain } of rows) {
    const content = isKept(plain.hash) ? undefined : { messages, ...(rejected === undefined ? {} : { rejected }) };
    part.push(content === undefined ? plain : { ...plain, content });
    length += 500 + (content === undefined ? 0 : messages.reduce((sum, m) => sum + m.content.length, 0));
    if (length < partLength) continue;
    yield part;
    part = [];
    length = 0;
  }
  if (part.length > 0) yield part;
}
