// What the app stands on: the GPU, the workers, the storage, the network, the installed app. Knows the contract and a few
// browser facts handed in; draws nothing.
import { detailOf, type AppErrorCode, type GpuApi, type GpuStatus } from "../../worker/contract/index.ts";
import type { StorageApi, StorageUsage } from "../../worker/contract/index.ts";

export type WorkerState = "starting" | "running" | "stopped";
export type OfflineState = "unsupported" | "preparing" | "ready" | "update-waiting";

/** The little the browser itself tells. */
export interface Browser {
  persist(): Promise<boolean>;
  isPersisted(): Promise<boolean>;
}

export interface SystemClient {
  readonly gpu: Pick<GpuApi, "status" | "subscribe">;
  readonly storage: StorageApi;
}

export class SystemState {
  #gpu = $state.raw<GpuStatus | null>(null);
  #usage = $state.raw<StorageUsage | null>(null);
  #storageError = $state.raw<AppErrorCode | null>(null);
  #workers = $state.raw<Readonly<Record<"text" | "gpu", WorkerState>>>({ text: "starting", gpu: "starting" });
  #stopReason = $state("");
  #isOnline = $state(true);
  #isPersistent = $state<boolean | null>(null);
  #offline = $state<OfflineState>("preparing");
  readonly #client: SystemClient;
  readonly #browser: Browser;

  constructor(client: SystemClient, browser: Browser) {
    this.#client = client;
    this.#browser = browser;
  }

  get gpu(): GpuStatus | null {
    return this.#gpu;
  }
  get usage(): StorageUsage | null {
    return this.#usage;
  }
  get storageError(): AppErrorCode | null {
    return this.#storageError;
  }
  get workers(): Readonly<Record<"text" | "gpu", WorkerState>> {
    return this.#workers;
  }
  get stopReason(): string {
    return this.#stopReason;
  }
  get isOnline(): boolean {
    return this.#isOnline;
  }
  /** Whether the browser promised to keep the data; null until known. */
  get isPersistent(): boolean | null {
    return this.#isPersistent;
  }
  get offline(): OfflineState {
    return this.#offline;
  }
  get canAnswer(): boolean {
    return this.#workers.gpu === "running" && this.#gpu?.state === "ready";
  }

  /** Asks everything once and listens to the GPU. */
  async load(): Promise<void> {
    this.#workers = { text: "starting", gpu: "starting" };
    await Promise.all([this.#loadGpu(), this.refreshStorage(), this.#loadPersistence()]);
  }

  async refreshStorage(): Promise<void> {
    try {
      this.#usage = await this.#client.storage.usage();
      this.#storageError = null;
      this.#setWorker("text", "running");
    } catch (error) {
      this.#storageError = detailOf(error);
    }
  }

  /** Asks the browser to keep the data even when space is short. */
  async persist(): Promise<boolean> {
    this.#isPersistent = await this.#browser.persist();
    return this.#isPersistent;
  }

  workerStopped(worker: "text" | "gpu", reason: string): void {
    this.#setWorker(worker, "stopped");
    this.#stopReason = reason;
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline;
  }

  setOffline(offline: OfflineState): void {
    this.#offline = offline;
  }

  async #loadGpu(): Promise<void> {
    try {
      this.#gpu = await this.#client.gpu.status();
      this.#setWorker("gpu", "running");
      await this.#client.gpu.subscribe((event) => {
        if (event.type === "status-changed") this.#gpu = event.status;
      });
    } catch (error) {
      const detail = detailOf(error);
      this.workerStopped("gpu", "reason" in detail ? detail.reason : detail.code);
    }
  }

  async #loadPersistence(): Promise<void> {
    this.#isPersistent = await this.#browser.isPersisted();
  }

  #setWorker(worker: "text" | "gpu", state: WorkerState): void {
    this.#workers = { ...this.#workers, [worker]: state };
  }
}
