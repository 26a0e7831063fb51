// The documents of a person: taken in, read one after the other behind the scenes, indexed, kept, removed and put back.
// Whatever a closed tab interrupts goes on at the next start. Does not know how files are read, found or stored.
import {
  AppError,
  fail,
  type AddRequest,
  type DocumentContent,
  type DocumentInfo,
  type FoundPassage,
  type LibraryApi,
  type LibraryEvent,
  type SearchRequest,
} from "../contract/index.ts";
import { maxFileBytes, typeOf } from "../documents/extract.ts";
import { emptyHash, type Store } from "../storage/store.ts";
import type { LibraryIndex } from "./library-index.ts";
import { Reader } from "./reader.ts";
import { Shelf } from "./shelf.ts";

/** Files that come with the app, by name. */
export type ExampleFiles = () => Promise<{ readonly name: string; readonly bytes: Blob }[]>;

export class Library implements LibraryApi {
  readonly #store: Store;
  readonly #index: LibraryIndex;
  readonly #shelf: Shelf;
  readonly #reader: Reader;
  readonly #examples: ExampleFiles;
  readonly #started: Promise<void>;

  constructor(store: Store, index: LibraryIndex, examples: ExampleFiles) {
    this.#store = store;
    this.#index = index;
    this.#examples = examples;
    this.#shelf = new Shelf(store);
    this.#reader = new Reader(store, this.#shelf, index);
    this.#started = this.#start();
    this.#started.catch(() => undefined); // each call reports it
  }

  /** Resolves once every document has been read or has failed; for tests and the command line. */
  async settled(): Promise<void> {
    await this.#started;
    await this.#reader.idle();
  }

  async list(): Promise<DocumentInfo[]> {
    await this.#started;
    return this.#shelf.list();
  }

  async add({ files }: AddRequest): Promise<DocumentInfo[]> {
    await this.#started;
    const added: DocumentInfo[] = [];
    for (const file of files) added.push(await this.#addOne(file.name, file.bytes, false));
    void this.#reader.wake();
    return added;
  }

  async addExamples(): Promise<DocumentInfo[]> {
    await this.#started;
    const added: DocumentInfo[] = [];
    for (const file of await this.#examples()) added.push(await this.#addOne(file.name, file.bytes, true));
    void this.#reader.wake();
    return added;
  }

  async retry(id: string): Promise<void> {
    await this.#started;
    const { error, ...info } = this.#shelf.get(id);
    if (error === undefined || info.contentHash === "") return; // without its bytes it must be added again
    await this.#shelf.put({ ...info, state: "waiting", progress: 0 });
    void this.#reader.wake();
  }

  async remove(id: string): Promise<void> {
    await this.#started;
    this.#reader.stop(id);
    this.#index.delete(id);
    await this.#shelf.setAside(id);
  }

  async restore(id: string): Promise<void> {
    await this.#started;
    const info = await this.#shelf.putBack(id);
    if (info.state === "ready") await this.#index.load(info);
    else void this.#reader.wake();
  }

  async open(id: string): Promise<DocumentContent> {
    await this.#started;
    const info = this.#shelf.get(id);
    if (info.state === "failed" && info.error !== undefined) throw new AppError(info.error);
    const content = await this.#index.content(id);
    return content === undefined ? fail({ code: "not-found", what: "document text", id }) : { info, ...content };
  }

  async original(id: string): Promise<Blob> {
    await this.#started;
    const bytes = await this.#store.getBlob(this.#shelf.get(id).contentHash);
    return bytes ?? fail({ code: "not-found", what: "original file", id });
  }

  async search(request: SearchRequest): Promise<FoundPassage[]> {
    await this.#started;
    return this.#index.search(request);
  }

  async subscribe(onEvent: (event: LibraryEvent) => void): Promise<void> {
    this.#shelf.subscribe(onEvent);
  }

  async #start(): Promise<void> {
    await this.#shelf.open();
    for (const info of this.#shelf.list()) if (info.state === "ready") await this.#index.load(info);
    void this.#reader.wake();
  }

  async #addOne(name: string, bytes: Blob, isExample: boolean): Promise<DocumentInfo> {
    const id = crypto.randomUUID();
    const plain = { id, name, sizeBytes: bytes.size, passageCount: 0, addedAt: Date.now(), isExample, progress: 0 };
    // A file too large to be read is not kept either: its hash alone would take all the memory there is.
    const isKept = bytes.size <= maxFileBytes;
    try {
      const contentHash = isKept ? await this.#store.putBlob(bytes) : "";
      const present = isKept && contentHash !== emptyHash ? await this.#shelf.withHash(contentHash) : undefined;
      if (present !== undefined) {
        if (present.wasAside) await this.restore(present.info.id);
        return present.info;
      }
      const info: DocumentInfo = { ...plain, type: await typeOf(name, bytes), contentHash, state: "waiting" };
      await this.#shelf.put(info);
      return info;
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      const failed: DocumentInfo = { ...plain, type: "text", contentHash: "", state: "failed", error: cause.detail };
      this.#shelf.show(failed);
      return failed;
    }
  }
}
