// The adapters (versions of a model) on this device, and which of them a new chat wears, how strongly. Knows the contract's
// tuning, not how adapters are worn. What a chat wears once something was asked is kept with the chat.
import type { AdapterChoice, AdapterFormat, AdapterInfo } from "../../worker/contract/index.ts";
import type { AppErrorCode, ExportedFile, ParityCheck, Tuning } from "../../worker/contract/index.ts";
import { Attempts } from "./attempts.svelte.ts";

export type AdaptersClient = Pick<
  Tuning,
  "adapters" | "renameAdapter" | "removeAdapter" | "setDefault" | "importAdapter" | "exportAdapter"
>;

export class AdaptersState {
  #adapters = $state.raw<readonly AdapterInfo[]>([]);
  readonly #attempts = new Attempts();
  #wornByNew = $state.raw<readonly AdapterChoice[] | null>(null);
  readonly #client: AdaptersClient;

  constructor(client: AdaptersClient) {
    this.#client = client;
  }

  /** Newest first. */
  get adapters(): readonly AdapterInfo[] {
    return this.#adapters;
  }
  /** Why the adapters could not do what was asked last. */
  get error(): AppErrorCode | null {
    return this.#attempts.error;
  }
  find(id: string | null): AdapterInfo | undefined {
    return this.#adapters.find((adapter) => adapter.id === id);
  }
  of(model: string): readonly AdapterInfo[] {
    return this.#adapters.filter((adapter) => adapter.model === model);
  }

  async load(): Promise<void> {
    await this.#attempts.run(async () => {
      this.#adapters = await this.#client.adapters();
    });
  }
  async rename(id: string, name: string): Promise<void> {
    if (name.trim() !== "") await this.#change(() => this.#client.renameAdapter(id, name.trim()));
  }
  /** Whether it is gone. */
  remove(id: string): Promise<boolean> {
    return this.#change(() => this.#client.removeAdapter(id));
  }
  /** Whether it was done; an adapter that was not found better needs a reason. */
  setDefault(model: string, adapter: string | null, reason: string): Promise<boolean> {
    return this.#change(() => this.#client.setDefault(model, adapter, reason));
  }
  /** Throws what the worker throws. */
  async import(name: string, model: string, files: readonly File[]): Promise<AdapterInfo> {
    const adapter = await this.#client.importAdapter({
      ...{ name, model },
      files: files.map((file) => ({ name: file.name, bytes: file })),
    });
    await this.load();
    return adapter;
  }
  /** Throws what the worker throws. */
  export(id: string, format: AdapterFormat): Promise<{ files: readonly ExportedFile[]; parity: ParityCheck }> {
    return this.#client.exportAdapter(id, format);
  }
  dismissError(): void {
    this.#attempts.dismiss();
  }

  /** What a chat without a question wears of a model's adapters: as was chosen, else the default one. */
  wornByNew(model: string): readonly AdapterChoice[] {
    return (this.#wornByNew ?? this.#defaultOf(model)).filter(({ id }) => this.find(id)?.model === model);
  }
  /** What the next new chat wears; null for the default. */
  wearNew(choices: readonly AdapterChoice[] | null): void {
    this.#wornByNew = choices;
  }

  #defaultOf(model: string): readonly AdapterChoice[] {
    return this.of(model)
      .filter(({ isDefault }) => isDefault)
      .map(({ id }) => ({ id, strength: 1 }));
  }

  async #change(run: () => Promise<void>): Promise<boolean> {
    return this.#attempts.run(async () => {
      await run();
      this.#adapters = await this.#client.adapters();
    });
  }
}

/** `choices` with the adapter put on at full strength, or taken off. */
export function toggled(choices: readonly AdapterChoice[], id: string): readonly AdapterChoice[] {
  const without = choices.filter((choice) => choice.id !== id);
  return without.length < choices.length ? without : [...choices, { id, strength: 1 }];
}
