// The data sets as the page knows them: every call of the contract, each change with the sentence its version says. The work is
// in the modules beside it.
import { fail } from "../contract/index.ts";
import type {
  DatasetEvent,
  DatasetInfo,
  DatasetRow,
  DatasetVersion,
  Datasets,
  Finding,
  VersionDiff,
} from "../contract/index.ts";
import type { CorrectionRequest, DataFile, ColumnMapping, ImportProgress, ImportReport } from "../contract/index.ts";
import type { ImportRequest, RowDraft, RowEdit, RowFilter, Split } from "../contract/index.ts";
import { Slices } from "../documents/slices.ts";
import type { Store } from "../storage/store.ts";
import { alone, type Tabs } from "../storage/tabs.ts";
import { demandAll, planAdd } from "./adding.ts";
import { bringBack, type CarriedRecord } from "./bring-back.ts";
import { saveCorrection } from "./correction.ts";
import { exportRows } from "./export.ts";
import { pageOf, tagsInUse } from "./filter.ts";
import { lookAt } from "./import.ts";
import { importInto } from "./importing.ts";
import { checkContent } from "./row.ts";
import type { PackedRows, RowList } from "./rows.ts";
import { DatasetShelf } from "./shelf.ts";
import { planTake, type Coming } from "./taking.ts";
import { validateRows } from "./validate.ts";
import { diffRows } from "./version.ts";

const maxDiffed = 50; // rows named of each way in which versions differ

export class DatasetService implements Datasets {
  readonly #shelf: DatasetShelf;
  readonly #store: Store;
  readonly #imports = new Map<string, AbortController>();

  constructor(store: Store, tabs: Tabs = alone()) {
    this.#store = store;
    this.#shelf = new DatasetShelf(store, tabs);
  }

  list(): Promise<DatasetInfo[]> {
    return this.#shelf.list();
  }

  create({ name, description = "", licence = "" }: Parameters<Datasets["create"]>[0]): Promise<DatasetInfo> {
    return this.#shelf.create({ name, description, licence });
  }

  rename(id: string, about: Parameters<Datasets["rename"]>[1]): Promise<DatasetInfo> {
    return this.#shelf.rename(id, about);
  }

  remove(id: string): Promise<void> {
    return this.#shelf.setAside(id);
  }

  undoRemove(id: string): Promise<void> {
    return this.#shelf.putBack(id);
  }

  async rows(id: string, { filter = {}, ...range }: { filter?: RowFilter; start: number; count: number }) {
    const dataset = await this.#shelf.read(id);
    return pageOf(dataset.rows, await dataset.find(filter, new Slices()), range);
  }

  async tags(id: string) {
    return tagsInUse((await this.#shelf.read(id)).rows);
  }

  async add(id: string, drafts: readonly RowDraft[]): Promise<DatasetRow[]> {
    for (const draft of drafts) checkContent(draft);
    let added: RowList = [];
    await this.#shelf.change(id, async (dataset) => {
      const plan = await planAdd(dataset, drafts, (i) => `row ${i + 1}`, new Slices());
      demandAll(plan);
      added = plan.delta.put;
      return { delta: plan.delta, what: `${rowCount(added.length)} added` };
    });
    return [...added];
  }

  async edit(id: string, row: string, edit: RowEdit): Promise<DatasetRow> {
    await this.#shelf.change(id, async (dataset) => ({
      ...{ delta: await dataset.planEdit(row, edit, new Slices()), what: "1 row edited" },
    }));
    return (await this.#shelf.read(id)).get(row);
  }

  async removeRows(id: string, rows: readonly string[]): Promise<void> {
    await this.#shelf.change(id, async (dataset) => {
      const delta = dataset.planRemove(rows);
      return { delta, what: `${rowCount(delta.removed.length)} removed` };
    });
  }

  async tagRows(id: string, rows: readonly string[], change: Parameters<Datasets["tagRows"]>[2]): Promise<void> {
    await this.#shelf.change(id, async (dataset) => {
      const delta = dataset.planTags(rows, change);
      return { delta, what: `Tags of ${rowCount(delta.put.length)} changed` };
    });
  }

  async move(id: string, rows: readonly string[], to: Split): Promise<void> {
    await this.#shelf.change(id, async (dataset) => {
      const delta = await dataset.planMove(rows, to, new Slices());
      return { delta, what: `${rowCount(delta.put.length)} moved to ${to}` };
    });
  }

  async validate(id: string) {
    return validateRows((await this.#shelf.read(id)).rows, new Slices());
  }

  look(file: DataFile, mapping?: ColumnMapping) {
    return lookAt(file, mapping);
  }

  async import(request: ImportRequest, onProgress: (progress: ImportProgress) => void): Promise<ImportReport> {
    const controller = new AbortController();
    this.#imports.set(request.id, controller);
    try {
      return await importInto(this.#shelf, request, onProgress, controller.signal);
    } finally {
      this.#imports.delete(request.id);
    }
  }

  async cancelImport(id: string): Promise<void> {
    this.#imports.get(id)?.abort();
  }

  saveCorrection(request: CorrectionRequest) {
    return saveCorrection(this.#shelf, request);
  }

  async versions(id: string): Promise<DatasetVersion[]> {
    const { version } = await this.#shelf.info(id);
    const all: DatasetVersion[] = [version];
    for (let number = version.number - 1; number >= 1; number--) all.push(await this.#shelf.version(id, number));
    return all;
  }

  async diff(id: string, from: number, to: number): Promise<VersionDiff> {
    const [before, after] = [await this.#rowsAt(id, from), await this.#rowsAt(id, to)];
    const { added, removed, changed } = await diffRows(before, after, new Slices());
    const few = (ids: readonly string[]) => ids.slice(0, maxDiffed);
    return {
      counts: { added: added.length, removed: removed.length, changed: changed.length },
      added: [...after.only(few(added))],
      removed: [...before.only(few(removed))],
      changed: few(changed).map((row) => ({ before: before.get(row)!, after: after.get(row)! })),
    };
  }

  async restore(id: string, version: number): Promise<DatasetInfo> {
    const earlier = await this.#rowsAt(id, version);
    return this.#shelf.change(id, async (dataset) => ({
      ...{ delta: await dataset.planRestore(earlier, new Slices()), what: `Version ${version} restored` },
    }));
  }

  async export(id: string, { version, split }: { version?: number; split?: Split } = {}): Promise<Blob> {
    return exportRows(await this.#rowsAt(id, version), split, new Slices());
  }

  /** All rows of a version, or of the current one: what training and evaluation take. */
  async contentAt(id: string, version?: number) {
    const info = (await this.list()).find((dataset) => dataset.id === id);
    const versions = await this.versions(id);
    const wanted = versions.find(({ number }) => number === (version ?? info?.version.number));
    if (!info || !wanted) return fail({ code: "not-found", what: "data-set version", id: `${id} ${version ?? ""}` });
    return { info, version: wanted, rows: Array.from(await this.#rowsAt(id, wanted.number)) };
  }

  /** The records of all versions of a data set, as they are stored. */
  records(info: DatasetInfo) {
    return this.#shelf.records(info);
  }

  /** Adds a data set from its records, or what is newer in it; whether there was anything to add. */
  bringBack(info: DatasetInfo, records: readonly CarriedRecord[]): Promise<boolean> {
    return bringBack(this.#shelf, this.#store, info, records);
  }

  /** Makes a data set that has its id elsewhere already. */
  make(id: string, about: Pick<DatasetInfo, "name" | "description" | "licence">): Promise<DatasetInfo> {
    return this.#shelf.create(about, id);
  }

  /** All rows as they are now. They must not be changed. */
  async rowsHere(id: string): Promise<PackedRows> {
    return (await this.#shelf.read(id)).rows;
  }

  /** Takes in rows that others changed; those that would leak or repeat another are held back, and returned. */
  async takeIn(id: string, comingTo: (rows: PackedRows) => Coming): Promise<readonly Finding[]> {
    let held: readonly Finding[] = [];
    await this.#shelf.change(id, async (dataset) => {
      const plan = await planTake(dataset, comingTo(dataset.rows), new Slices());
      held = plan.held;
      const count = plan.delta.put.length + plan.delta.removed.length;
      return { delta: plan.delta, what: `${rowCount(count)} from the team` };
    });
    return held;
  }

  async subscribe(onEvent: (event: DatasetEvent) => void): Promise<void> {
    this.#shelf.subscribe(onEvent);
  }

  /** The rows as of a version, or as they are now. */
  async #rowsAt(id: string, version?: number): Promise<PackedRows> {
    const { number } = (await this.#shelf.info(id)).version;
    const isCurrent = version === undefined || version === number;
    return isCurrent ? (await this.#shelf.read(id)).rows : this.#shelf.rowsAt(id, version);
  }
}

const rowCount = (count: number): string => (count === 1 ? "1 row" : `${count.toLocaleString("en")} rows`);
