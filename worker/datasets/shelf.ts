// The data sets that are there: opened when needed, changed one change at a time, announced to whoever listens. A removed one is
// set aside until the session ends, so that it can be put back. Other tabs may change the same data sets: a change that was
// overtaken is planned anew on what is there now. Does not decide what a change does.
import { fail, type DatasetEvent, type DatasetInfo } from "../contract/index.ts";
import { Slices } from "../documents/slices.ts";
import type { Entry, Store } from "../storage/store.ts";
import type { Tabs } from "../storage/tabs.ts";
import { Dataset } from "./dataset.ts";
import { DatasetKeep, type Kept } from "./keep.ts";
import { Locks } from "./splits.ts";
import { OpenedSets, type Opened } from "./opened.ts";
import { PackedRows } from "./rows.ts";
import { Turns, untilDone } from "./turns.ts";
import { isEmptyDelta, nextVersion, type Delta } from "./version.ts";

/** What a change is to do, and the sentence its version says about it. */
export interface Change {
  readonly delta: Delta;
  readonly what: string;
}

const mostTakenBack = 10_000; // rows of a plan that came to nothing
const topic = "datasets";
/** Held by the tab that can still put a removed data set back. */
const asideName = (id: string): string => `loam-aside-${id}`;

export class DatasetShelf {
  readonly #keep: DatasetKeep;
  readonly #infos = new Map<string, DatasetInfo>();
  readonly #aside = new Map<string, { readonly info: DatasetInfo; readonly release: (() => void) | null }>();
  readonly #opened = new OpenedSets();
  readonly #turns = new Turns();
  readonly #listeners = new Set<(event: DatasetEvent) => void>();
  readonly #started: Promise<void>;
  readonly #tabs: Tabs;

  constructor(store: Store, tabs: Tabs) {
    this.#keep = new DatasetKeep(store, tabs);
    this.#tabs = tabs;
    tabs.hear(topic, (event) => this.#heard(event as DatasetEvent));
    this.#started = this.#start();
    this.#started.catch(() => undefined); // each call reports it
  }

  /** In the order they were made. */
  async list(): Promise<DatasetInfo[]> {
    await this.#started;
    return Array.from(this.#infos.values()).sort((a, b) => a.createdAt - b.createdAt);
  }

  async info(id: string): Promise<DatasetInfo> {
    await this.#started;
    return this.#infos.get(id) ?? fail({ code: "not-found", what: "data set", id });
  }

  async create(
    about: Pick<DatasetInfo, "name" | "description" | "licence">,
    id: string = crypto.randomUUID(),
  ): Promise<DatasetInfo> {
    await this.#started;
    const version = await nextVersion(null, [], "Made", new Slices());
    const info: DatasetInfo = { id, ...about, createdAt: Date.now(), version };
    await this.#keep.commit(info, null, { put: [], removed: [], locked: [] }, () => false, new Slices());
    return this.#show(info);
  }

  /** Another name, description or licence; the rows and their version stay. */
  rename(id: string, about: Partial<Pick<DatasetInfo, "name" | "description" | "licence">>): Promise<DatasetInfo> {
    return this.inTurn(id, () =>
      untilDone(async () => {
        const before = await this.#fresh(id);
        const info = { ...before, ...about };
        return (await this.#keep.put(info, { info: before, isAside: false })) ? this.#show(info) : null;
      }),
    );
  }

  /** The data set's rows, as they are now. They must not be changed. */
  async read(id: string): Promise<Dataset> {
    await this.info(id);
    return (await this.#open(id)).dataset;
  }

  /** The rows as they were at a version. */
  async rowsAt(id: string, number: number): Promise<PackedRows> {
    await this.info(id);
    return (await this.#keep.replay(id, number, new Slices())).rows;
  }

  version(id: string, number: number) {
    return this.#keep.version(id, number);
  }

  /**
   * Plans a change, stores it as the next version, and makes it true; a plan that changes nothing makes no version. Planned anew
   * when another tab was faster.
   */
  change(id: string, plan: (dataset: Dataset) => Promise<Change>, onKeep: Slices = new Slices()): Promise<DatasetInfo> {
    return this.inTurn(id, () => untilDone(() => this.#tryChange(id, plan, onKeep)));
  }

  /** The records of all versions of a data set. */
  records(info: DatasetInfo) {
    return this.#keep.records(info);
  }

  /** Takes in versions made elsewhere, whose parts are stored; the last is `info`'s. */
  adopt(info: DatasetInfo, before: DatasetInfo | null, versions: readonly Entry[]): Promise<boolean> {
    return this.inTurn(info.id, async () => {
      const isDone = await this.#keep.adopt(info, before, versions);
      if (isDone) this.#show(info);
      return isDone;
    });
  }

  setAside(id: string): Promise<void> {
    return this.inTurn(id, async () => {
      const release = await this.#tabs.take(asideName(id));
      const info = await untilDone(async () => {
        const before = await this.#fresh(id);
        return (await this.#keep.put(before, { info: before, isAside: false }, true)) ? before : null;
      });
      this.#forget(id);
      this.#aside.set(id, { info, release });
      this.#announce({ type: "dataset-removed", dataset: info });
    });
  }

  putBack(id: string): Promise<void> {
    return this.inTurn(id, async () => {
      await this.#started;
      const aside = this.#aside.get(id);
      const isBack = aside && (await this.#keep.put(aside.info, { info: aside.info, isAside: true }));
      if (!isBack) return fail({ code: "not-found", what: "removed data set", id });
      this.#aside.delete(id);
      aside.release?.();
      this.#show(aside.info);
    });
  }

  subscribe(listener: (event: DatasetEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** Runs what is called for one key one after the other. */
  inTurn<T>(key: string, run: () => Promise<T>): Promise<T> {
    return this.#turns.take(key, run);
  }

  async #start(): Promise<void> {
    for (const kept of await this.#keep.list())
      if (kept.isAside) await this.#purge(kept);
      else this.#infos.set(kept.info.id, kept.info);
    await this.#keep.sweep();
  }

  /** What was removed goes for good, unless the tab that removed it is still there. */
  async #purge({ info }: Kept): Promise<void> {
    const release = await this.#tabs.take(asideName(info.id));
    if (release === null) return;
    await this.#keep.purge(info);
    release();
  }

  /** Null when another tab was faster. */
  async #tryChange(
    id: string,
    plan: (dataset: Dataset) => Promise<Change>,
    onKeep: Slices,
  ): Promise<DatasetInfo | null> {
    const before = await this.#fresh(id);
    const { dataset } = await this.#open(id);
    try {
      const { delta, what } = await plan(dataset);
      if (isEmptyDelta(delta)) return (dataset.forgetPlan(), before);
      const version = await nextVersion(before.version, hashedAfter(dataset, delta), what, onKeep);
      const info = { ...before, version };
      const isKept = (hash: string) => dataset.rows.contents.isKept(hash);
      if (!(await this.#keep.commit(info, before, delta, isKept, onKeep))) return (this.#drop(id, dataset), null);
      dataset.apply(delta);
      this.#opened.put(id, { number: version.number, dataset });
      return this.#show(info);
    } catch (cause) {
      this.#drop(id, dataset);
      throw cause;
    }
  }

  /** Takes back what a plan has left; where that is much, the data set is read anew when it is next needed. */
  #drop(id: string, dataset: Dataset): void {
    if (dataset.comingCount > mostTakenBack) this.#opened.delete(id);
    dataset.forgetPlan();
  }

  /** What is stored now: another tab may have gone on. */
  async #fresh(id: string): Promise<DatasetInfo> {
    await this.info(id);
    const kept = await this.#keep.get(id);
    if (kept === undefined || kept.isAside) {
      this.#forget(id);
      fail({ code: "not-found", what: "data set", id });
    }
    this.#infos.set(id, kept.info);
    return kept.info;
  }

  async #open(id: string): Promise<Opened> {
    const { number } = (await this.info(id)).version;
    return this.#opened.get(id, number, () => this.#load(id, number));
  }

  async #load(id: string, number: number): Promise<Opened> {
    const { rows, locked } = await this.#keep.replay(id, number, new Slices());
    return { number, dataset: new Dataset(rows, new Locks(locked)) };
  }

  #forget(id: string): void {
    this.#infos.delete(id);
    this.#opened.delete(id);
  }

  #show(info: DatasetInfo): DatasetInfo {
    this.#infos.set(info.id, info);
    this.#announce({ type: "dataset-changed", dataset: info });
    return info;
  }

  #announce(event: DatasetEvent): void {
    for (const listener of this.#listeners) listener(event);
    this.#tabs.tell(topic, event);
  }

  /** Another tab has changed a data set. */
  #heard(event: DatasetEvent): void {
    const { id, version } = event.dataset;
    if (event.type === "dataset-removed") this.#forget(id);
    else if ((this.#infos.get(id)?.version.number ?? 0) > version.number) return;
    else this.#infos.set(id, event.dataset);
    for (const listener of this.#listeners) listener(event);
  }
}

function* hashedAfter({ rows }: Dataset, { put, removed }: Delta) {
  if (put instanceof PackedRows) {
    const gone = new Set(removed);
    yield* rows.hashed((id) => gone.has(id));
    yield* put.hashed();
    return;
  }
  const gone = new Set(removed);
  for (const { id } of put) gone.add(id);
  yield* rows.hashed((id) => gone.has(id));
  yield* put;
}
