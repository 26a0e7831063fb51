// The adapters (versions of a model) on this device, and which of them each chat wears, how strongly. Knows the contract's
// tuning, not how adapters are worn. What a chat wears is kept in the browser's small storage, by the chat's id.
import type { AdapterChoice, AdapterFormat, AdapterInfo } from "../../worker/contract/index.ts";
import type { AppErrorCode, ExportedFile, ParityCheck, Tuning } from "../../worker/contract/index.ts";
import { Attempts } from "./attempts.svelte.ts";

export type AdaptersClient = Pick<
  Tuning,
  "adapters" | "renameAdapter" | "removeAdapter" | "setDefault" | "importAdapter" | "exportAdapter"
>;
type Wardrobe = Readonly<Record<string, readonly AdapterChoice[]>>;

const storageKey = "loam-worn";
const rememberedChats = 500;
const fresh = "new"; // the chat that has no question yet

export class AdaptersState {
  #adapters = $state.raw<readonly AdapterInfo[]>([]);
  readonly #attempts = new Attempts();
  #worn = $state.raw<Wardrobe>({});
  readonly #client: AdaptersClient;
  readonly #storage: Pick<Storage, "getItem" | "setItem">;

  constructor(client: AdaptersClient, storage: Pick<Storage, "getItem" | "setItem">) {
    this.#client = client;
    this.#storage = storage;
    this.#worn = readStored(storage);
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

  /** What a chat wears of a model's adapters: as was chosen, else the default one when nothing was asked yet. */
  worn(chat: { readonly id: string; readonly turns: readonly unknown[] }, model: string): readonly AdapterChoice[] {
    const isNew = chat.turns.length === 0;
    const chosen = this.#worn[isNew ? fresh : chat.id] ?? (isNew ? this.#defaultOf(model) : []);
    return chosen.filter(({ id }) => this.find(id)?.model === model);
  }
  wear(chat: { readonly id: string; readonly turns: readonly unknown[] }, choices: readonly AdapterChoice[]): void {
    this.#keep(chat.turns.length === 0 ? fresh : chat.id, choices);
  }
  /** A chat's first question fixes what it wears; the next new chat begins with the default again. */
  settle(chat: { readonly id: string; readonly turns: readonly unknown[] }, choices: readonly AdapterChoice[]): void {
    if (chat.turns.length > 0) return;
    this.wearNew(null);
    this.#keep(chat.id, choices);
  }
  /** What the next new chat wears; null for the default. */
  wearNew(choices: readonly AdapterChoice[] | null): void {
    if (choices !== null) return this.#keep(fresh, choices);
    const { [fresh]: _, ...worn } = this.#worn;
    this.#worn = worn;
  }

  #defaultOf(model: string): readonly AdapterChoice[] {
    return this.of(model)
      .filter(({ isDefault }) => isDefault)
      .map(({ id }) => ({ id, strength: 1 }));
  }

  #keep(chat: string, choices: readonly AdapterChoice[]): void {
    const { [chat]: _, ...others } = this.#worn;
    this.#worn = Object.fromEntries([...Object.entries(others), [chat, choices]].slice(-rememberedChats));
    try {
      const { [fresh]: _, ...kept } = this.#worn;
      this.#storage.setItem(storageKey, JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing still wears them until the page closes.
    }
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

// Only entries of the expected kind are taken over, so that a damaged one cannot break the page.
function readStored(storage: Pick<Storage, "getItem">): Wardrobe {
  try {
    const stored: unknown = JSON.parse(storage.getItem(storageKey) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(Object.entries(stored).filter(([, worn]) => Array.isArray(worn) && worn.every(isChoice)));
  } catch {
    return {};
  }
}

function isChoice(value: unknown): value is AdapterChoice {
  const { id, strength } = (value ?? {}) as Partial<AdapterChoice>;
  return typeof id === "string" && typeof strength === "number" && strength >= 0 && strength <= 2;
}
