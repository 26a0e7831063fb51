// What takes how much of the device: documents, vectors, chats, models, and the app itself. Measures; frees nothing.
import type { Chat, DocumentInfo, ModelInfo, StorageApi, StorageItem, StorageUsage } from "../contract/index.ts";
import { AdapterCatalog } from "../models/adapters.ts";
import type { Store } from "../storage/store.ts";
import type { Content } from "./library-index.ts";
import { VectorStore } from "./vector-store.ts";

const bytesPerCharacter = 2; // strings are kept as UTF-16
const maxWaitMs = 3000; // for the GPU worker, which may never have started

export class Usage implements Pick<StorageApi, "usage"> {
  readonly #store: Store;
  readonly #documents: () => Promise<DocumentInfo[]>;
  readonly #models: () => Promise<ModelInfo[]>;

  constructor(store: Store, documents: () => Promise<DocumentInfo[]>, models: () => Promise<ModelInfo[]>) {
    this.#store = store;
    this.#documents = documents;
    this.#models = models;
  }

  async usage(): Promise<StorageUsage> {
    const kinds = [this.#documentItems(), this.#chatItems(), this.#modelItems(), this.#adapterItems()];
    const known = (await Promise.all(kinds)).flat();
    const usage = await this.#store.usage();
    const rest = usage.usedBytes - known.reduce((sum, item) => sum + item.bytes, 0);
    // What the browser counts beyond the records is the app kept for offline use, and its bookkeeping.
    const app: StorageItem[] = rest > 0 ? [{ what: "app", name: "app", bytes: rest }] : [];
    return { ...usage, items: [...known, ...app] };
  }

  async #documentItems(): Promise<StorageItem[]> {
    const items: StorageItem[] = [];
    for (const { id, name, sizeBytes, contentHash } of await this.#documents()) {
      const content = await this.#store.get<Content>("contents", id);
      const isOriginalKept = contentHash !== "";
      const bytes = (isOriginalKept ? sizeBytes : 0) + (content?.text.length ?? 0) * bytesPerCharacter;
      items.push({ what: "documents", name, bytes, id });
      const vectorBytes = await new VectorStore(this.#store).bytesOf(id);
      if (vectorBytes > 0) items.push({ what: "vectors", name, bytes: vectorBytes, id });
    }
    return items;
  }

  async #chatItems(): Promise<StorageItem[]> {
    const chats = await this.#store.list<Chat>("chats");
    return chats.map(({ key, value }) => ({
      what: "chats",
      name: value.title,
      bytes: JSON.stringify(value).length * bytesPerCharacter,
      id: key,
    }));
  }

  async #adapterItems(): Promise<StorageItem[]> {
    const adapters = await new AdapterCatalog(this.#store).list();
    return adapters.map(({ id, name, sizeBytes }) => ({ what: "adapters", name, bytes: sizeBytes, id }));
  }

  /** Default models come with the app and are counted with it. */
  async #modelItems(): Promise<StorageItem[]> {
    const late = new Promise<ModelInfo[]>((resolve) => setTimeout(() => resolve([]), maxWaitMs));
    const models = await Promise.race([this.#models().catch(() => []), late]); // a GPU worker that is down must not hide the rest
    return models
      .filter((model) => !model.isDefault)
      .map(({ id, name, sizeBytes }) => ({ what: "models", name, bytes: sizeBytes, id }));
  }
}
