// Models on their way to this device, and what a hub offers. Knows the contract's downloads, not how bytes travel.
import {
  detailOf,
  type AppErrorCode,
  type Download,
  type Downloads,
  type HubModel,
  type HubRepo,
} from "../../worker/contract/index.ts";

export class DownloadsState {
  #downloads = $state.raw<readonly Download[]>([]);
  #errors = $state.raw<Readonly<Record<string, AppErrorCode>>>({});
  readonly #client: Downloads;
  readonly #onArrived: (model: string) => void;

  /** `onArrived` hears of each model that has become usable. */
  constructor(client: Downloads, onArrived: (model: string) => void) {
    this.#client = client;
    this.#onArrived = onArrived;
  }

  get list(): readonly Download[] {
    return this.#downloads;
  }
  /** What went wrong with one: its own failure, or that of the last thing asked of it. */
  errorOf({ id, error }: Download): AppErrorCode | null {
    return error ?? this.#errors[id] ?? null;
  }
  get isActive(): boolean {
    return this.#downloads.some(({ state }) => state === "running" || state === "checking" || state === "waiting");
  }

  async load(): Promise<void> {
    await this.#client
      .subscribe(({ downloads, arrived }) => {
        this.#downloads = downloads;
        if (arrived !== null) this.#onArrived(arrived);
      })
      .catch(() => undefined); // the notice of a stopped worker says it
  }

  /** Throws what the hub says. */
  search(hub: string, query: string): Promise<HubModel[]> {
    return this.#client.search({ hub, query });
  }
  describe(hub: string, repo: string): Promise<HubRepo> {
    return this.#client.describe({ hub, repo });
  }
  /** Throws storage-full. */
  start(from: HubRepo, variant: string): Promise<void> {
    return this.#client.start({ from, variant });
  }

  pause(id: string): Promise<void> {
    return this.#attempt(id, () => this.#client.pause({ id }));
  }
  resume(id: string): Promise<void> {
    return this.#attempt(id, () => this.#client.resume({ id }));
  }
  remove(id: string): Promise<void> {
    return this.#attempt(id, () => this.#client.remove({ id }));
  }

  async #attempt(id: string, run: () => Promise<void>): Promise<void> {
    const { [id]: _, ...others } = this.#errors;
    this.#errors = others;
    try {
      await run();
    } catch (thrown) {
      this.#errors = { ...others, [id]: detailOf(thrown) };
    }
  }
}
