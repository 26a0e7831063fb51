// The embedding model that search goes by, as the text worker announces it. Knows the contract, not how vectors are made.
import type { AppErrorCode, SearchModelApi, SearchModelStatus } from "../../worker/contract/index.ts";
import { Attempts } from "./attempts.svelte.ts";

export class SearchModelState {
  #status = $state.raw<SearchModelStatus | null>(null);
  readonly #attempts = new Attempts();
  readonly #client: SearchModelApi;

  constructor(client: SearchModelApi) {
    this.#client = client;
  }

  /** Null until it is known. */
  get status(): SearchModelStatus | null {
    return this.#status;
  }
  /** Why what was asked last could not be done. */
  get error(): AppErrorCode | null {
    return this.#attempts.error;
  }
  dismissError(): void {
    this.#attempts.dismiss();
  }

  isChosen(model: string): boolean {
    return this.#status?.chosen === model;
  }
  /** Whether searches go by it now. */
  isInUse(model: string): boolean {
    return this.#status?.inUse === model;
  }

  /** Reads how it stands and listens from now on. */
  async load(): Promise<void> {
    await this.#attempts.run(async () => {
      await this.#client.subscribe((status) => (this.#status = status));
      this.#status = await this.#client.status();
    });
  }

  choose = (model: string): Promise<boolean> => this.#attempts.run(() => this.#client.choose(model));
  pause = (): Promise<boolean> => this.#attempts.run(() => this.#client.pause());
  resume = (): Promise<boolean> => this.#attempts.run(() => this.#client.resume());
  cancel = (): Promise<boolean> => this.#attempts.run(() => this.#client.cancel());
  dismissLost = (): Promise<boolean> => this.#attempts.run(() => this.#client.dismiss());
}
