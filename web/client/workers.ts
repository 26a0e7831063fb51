// The page's only way to the workers: the contract's APIs as plain objects, whichever session is running behind them.
import type {
  AskApi,
  ChatsApi,
  Datasets,
  Downloads,
  GpuApi,
  LibraryApi,
  SearchModelApi,
  Sharing,
  StorageApi,
  Tuning,
} from "../../worker/contract/index.ts";
import { release, toWorker } from "./callbacks.ts";
import { Session, type Stopped, type WorkerName } from "./session.ts";

type Method = (...values: unknown[]) => Promise<unknown>;
type Methods = Record<string, Method>;

export class Workers {
  readonly library: LibraryApi = this.#client("text", (session) => session.text.library);
  readonly searchModel: SearchModelApi = this.#client("text", (session) => session.text.searchModel);
  readonly chats: ChatsApi = this.#client("text", (session) => session.text.chats);
  readonly storage: StorageApi = this.#client("text", (session) => session.text.storage);
  readonly answers: AskApi = this.#client("text", (session) => session.text.answers);
  readonly datasets: Datasets = this.#client("text", (session) => session.text.datasets);
  readonly sharing: Sharing = this.#client("text", (session) => session.text.sharing);
  readonly tuning: Tuning = this.#client("text", (session) => session.text.tuning);
  readonly downloads: Downloads = this.#client("text", (session) => session.text.downloads);
  readonly gpu: GpuApi = this.#client("gpu", (session) => session.gpu);
  #session: Session | null = null;
  readonly #onStopped: (stopped: Stopped) => void;

  constructor(onStopped: (stopped: Stopped) => void) {
    this.#onStopped = onStopped;
  }

  /** Starts both workers, ending those that run. Subscriptions must be made again. */
  start(): void {
    this.#session?.end();
    this.#session = new Session(this.#onStopped);
  }

  #client<T extends object>(worker: WorkerName, pick: (session: Session) => unknown): T {
    const method = (name: string): Method => {
      return (...values) => this.#call(worker, (session) => (pick(session) as Methods)[name] as Method, name, values);
    };
    return new Proxy({} as T, { get: (_, name) => (typeof name === "string" ? method(name) : undefined) });
  }

  async #call(
    worker: WorkerName,
    pick: (session: Session) => Method,
    name: string,
    values: unknown[],
  ): Promise<unknown> {
    const sent = values.map((value) => (typeof value === "function" ? toWorker(value as never) : value));
    if (this.#session === null) this.start();
    try {
      return await this.#session!.call(worker, (session) => pick(session)(...sent));
    } finally {
      // A subscription lives as long as the worker; every other callback ends with its call.
      if (name !== "subscribe") for (const value of sent) if (typeof value === "function") release(value as never);
    }
  }
}
