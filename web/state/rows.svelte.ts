// The rows of one data set as they are looked at: a filter, a page, a selection, and the changes one can make, each with the way
// back. Knows the contract's data sets.
import type { AppErrorCode, DatasetRow, Datasets } from "../../worker/contract/index.ts";
import type { RowDraft, RowEdit, RowFilter, Split } from "../../worker/contract/index.ts";
import { Attempts } from "./attempts.svelte.ts";
import { RowChanges, type ChangesClient, type TagChange, type Undo } from "./row-changes.ts";

export const pageSize = 20;

export class RowsState {
  #rows = $state.raw<readonly DatasetRow[]>([]);
  #total = $state(0);
  #start = $state(0);
  #filter = $state.raw<RowFilter>({});
  #tags = $state.raw<readonly { readonly tag: string; readonly count: number }[]>([]);
  #selected = $state.raw<ReadonlyMap<string, DatasetRow>>(new Map());
  readonly #attempts = new Attempts();
  #isLoaded = $state(false);
  #isAtEnd = true; // stays with the newest rows until another page is chosen
  #reading = 0;
  readonly #client: Pick<Datasets, "rows" | "tags">;
  readonly #changes: RowChanges;
  readonly #dataset: string;

  constructor(client: Pick<Datasets, "rows" | "tags"> & ChangesClient, dataset: string, filter: RowFilter = {}) {
    this.#client = client;
    this.#changes = new RowChanges(client, dataset);
    this.#dataset = dataset;
    this.#filter = filter;
  }

  /** Of this page, newest last. */
  get rows(): readonly DatasetRow[] {
    return this.#rows;
  }
  /** Rows that pass the filter. */
  get total(): number {
    return this.#total;
  }
  get start(): number {
    return this.#start;
  }
  get filter(): RowFilter {
    return this.#filter;
  }
  get isFiltered(): boolean {
    return Object.values(this.#filter).some((value) => value !== undefined && value !== "");
  }
  get tags(): readonly { readonly tag: string; readonly count: number }[] {
    return this.#tags;
  }
  /** Chosen rows, of this page and others. */
  get selected(): readonly DatasetRow[] {
    return [...this.#selected.values()];
  }
  get isLoaded(): boolean {
    return this.#isLoaded;
  }
  get error(): AppErrorCode | null {
    return this.#attempts.error;
  }
  dismissError(): void {
    this.#attempts.dismiss();
  }

  /** Reads the page anew. Only the latest of several readings counts. */
  async load(): Promise<void> {
    const reading = ++this.#reading;
    await this.#attempts.run(async () => {
      const [{ total }, tags] = await Promise.all([
        this.#client.rows(this.#dataset, { filter: this.#filter, start: 0, count: 0 }),
        this.#client.tags(this.#dataset),
      ]);
      const last = lastStart(total);
      const start = this.#isAtEnd ? last : Math.min(this.#start, last);
      const page = await this.#client.rows(this.#dataset, { filter: this.#filter, start, count: pageSize });
      const chosen = await this.#readChosen();
      if (reading !== this.#reading) return;
      this.#selected = chosen;
      this.#tags = tags;
      this.#start = start;
      this.#rows = page.rows;
      this.#total = page.total;
      this.#isLoaded = true;
    });
  }

  // As they are now; those that are gone are chosen no longer.
  async #readChosen(): Promise<ReadonlyMap<string, DatasetRow>> {
    const ids = [...this.#selected.keys()];
    if (ids.length === 0) return this.#selected;
    const { rows } = await this.#client.rows(this.#dataset, { filter: { ids }, start: 0, count: ids.length });
    return new Map(rows.map((row) => [row.id, row]));
  }

  async show(filter: RowFilter): Promise<void> {
    this.#filter = filter;
    this.#isAtEnd = true;
    await this.load();
  }

  async goTo(start: number): Promise<void> {
    const last = lastStart(this.#total);
    this.#start = Math.max(0, Math.min(start, last));
    this.#isAtEnd = this.#start === last;
    await this.load();
  }

  isSelected(id: string): boolean {
    return this.#selected.has(id);
  }
  select(rows: readonly DatasetRow[], isSelected: boolean): void {
    const selected = new Map(this.#selected);
    for (const row of rows)
      if (isSelected) selected.set(row.id, row);
      else selected.delete(row.id);
    this.#selected = selected;
  }
  clearSelection(): void {
    this.#selected = new Map();
  }

  /** Throws what the worker throws, so that the form that asked can say it. */
  async add(draft: RowDraft): Promise<DatasetRow> {
    const row = await this.#changes.add(draft);
    await this.show({});
    return row;
  }

  /** Throws what the worker throws. */
  async edit(row: DatasetRow, edit: RowEdit): Promise<Undo> {
    const undo = await this.#changes.edit(row, edit);
    await this.load();
    return this.#reporting(undo);
  }

  /** null: nothing was removed, `error` says why. */
  async remove(rows: readonly DatasetRow[]): Promise<Undo | null> {
    const undo = await this.#change(() => this.#changes.remove(rows));
    if (undo !== null) this.select(rows, false);
    return undo;
  }

  async tag(rows: readonly DatasetRow[], change: TagChange): Promise<Undo | null> {
    return this.#change(() => this.#changes.tag(rows, change));
  }

  async move(rows: readonly DatasetRow[], to: Split): Promise<Undo | null> {
    const undo = await this.#change(() => this.#changes.move(rows, to));
    if (undo !== null) this.clearSelection();
    return undo;
  }

  async #change(run: () => Promise<Undo>): Promise<Undo | null> {
    let undo: Undo | null = null;
    const isDone = await this.#attempts.run(async () => void (undo = await run()));
    if (isDone) await this.load();
    return undo && this.#reporting(undo);
  }

  // The way back, with its failure on screen and its result too.
  #reporting(undo: Undo): Undo {
    return async () => {
      if (await this.#attempts.run(undo)) await this.load();
    };
  }
}

/** Of the newest page, which is full where there are enough. */
const lastStart = (total: number): number => Math.max(0, total - pageSize);
