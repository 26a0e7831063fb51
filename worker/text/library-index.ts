// The library's side of search: texts kept in the store, passages cut from them, a collection that finds them, and vectors
// that follow as soon as there is a port for them. Does not know the states of documents, nor who chose the model.
import type { DocumentContent, DocumentInfo, FoundPassage, Passage, SearchRequest } from "../contract/index.ts";
import { chunk } from "../documents/chunk.ts";
import { Collection } from "../search/collection.ts";
import type { VectorPort } from "../search/vectors.ts";
import type { Store } from "../storage/store.ts";
import { VectorStore } from "./vector-store.ts";

export type Content = Pick<DocumentContent, "text" | "blocks">;
const retryMs = 10_000; // the GPU may come back, or a model be downloaded

/** What is told of the vectors of each model as they are computed. */
export interface IndexListener {
  onProgress(model: string, done: number, total: number): void; // passages
  /** Says whether those of all other models can go. */
  onComplete(model: string): Promise<boolean>;
  onFailed(model: string, cause: unknown): void;
}

export class LibraryIndex {
  readonly #store: Store;
  readonly #kept: VectorStore;
  readonly #collection: Collection;
  readonly #ports: () => readonly VectorPort[];
  readonly #listener: IndexListener | undefined;
  #completing: Promise<void> | undefined;
  #stop = new AbortController();
  #isStale = false;
  #failedAt: number | undefined;

  /**
   * `ports` gives the embedding models whose vectors are wanted: what searches go by until the last of them is complete, then
   * that. None where there is none.
   */
  constructor(store: Store, ports: () => readonly VectorPort[], listener?: IndexListener) {
    this.#store = store;
    this.#ports = ports;
    this.#listener = listener;
    this.#kept = new VectorStore(store);
    this.#collection = new Collection({ keeper: this.#kept });
  }

  /** Keeps a document's text and makes it findable by its words. Returns the number of passages. */
  async add(info: DocumentInfo, content: Content, signal: AbortSignal): Promise<number> {
    await this.#store.put("contents", info.id, content);
    signal.throwIfAborted();
    const passages = passagesOf(info, content);
    this.#collection.set(info.id, passages);
    return passages.length;
  }

  /** Takes up a document whose text is kept. */
  async load(info: DocumentInfo): Promise<void> {
    const content = await this.content(info.id);
    if (content === undefined) return;
    this.#collection.set(info.id, passagesOf(info, content));
    void this.complete();
  }

  content(id: string): Promise<Content | undefined> {
    return this.#store.get<Content>("contents", id);
  }

  delete(id: string): void {
    this.#collection.delete(id);
  }

  search(request: SearchRequest): Promise<FoundPassage[]> {
    if (this.#failedAt !== undefined && performance.now() - this.#failedAt > retryMs) void this.complete();
    return this.#collection.search(request);
  }

  /** Brings the vectors up to date, behind whatever else happens; a failure is left for a later try. */
  complete(): Promise<void> {
    this.#isStale = true;
    this.#completing ??= this.#run().finally(() => (this.#completing = undefined));
    return this.#completing;
  }

  /** The same after other models are wanted: what is under way for one that is not stops. */
  restart(): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    return this.complete();
  }

  /** Deletes the vectors of a model, of which searches make no more use. */
  async forget(model: string): Promise<void> {
    this.#collection.dropVectors(model);
    await this.#kept.forget((kept) => kept === model);
  }

  /** Resolves when no vectors are being computed. */
  async completed(): Promise<void> {
    await this.#completing;
  }

  async #run(): Promise<void> {
    this.#failedAt = undefined;
    while (this.#isStale) {
      this.#isStale = false;
      for (const port of this.#ports()) if (!(await this.#completeWith(port))) break;
    }
  }

  /** Whether the vectors of a model are complete. */
  async #completeWith(port: VectorPort): Promise<boolean> {
    const { signal } = this.#stop;
    const { model } = port;
    try {
      const onProgress = (done: number, total: number) => this.#listener?.onProgress(model, done, total);
      await this.#collection.complete(port, { signal, onProgress });
      const isOnly = this.#listener === undefined || (await this.#listener.onComplete(model));
      if (isOnly) await this.#kept.forget((kept) => kept !== model);
      return true;
    } catch (cause) {
      if (signal.aborted) return false;
      this.#failedAt = performance.now(); // full text goes on alone; a later search or document tries again
      this.#listener?.onFailed(model, cause);
      return false;
    }
  }
}

function passagesOf({ id, name }: DocumentInfo, { text, blocks }: Content): Passage[] {
  return chunk(text, blocks).map((piece) => ({
    ...piece,
    id: `${id}:${piece.start}`,
    documentId: id,
    documentName: name,
    text: text.slice(piece.start, piece.end),
  }));
}
