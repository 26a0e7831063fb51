// Collects the blocks of a document into one text, so that every block knows where it stands in it.
// Does not know which format the blocks come from.
import type { Block } from "../contract/index.ts";

/** What is read out of a file. Offsets are UTF-16 code units into `text`. */
export interface Extracted {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly pageCount?: number;
}

export class BlockBuilder {
  readonly #blocks: Block[] = [];
  readonly #parts: string[] = [];
  #length = 0;

  /** Adds a block; one without a visible character is left out. Rows and items of one kind follow each other closely. */
  add(kind: Block["kind"], raw: string, { level, page }: { level?: number; page?: number } = {}): void {
    const text = kind === "code" ? raw.replace(/^\n+|\s+$/g, "") : raw.trim();
    if (!/[^\s\p{Cc}\p{Cf}]/u.test(text)) return;
    const last = this.#blocks.at(-1);
    const isRun = last?.kind === kind && (kind === "list-item" || kind === "table-row" || kind === "code");
    if (last !== undefined) this.#push(isRun ? "\n" : "\n\n");
    const start = this.#length;
    this.#push(text);
    const where = { ...(level === undefined ? {} : { level }), ...(page === undefined ? {} : { page }) };
    this.#blocks.push({ kind, start, end: this.#length, ...where });
  }

  get isEmpty(): boolean {
    return this.#blocks.length === 0;
  }

  finish(pageCount?: number): Extracted {
    const text = this.#parts.join("");
    return { text, blocks: this.#blocks, ...(pageCount === undefined ? {} : { pageCount }) };
  }

  #push(part: string): void {
    this.#parts.push(part);
    this.#length += part.length;
  }
}
