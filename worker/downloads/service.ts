// The downloads of this device: started, paused, gone on with after a cut or a reload, and handed over once every file is checked.
// One tab at a time works at one. Does not know what a model is.
import type { Download, DownloadEvent, Downloads, HubModel, HubRepo, KeptFile } from "../contract/downloads.ts";
import { detailOf, fail, type AppErrorCode } from "../contract/errors.ts";
import { deleteUnused } from "../storage/kept-files.ts";
import type { Store } from "../storage/store.ts";
import type { Tabs } from "../storage/tabs.ts";
import { CHUNK_BYTES, keptBytes, keptFileOf, startOf, type FileProgress } from "./chunks.ts";
import { Hub, nameOf, repoOf } from "./hub.ts";
import { DownloadRun, type Source } from "./run.ts";
import type { Fetch } from "./transfer.ts";

export interface DownloadPorts {
  readonly store: Store;
  readonly tabs: Tabs;
  readonly fetch: Fetch;
  /** Makes a model of checked files. Throws bad-file, model-unsupported. The same model twice is not an error. */
  readonly adopt: (id: string, files: readonly KeptFile[]) => Promise<void>;
  readonly mayTryAgain: (n: number, signal: AbortSignal) => Promise<boolean>;
  readonly chunkBytes?: number;
}

interface Stored extends Source {
  readonly files: readonly FileProgress[]; // their `parts` are what storage counts as in use
}

type Live = Pick<Download, "state" | "error" | "bytesPerSecond"> & { readonly doneBytes: number };

const RATE_MS = 4000; // over which a speed is taken

export class DownloadService implements Downloads {
  readonly #ports: DownloadPorts;
  readonly #chunkBytes: number;
  readonly #live = new Map<string, Live>();
  readonly #running = new Map<string, AbortController>();
  readonly #ended = new Map<string, Promise<void>>();
  readonly #listeners = new Set<(event: DownloadEvent) => void>();
  #told = 0;

  constructor(ports: DownloadPorts) {
    this.#ports = ports;
    this.#chunkBytes = ports.chunkBytes ?? CHUNK_BYTES;
  }

  search({ hub, query, limit = 20 }: { hub: string; query: string; limit?: number }): Promise<HubModel[]> {
    return new Hub(hub, this.#ports.fetch).search(query, limit);
  }

  async describe({ hub, repo, revision }: { hub: string; repo: string; revision?: string }): Promise<HubRepo> {
    return new Hub(hub, this.#ports.fetch).describe(repoOf(repo, hub), revision);
  }

  async list(): Promise<Download[]> {
    const stored = await this.#ports.store.list<Stored>("downloads");
    const downloads = stored.map(async ({ key: id, value }) => {
      const live = this.#live.get(id) ?? (await this.#asleep(id));
      return live ? [{ id, hub: value.hub, repo: value.repo, totalBytes: bytesOf(value.files), ...live }] : [];
    });
    return (await Promise.all(downloads)).flat();
  }

  async start({ from, variant }: { from: HubRepo; variant: string }): Promise<void> {
    const chosen =
      from.variants.find(({ label }) => label === variant) ?? fail({ code: "not-found", what: "variant", id: variant });
    const id = nameOf(from.repo, chosen);
    if (!(await this.#ports.store.get("downloads", id))) {
      await this.#hasRoom(chosen.sizeBytes);
      const { hub, repo, commit } = from;
      const files = chosen.files.map((file) => startOf(file, this.#chunkBytes));
      await this.#ports.store.put("downloads", id, { hub, repo, commit, files } satisfies Stored);
    }
    await this.resume({ id });
  }

  async pause({ id }: { id: string }): Promise<void> {
    this.#running.get(id)?.abort(new DOMException("paused", "AbortError"));
    await this.#ended.get(id);
  }

  async resume({ id }: { id: string }): Promise<void> {
    if (["paused", "failed"].includes(this.#live.get(id)?.state ?? "")) await this.#ended.get(id);
    if (this.#running.has(id)) return;
    const stored = await this.#ports.store.get<Stored>("downloads", id);
    if (!stored) fail({ code: "not-found", what: "download", id });
    const release = await this.#ports.tabs.take(lockOf(id));
    if (!release) return this.#tell();
    const control = new AbortController();
    this.#running.set(id, control);
    const ended = this.#run(id, stored, control.signal).finally(() => {
      this.#running.delete(id);
      release();
      void this.#tell();
    });
    this.#ended.set(id, ended);
    await this.#tell();
  }

  async remove({ id }: { id: string }): Promise<void> {
    await this.pause({ id });
    if (await this.#ports.tabs.isTaken(lockOf(id))) fail({ code: "run-elsewhere", run: id });
    const stored = await this.#ports.store.get<Stored>("downloads", id);
    await this.#ports.store.delete("downloads", id);
    this.#live.delete(id);
    await deleteUnused(this.#ports.store, stored ? stored.files.map(keptFileOf) : []);
    await this.#tell();
  }

  async subscribe(listener: (event: DownloadEvent) => void): Promise<void> {
    this.#listeners.add(listener);
    listener({ downloads: await this.list(), arrived: null });
  }

  /** Runs one to its end; whatever ends it is kept as its state. */
  async #run(id: string, stored: Stored, signal: AbortSignal): Promise<void> {
    const { store, fetch, mayTryAgain, adopt } = this.#ports;
    const speed = new Speed();
    let done = keptOf(stored, this.#chunkBytes);
    const set = (state: Download["state"], doneBytes: number, error: AppErrorCode | null = null) => {
      const isRunning = state === "running";
      this.#live.set(id, { state, doneBytes, error, bytesPerSecond: isRunning ? speed.perSecond : 0 });
      void this.#tell(isRunning || state === "checking" ? 250 : 0);
    };
    const run = new DownloadRun(stored, stored.files, {
      store,
      fetch,
      signal,
      chunkBytes: this.#chunkBytes,
      mayTryAgain: (n, abort) => {
        set("waiting", done);
        return mayTryAgain(n, abort);
      },
      onFiles: (files) => store.put("downloads", id, { ...stored, files } satisfies Stored),
      onBytes: (count) => {
        speed.add(count);
        set("running", (done += count));
      },
      onChecking: (read) => set("checking", read),
    });
    set("running", done);
    try {
      const files = await run.finish();
      await adopt(id, files.map(keptFileOf));
      await store.delete("downloads", id);
      this.#live.delete(id);
      await this.#tell(0, id);
    } catch (cause) {
      done = keptOf(await store.get<Stored>("downloads", id), this.#chunkBytes);
      if (signal.aborted) set("paused", done);
      else set("failed", done, detailOf(cause));
    }
  }

  /** What a download is that this tab does not work at; null for one that has just ended. */
  async #asleep(id: string): Promise<Live | null> {
    const isElsewhere = await this.#ports.tabs.isTaken(lockOf(id));
    const stored = await this.#ports.store.get<Stored>("downloads", id);
    const doneBytes = keptOf(stored, this.#chunkBytes);
    return stored ? { state: isElsewhere ? "elsewhere" : "paused", doneBytes, error: null, bytesPerSecond: 0 } : null;
  }

  async #hasRoom(neededBytes: number): Promise<void> {
    const { usedBytes, quotaBytes } = await this.#ports.store.usage();
    const freeBytes = quotaBytes - usedBytes;
    if (quotaBytes > 0 && freeBytes < neededBytes) fail({ code: "storage-full", neededBytes, freeBytes });
  }

  /** Tells the listeners how things stand, at most once in `everyMs` when nothing but numbers has changed. */
  async #tell(everyMs = 0, arrived: string | null = null): Promise<void> {
    const now = Date.now();
    if (now - this.#told < everyMs) return;
    this.#told = now;
    const downloads = await this.list();
    for (const listener of this.#listeners) listener({ downloads, arrived });
  }
}

const lockOf = (id: string): string => `loam-download ${id}`;
const bytesOf = (files: readonly FileProgress[]): number => files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
const keptOf = (stored: Stored | undefined, chunkBytes: number): number =>
  stored?.files.reduce((sum, file) => sum + keptBytes(file, chunkBytes), 0) ?? 0;

/** Bytes a second over the last few seconds. */
class Speed {
  #recent: { at: number; count: number }[] = [];

  add(count: number): void {
    const now = Date.now();
    this.#recent.push({ at: now, count });
    while (this.#recent.length > 1 && now - this.#recent[0]!.at > RATE_MS) this.#recent.shift();
  }

  get perSecond(): number {
    const first = this.#recent[0];
    if (!first) return 0;
    const ms = Math.max(250, Date.now() - first.at);
    return (this.#recent.reduce((sum, { count }) => sum + count, 0) / ms) * 1000;
  }
}
