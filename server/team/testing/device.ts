// A device of somebody's in the team: its data sets, what it shares of them, and a network that a test may cut.
import { MemoryStore } from "./memory-store.ts";
import type { DatasetRow } from "../../../worker/contract/index.ts";
import { DatasetService } from "../../../worker/datasets/service.ts";
import { Book } from "../../../worker/sharing/book.ts";
import { teamServer } from "../../../worker/sharing/remote.ts";
import { SharingService } from "../../../worker/sharing/service.ts";
import type { As, World } from "./client.ts";

/** What becomes of a request: lost on its way, answered in vain, or well. */
export type Fate = "lost" | "unheard" | "well";

export class Device {
  readonly store = new MemoryStore();
  datasets = new DatasetService(this.store);
  sharing!: SharingService;
  isOnline = true;
  sentCount = 0; // requests that were tried
  fates: Fate[] = []; // of the next requests; then all go well

  constructor(
    readonly world: World,
    readonly as: As,
  ) {
    this.restart();
  }

  /** The app opened anew on what is stored. */
  restart(): void {
    this.datasets = new DatasetService(this.store);
    this.sharing = new SharingService(this.store, this.datasets, (base) => teamServer(base, this.#fetch));
    void this.sharing.connect("http://team.test/api");
  }

  async rows(id: string): Promise<readonly DatasetRow[]> {
    return (await this.datasets.rows(id, { start: 0, count: 1000 })).rows;
  }

  book(id: string): Promise<Book> {
    return Book.open(this.store, id);
  }

  #fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    this.sentCount++;
    const fate = this.isOnline ? (this.fates.shift() ?? "well") : "lost";
    if (fate === "lost") throw new TypeError("fetch failed");
    const path = String(input).replace("http://team.test/api", "");
    const env = { incoming: { socket: { remoteAddress: "127.0.0.1" } } };
    const headers = { ...(init.headers as Record<string, string>), ...this.as };
    const response = await this.world.api.request(path, { ...init, headers }, env);
    await response.clone().arrayBuffer(); // the server is done with it
    if (fate === "unheard") throw new TypeError("fetch failed");
    return response;
  };
}
