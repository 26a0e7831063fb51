// The data sets whose rows are in memory: few, and not too many rows in all; the one used longest ago goes first. Does not know
// where they are read from.
import type { Dataset } from "./dataset.ts";

export interface Opened {
  readonly number: number; // of the version in memory
  readonly dataset: Dataset;
}

const maxOpened = 3;
const maxRows = 1_000_000; // of all of them, but for the one in use

export class OpenedSets {
  readonly #opened = new Map<string, Promise<Opened>>(); // least recently used first

  /** A data set as of a version; loaded where it is not here. */
  async get(id: string, number: number, load: () => Promise<Opened>): Promise<Opened> {
    let opening = this.#opened.get(id);
    if (opening === undefined || (await opening).number !== number) opening = load();
    this.#opened.delete(id);
    this.#opened.set(id, opening);
    opening.catch(() => this.#opened.delete(id));
    await this.#makeRoom(id, opening);
    return opening;
  }

  put(id: string, opened: Opened): void {
    this.#opened.set(id, Promise.resolve(opened));
  }

  delete(id: string): void {
    this.#opened.delete(id);
  }

  async #makeRoom(id: string, opening: Promise<Opened>): Promise<void> {
    let rowCount = (await opening).dataset.rows.length;
    let openCount = 1;
    for (const [other, opened] of [...this.#opened].toReversed()) {
      if (other === id) continue;
      const { length } = (await opened.catch(() => null))?.dataset.rows ?? { length: 0 };
      rowCount += length;
      if (++openCount > maxOpened || rowCount > maxRows) this.#opened.delete(other);
    }
  }
}
