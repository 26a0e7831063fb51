// Changes of a data set's rows, each with the way back. Throws what the worker throws; does not know what is on screen.
import type { DatasetRow, Datasets, RowDraft, RowEdit, Split } from "../../worker/contract/index.ts";

/** Takes a change back. Throws what the worker throws. */
export type Undo = () => Promise<void>;
export type ChangesClient = Pick<Datasets, "add" | "edit" | "removeRows" | "tagRows" | "move" | "restore" | "versions">;
/** A tag to add, or one to take away. */
export interface TagChange {
  readonly add?: string;
  readonly remove?: string;
}

export class RowChanges {
  readonly #client: ChangesClient;
  readonly #dataset: string;

  constructor(client: ChangesClient, dataset: string) {
    this.#client = client;
    this.#dataset = dataset;
  }

  async add(draft: RowDraft): Promise<DatasetRow> {
    const [row] = await this.#client.add(this.#dataset, [draft]);
    return row!;
  }

  async edit(row: DatasetRow, edit: RowEdit): Promise<Undo> {
    await this.#client.edit(this.#dataset, row.id, edit);
    const { messages, rejected = null, tags, rating = null, reason = null } = row;
    return async () => {
      await this.#client.edit(this.#dataset, row.id, { messages, rejected, tags, rating, reason });
    };
  }

  /** With nothing changed since, the version before holds the rows as they were; else they are added again. */
  async remove(rows: readonly DatasetRow[]): Promise<Undo> {
    const before = await this.#versionNumber();
    await this.#client.removeRows(this.#dataset, idsOf(rows));
    const after = await this.#versionNumber();
    return async () => {
      if ((await this.#versionNumber()) === after) await this.#client.restore(this.#dataset, before);
      else await this.#client.add(this.#dataset, rows);
    };
  }

  /** Only the rows that the change touches are changed back. */
  async tag(rows: readonly DatasetRow[], change: TagChange): Promise<Undo> {
    const { add, remove } = change;
    const touched = rows.filter(
      ({ tags }) => (add !== undefined && !tags.includes(add)) || (remove !== undefined && tags.includes(remove)),
    );
    const back = { ...(remove === undefined ? {} : { add: remove }), ...(add === undefined ? {} : { remove: add }) };
    await this.#tag(touched, change);
    return () => this.#tag(touched, back);
  }

  /** The way back leads to train and validation alone: what became a test row stays one. */
  async move(rows: readonly DatasetRow[], to: Split): Promise<Undo> {
    await this.#client.move(this.#dataset, idsOf(rows), to);
    return async () => {
      for (const split of ["train", "valid"] as const) {
        const ids = idsOf(rows.filter((row) => row.split === split));
        if (ids.length > 0) await this.#client.move(this.#dataset, ids, split);
      }
    };
  }

  #tag(rows: readonly DatasetRow[], { add, remove }: TagChange): Promise<void> {
    const change = {
      ...(add === undefined ? {} : { add: [add] }),
      ...(remove === undefined ? {} : { remove: [remove] }),
    };
    return this.#client.tagRows(this.#dataset, idsOf(rows), change);
  }

  async #versionNumber(): Promise<number> {
    return (await this.#client.versions(this.#dataset))[0]!.number;
  }
}

const idsOf = (rows: readonly DatasetRow[]): string[] => rows.map(({ id }) => id);
