// The embedding model that search goes by: chosen by the user, kept between sessions, changed behind the scenes. Until the vectors
// of a new choice are complete, the model before it is searched with. Where the chosen one is removed, search falls back, and says
// so. Does not compute vectors.
import { detailOf, type SearchModelApi, type SearchModelStatus } from "../contract/index.ts";
import type { VectorPort } from "../search/vectors.ts";
import type { Store } from "../storage/store.ts";
import type { IndexListener, LibraryIndex } from "./library-index.ts";

/** What is kept. */
type Choice = Pick<SearchModelStatus, "chosen" | "inUse" | "lost"> & { readonly isPaused: boolean };

export interface SearchModelOptions {
  readonly store: Store;
  readonly fallback: string; // the model that is always there
  readonly port: (model: string) => VectorPort | undefined; // undefined: no GPU worker yet
  /** The embedding models on this device. */
  readonly models: () => Promise<readonly string[]>;
}

const settingKey = "search model";

export class SearchModel implements SearchModelApi, IndexListener {
  readonly #options: SearchModelOptions;
  readonly #listeners = new Set<(status: SearchModelStatus) => void>();
  readonly #started: Promise<void>;
  #choice: Choice;
  #progress: Pick<SearchModelStatus, "done" | "total"> = { done: 0, total: 0 };
  #error: SearchModelStatus["error"] = null;
  #index: LibraryIndex | undefined;

  constructor(options: SearchModelOptions) {
    this.#options = options;
    this.#choice = { chosen: options.fallback, inUse: options.fallback, isPaused: false, lost: null };
    this.#started = this.#start();
    this.#started.catch(() => undefined); // the default goes on alone
  }

  /** To be called once, before anything else: the index whose vectors follow the choice. */
  serve(index: LibraryIndex): void {
    this.#index = index;
    void this.#started.then(() => index.restart());
  }

  /** The models whose vectors are wanted: the one in use, then the one that was chosen in its place. */
  ports(): VectorPort[] {
    const { chosen, inUse, isPaused } = this.#choice;
    const wanted = chosen === inUse || isPaused ? [inUse] : [inUse, chosen];
    return wanted.flatMap((model) => this.#options.port(model) ?? []);
  }

  async status(): Promise<SearchModelStatus> {
    await this.#started;
    return this.#statusNow();
  }

  async choose(model: string): Promise<void> {
    await this.#started;
    await this.#change({ chosen: model, isPaused: false, lost: null });
  }

  async pause(): Promise<void> {
    await this.#change({ isPaused: true });
  }

  async resume(): Promise<void> {
    await this.#change({ isPaused: false });
  }

  async cancel(): Promise<void> {
    const { chosen, inUse } = this.#choice;
    if (chosen === inUse) return;
    await this.#change({ chosen: inUse, isPaused: false });
    await this.#index?.forget(chosen);
  }

  async dismiss(): Promise<void> {
    await this.#keep({ lost: null });
  }

  async subscribe(onStatus: (status: SearchModelStatus) => void): Promise<void> {
    this.#listeners.add(onStatus);
  }

  /** Looks whether the models of the choice are still there; to be called when models may have come or gone. */
  async check(): Promise<void> {
    await this.#started;
    const { chosen, inUse } = this.#choice;
    const here = new Set([...(await this.#options.models()), this.#options.fallback]);
    if (here.has(chosen) && here.has(inUse)) return;
    const next = here.has(chosen) ? chosen : here.has(inUse) ? inUse : this.#options.fallback;
    // What searches go by until there are vectors again: words, where the model in use is the one that is gone.
    const now = here.has(inUse) ? inUse : next;
    for (const gone of [chosen, inUse].filter((model) => !here.has(model))) await this.#index?.forget(gone);
    await this.#change({ chosen: next, inUse: now, isPaused: false, ...(here.has(chosen) ? {} : { lost: chosen }) });
  }

  onProgress(model: string, done: number, total: number): void {
    if (model !== this.#choice.chosen || model === this.#choice.inUse) return;
    this.#progress = { done, total };
    this.#tell();
  }

  async onComplete(model: string): Promise<boolean> {
    const { chosen, inUse } = this.#choice;
    if (model !== chosen) return false;
    this.#error = null;
    if (chosen !== inUse) await this.#keep({ inUse: chosen });
    return true;
  }

  onFailed(model: string, cause: unknown): void {
    if (model !== this.#choice.chosen) return;
    this.#error = detailOf(cause);
    this.#tell();
    if (this.#error.code === "not-found") void this.check().catch(() => undefined); // it may have gone in another tab
  }

  async #start(): Promise<void> {
    this.#choice = (await this.#options.store.get<Choice>("settings", settingKey)) ?? this.#choice;
  }

  async #change(change: Partial<Choice>): Promise<void> {
    await this.#started;
    const isOther = change.chosen !== undefined && change.chosen !== this.#choice.chosen;
    if (isOther) this.#progress = { done: 0, total: 0 };
    this.#error = null;
    await this.#keep(change);
    void this.#index?.restart();
  }

  async #keep(change: Partial<Choice>): Promise<void> {
    this.#choice = { ...this.#choice, ...change };
    this.#tell();
    await this.#options.store.put("settings", settingKey, this.#choice);
  }

  #statusNow(): SearchModelStatus {
    const { chosen, inUse, isPaused, lost } = this.#choice;
    const underWay = isPaused ? "paused" : this.#error === null ? "indexing" : "failed";
    const state = chosen === inUse ? "ready" : underWay;
    return { chosen, inUse, state, ...this.#progress, lost, error: state === "failed" ? this.#error : null };
  }

  #tell(): void {
    const status = this.#statusNow();
    for (const listener of this.#listeners) listener(status);
  }
}
