// Where models may come from: the server of the page, and the hubs that the user has let the page reach. A change counts from the
// next load of the page on, when its security policy is written anew.
import { hubOf, sourcesOf } from "./hub-sources.ts";

export interface HubShelf {
  read(): Promise<readonly string[]>;
  write(hubs: readonly string[]): Promise<void>;
}

export class HubsState {
  #added = $state.raw<readonly string[]>([]);
  #inForce = $state.raw<readonly string[]>([]);
  readonly #shelf: HubShelf;

  /** `own`: the base URL of the hub that the page's server is. */
  constructor(
    readonly own: string,
    shelf: HubShelf,
  ) {
    this.#shelf = shelf;
  }

  /** Base URLs of the hubs the user added. */
  get added(): readonly string[] {
    return this.#added;
  }
  /** Base URLs of those that can be asked now. */
  get reachable(): readonly string[] {
    return [this.own, ...this.#inForce];
  }
  /** What the page's security policy allows now, beside its own origin. */
  get sources(): readonly string[] {
    return sourcesOf(this.#inForce);
  }
  /** Whether the page must be loaded again for the list to count. */
  get needsReload(): boolean {
    return this.#added.join() !== this.#inForce.join();
  }

  async load(): Promise<void> {
    this.#added = await this.#shelf.read().catch(() => []);
    this.#inForce = this.#added;
  }

  /** Adds a hub by its address; false when it is none that a page may safely reach. */
  async add(address: string): Promise<boolean> {
    const hub = hubOf(address);
    if (hub === null) return false;
    if (!this.#added.includes(hub)) await this.#set([...this.#added, hub]);
    return true;
  }

  remove(hub: string): Promise<void> {
    return this.#set(this.#added.filter((one) => one !== hub));
  }

  async #set(hubs: readonly string[]): Promise<void> {
    await this.#shelf.write(hubs);
    this.#added = hubs;
  }
}
