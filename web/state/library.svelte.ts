// The documents on this device, as the text worker announces them. Knows the contract's library, not how files are read.
import type { AppErrorCode, DocumentContent, DocumentInfo } from "../../worker/contract/index.ts";
import type { LibraryApi, LibraryEvent } from "../../worker/contract/index.ts";
import { Attempts } from "./attempts.svelte.ts";

export class LibraryState {
  #documents = $state.raw<readonly DocumentInfo[]>([]);
  readonly #attempts = new Attempts();
  #isLoaded = $state(false);
  readonly #client: LibraryApi;
  readonly #onFirstAdded: () => void;

  /** `onFirstAdded` is called when something of the user's own is kept for the first time in this session. */
  constructor(client: LibraryApi, onFirstAdded: () => void) {
    this.#client = client;
    this.#onFirstAdded = onFirstAdded;
  }

  /** Newest first. */
  get documents(): readonly DocumentInfo[] {
    return this.#documents;
  }
  get ready(): readonly DocumentInfo[] {
    return this.#documents.filter(({ state }) => state === "ready");
  }
  get busy(): readonly DocumentInfo[] {
    return this.#documents.filter(({ state }) => state !== "ready" && state !== "failed");
  }
  get hasExamples(): boolean {
    return this.#documents.some(({ isExample }) => isExample);
  }
  get isLoaded(): boolean {
    return this.#isLoaded;
  }
  /** Why the library could not do what was asked last. */
  get error(): AppErrorCode | null {
    return this.#attempts.error;
  }

  find(id: string): DocumentInfo | undefined {
    return this.#documents.find((document) => document.id === id);
  }

  /** Reads the list and listens from now on. */
  async load(): Promise<void> {
    await this.#attempts.run(async () => {
      await this.#client.subscribe((event) => this.#on(event));
      this.#documents = byAge(await this.#client.list());
      this.#isLoaded = true;
    });
  }

  async add(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    const hadNone = this.#documents.every(({ isExample }) => isExample);
    await this.#attempts.run(async () => {
      const added = await this.#client.add({ files: files.map((file) => ({ name: file.name, bytes: file })) });
      for (const document of added) this.#merge(document, false);
      if (hadNone) this.#onFirstAdded();
    });
  }

  async addExamples(): Promise<void> {
    await this.#attempts.run(async () => {
      for (const document of await this.#client.addExamples()) this.#merge(document, false);
    });
  }

  async retry(id: string): Promise<void> {
    await this.#attempts.run(() => this.#client.retry(id));
  }

  async remove(id: string): Promise<void> {
    await this.#attempts.run(async () => {
      await this.#client.remove(id);
      this.#documents = this.#documents.filter((document) => document.id !== id);
    });
  }

  async restore(id: string): Promise<void> {
    await this.#attempts.run(async () => {
      await this.#client.restore(id);
      this.#documents = byAge(await this.#client.list());
    });
  }

  open(id: string): Promise<DocumentContent> {
    return this.#client.open(id);
  }

  original(id: string): Promise<Blob> {
    return this.#client.original(id);
  }

  dismissError(): void {
    this.#attempts.dismiss();
  }

  #on(event: LibraryEvent): void {
    if (event.type === "document-changed") this.#merge(event.document, true);
    else this.#documents = this.#documents.filter(({ id }) => id !== event.document.id);
  }

  // An answer to `add` may arrive after the first announcements; those are newer.
  #merge(document: DocumentInfo, isNewer: boolean): void {
    const index = this.#documents.findIndex(({ id }) => id === document.id);
    if (index < 0) this.#documents = byAge([document, ...this.#documents]);
    else if (isNewer) this.#documents = this.#documents.with(index, document);
  }
}

function byAge(documents: readonly DocumentInfo[]): DocumentInfo[] {
  return documents.toSorted((a, b) => b.addedAt - a.addedAt);
}
