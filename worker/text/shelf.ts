// The records of the documents: in memory for speed, in the store so that they last, announced to whoever listens.
// A removed one is set aside until the session ends, so that it can be put back. Does not read documents.
import { fail, type DocumentInfo, type LibraryEvent } from "../contract/index.ts";
import type { Store } from "../storage/store.ts";
import { VectorStore } from "./vector-store.ts";

/** What is stored of a document; `isAside` marks one that was removed and can still be put back. */
interface Kept {
  readonly info: DocumentInfo;
  readonly isAside: boolean;
}

export class Shelf {
  readonly #store: Store;
  readonly #documents = new Map<string, DocumentInfo>();
  readonly #aside = new Map<string, DocumentInfo>();
  readonly #listeners = new Set<(event: LibraryEvent) => void>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what is stored; what was removed in an earlier session goes for good. */
  async open(): Promise<void> {
    for (const { value } of await this.#store.list<Kept>("documents"))
      (value.isAside ? this.#aside : this.#documents).set(value.info.id, value.info);
    for (const info of this.#aside.values()) await this.#purge(info);
  }

  /** All documents, in the order they were added. */
  list(): DocumentInfo[] {
    return Array.from(this.#documents.values()).sort((a, b) => a.addedAt - b.addedAt);
  }

  get(id: string): DocumentInfo {
    return this.#documents.get(id) ?? fail({ code: "not-found", what: "document", id });
  }

  has(id: string): boolean {
    return this.#documents.has(id);
  }

  /** Keeps a document's record and announces it. */
  async put(info: DocumentInfo): Promise<void> {
    await this.#store.put("documents", info.id, { info, isAside: false } satisfies Kept);
    if (!this.#aside.has(info.id)) this.show(info); // it may have been removed meanwhile
  }

  /** Announces a record without keeping it: progress, or a file there was no room for. */
  show(info: DocumentInfo): void {
    this.#documents.set(info.id, info);
    this.#announce({ type: "document-changed", document: info });
  }

  async setAside(id: string): Promise<void> {
    const info = this.get(id);
    await this.#store.put("documents", id, { info, isAside: true } satisfies Kept);
    this.#documents.delete(id);
    this.#aside.set(id, info);
    this.#announce({ type: "document-removed", document: info });
  }

  async putBack(id: string): Promise<DocumentInfo> {
    const info = this.#aside.get(id) ?? fail({ code: "not-found", what: "removed document", id });
    // What was interrupted by the removal starts again.
    const isWhole = info.state === "ready" || info.state === "failed";
    const back: DocumentInfo = isWhole ? info : { ...info, state: "waiting", progress: 0 };
    this.#aside.delete(id);
    await this.put(back);
    return back;
  }

  /** The document of these bytes, and whether it was set aside. */
  async withHash(hash: string): Promise<{ info: DocumentInfo; wasAside: boolean } | undefined> {
    const same = (info: DocumentInfo) => info.contentHash === hash;
    const here = this.list().find(same);
    if (here !== undefined) return { info: here, wasAside: false };
    const aside = Array.from(this.#aside.values()).find(same);
    return aside === undefined ? undefined : { info: aside, wasAside: true };
  }

  subscribe(listener: (event: LibraryEvent) => void): void {
    this.#listeners.add(listener);
  }

  async #purge({ id, contentHash }: DocumentInfo): Promise<void> {
    await this.#store.delete("contents", id);
    await new VectorStore(this.#store).delete(id);
    if (!this.list().some((info) => info.contentHash === contentHash)) await this.#store.deleteBlob(contentHash);
    await this.#store.delete("documents", id); // last, so that a cut leaves it to be purged again
    this.#aside.delete(id);
  }

  #announce(event: LibraryEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
