// Reads waiting documents one after the other: bytes, text, passages, index. One that fails says so and the next is taken.
// Does not decide which documents there are.
import { detailOf, fail, type DocumentInfo } from "../contract/index.ts";
import { extract } from "../documents/extract.ts";
import type { Store } from "../storage/store.ts";
import type { LibraryIndex } from "./library-index.ts";
import type { Shelf } from "./shelf.ts";

const reportEveryMs = 100;

export class Reader {
  readonly #store: Store;
  readonly #shelf: Shelf;
  readonly #index: LibraryIndex;
  #working: Promise<void> | undefined;
  #current: { readonly id: string; readonly controller: AbortController } | undefined;

  constructor(store: Store, shelf: Shelf, index: LibraryIndex) {
    this.#store = store;
    this.#shelf = shelf;
    this.#index = index;
  }

  /** Starts reading whatever waits, unless that is under way. */
  wake(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#next() !== undefined) void this.wake(); // one came in while the last step ended
    });
    return this.#working;
  }

  /** Resolves when nothing is left to read. */
  async idle(): Promise<void> {
    await this.wake();
    await this.#index.completed();
  }

  /** Stops reading a document, if that is the one being read. */
  stop(id: string): void {
    if (this.#current?.id === id) this.#current.controller.abort();
  }

  async #work(): Promise<void> {
    for (let info = this.#next(); info !== undefined; info = this.#next()) await this.#readOne(info);
  }

  // "reading" and "indexing" are met here only after a tab was closed in the middle.
  #next(): DocumentInfo | undefined {
    return this.#shelf.list().find(({ state }) => state !== "ready" && state !== "failed");
  }

  async #readOne(info: DocumentInfo): Promise<void> {
    const controller = new AbortController();
    this.#current = { id: info.id, controller };
    try {
      await this.#read(info, controller.signal);
    } catch (cause) {
      // A removed document was stopped on purpose; there is nothing to say about it.
      if (controller.signal.aborted || !this.#shelf.has(info.id)) return;
      const failed: DocumentInfo = { ...info, state: "failed", progress: 0, error: detailOf(cause) };
      await this.#shelf.put(failed).catch(() => this.#shelf.show(failed)); // a full disk must not hide it
    } finally {
      this.#current = undefined;
    }
  }

  async #read(info: DocumentInfo, signal: AbortSignal): Promise<void> {
    const bytes = info.contentHash === "" ? undefined : await this.#store.getBlob(info.contentHash);
    if (bytes === undefined) fail({ code: "not-found", what: "original file", id: info.id });
    const show = (state: "reading" | "indexing", progress: number) => {
      if (!signal.aborted) this.#shelf.show({ ...info, state, progress });
    };
    show("reading", 0);
    const onProgress = throttled((fraction) => show("reading", fraction));
    const { pageCount, ...content } = await extract(info.name, bytes, { signal, onProgress });
    show("indexing", 0);
    const passageCount = await this.#index.add(info, content, signal);
    const pages = pageCount === undefined ? {} : { pageCount };
    signal.throwIfAborted();
    await this.#shelf.put({ ...info, ...pages, state: "ready", progress: 1, passageCount });
    void this.#index.complete();
  }
}

function throttled(report: (fraction: number) => void): (fraction: number) => void {
  let last = 0;
  return (fraction) => {
    if (performance.now() - last < reportEveryMs) return;
    last = performance.now();
    report(fraction);
  };
}
