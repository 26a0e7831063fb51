// The vectors of documents in the store, of each model apart: those of one are searched while those of another are computed.
// Does not know which model is wanted.
import type { DocumentVectors, VectorKeeper } from "../search/vectors.ts";
import type { Store } from "../storage/store.ts";

const keyOf = (documentId: string, model: string): string => `${documentId}/${model}`;

export class VectorStore implements VectorKeeper {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The first libraries kept one model's alone, under the document. */
  async load(documentId: string, model: string): Promise<DocumentVectors | undefined> {
    const kept = await this.#store.get<DocumentVectors>("vectors", keyOf(documentId, model));
    return kept ?? this.#store.get<DocumentVectors>("vectors", documentId);
  }

  async save(documentId: string, vectors: DocumentVectors): Promise<void> {
    await this.#store.put("vectors", keyOf(documentId, vectors.model), vectors);
  }

  /** What all models' vectors of a document take, in bytes. */
  async bytesOf(documentId: string): Promise<number> {
    let bytes = 0;
    for (const key of await this.#keysOf(documentId))
      bytes += (await this.#store.get<DocumentVectors>("vectors", key))?.vectors.byteLength ?? 0;
    return bytes;
  }

  /** Deletes the vectors of a document. */
  async delete(documentId: string): Promise<void> {
    for (const key of await this.#keysOf(documentId)) await this.#store.delete("vectors", key);
  }

  /** Deletes the vectors of such models. */
  async forget(isForgotten: (model: string) => boolean): Promise<void> {
    for (const key of await this.#store.keys("vectors", "")) {
      const at = key.indexOf("/");
      const model = at < 0 ? (await this.#store.get<DocumentVectors>("vectors", key))?.model : key.slice(at + 1);
      if (model !== undefined && isForgotten(model)) await this.#store.delete("vectors", key);
    }
  }

  async #keysOf(documentId: string): Promise<string[]> {
    const keys = await this.#store.keys("vectors", documentId);
    return keys.filter((key) => key === documentId || key.startsWith(keyOf(documentId, "")));
  }
}
