// The library's side of search: texts kept in the store, passages cut from them, a collection that finds them, and vectors
// that follow as soon as there is a port for them. Does not know the states of documents.
import type { DocumentContent, DocumentInfo, FoundPassage, Passage, SearchRequest } from "../contract/index.ts";
import { chunk } from "../documents/chunk.ts";
import { Collection } from "../search/collection.ts";
import type { DocumentVectors, VectorPort } from "../search/vectors.ts";
import type { Store } from "../storage/store.ts";

export type Content = Pick<DocumentContent, "text" | "blocks">;
const retryMs = 10_000; // the GPU may come back, or a model be downloaded

export class LibraryIndex {
  readonly #store: Store;
  readonly #collection: Collection;
  readonly #port: () => VectorPort | undefined;
  #completing: Promise<void> | undefined;
  #isStale = false;
  #failedAt: number | undefined;

  /** `port` gives the present embedding model's port, or nothing where there is none. */
  constructor(store: Store, port: () => VectorPort | undefined) {
    this.#store = store;
    this.#port = port;
    const load = (id: string) => store.get<DocumentVectors>("vectors", id);
    const save = (id: string, vectors: DocumentVectors) => store.put("vectors", id, vectors);
    this.#collection = new Collection({ keeper: { load, save } });
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

  /** Resolves when no vectors are being computed. */
  async completed(): Promise<void> {
    await this.#completing;
  }

  async #run(): Promise<void> {
    this.#failedAt = undefined;
    while (this.#isStale) {
      this.#isStale = false;
      const port = this.#port();
      if (port === undefined) return;
      try {
        await this.#collection.complete(port);
      } catch {
        this.#failedAt = performance.now(); // full text goes on alone; a later search or document tries again
      }
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
