// One download from where it stands to the end: fetches the chunks that are missing, then checks every file. Keeps each chunk as
// soon as it is whole, so that a cut at any moment costs at most the chunks under way. Does not know what is done with the model.
import { fail } from "../contract/errors.ts";
import type { Store } from "../storage/store.ts";
import { check } from "./check.ts";
import { rangeOf, type FileProgress } from "./chunks.ts";
import { addressOf } from "./hub.ts";
import { fill, Interrupted, Part, type Fetch } from "./transfer.ts";

export interface Source {
  readonly hub: string;
  readonly repo: string;
  readonly commit: string;
}

export interface RunOptions {
  readonly store: Store;
  readonly fetch: Fetch;
  readonly chunkBytes: number;
  readonly signal: AbortSignal;
  /** Waits before the n-th try in a row without a byte (n ≥ 1), or until the network is back; false gives up. */
  readonly mayTryAgain: (n: number, signal: AbortSignal) => Promise<boolean>;
  /** A chunk was kept or dropped: the files as they are now, to be remembered. */
  readonly onFiles: (files: readonly FileProgress[]) => Promise<void>;
  readonly onBytes: (count: number) => void;
  readonly onChecking: (readBytes: number) => void;
}

const AT_ONCE = 3; // connections

interface Place {
  readonly file: number;
  readonly chunk: number;
}

export class DownloadRun {
  #files: readonly FileProgress[];
  readonly #fetchedAnew = new Set<string>(); // files whose whole was wrong once
  #saved: Promise<void> = Promise.resolve();

  constructor(
    readonly source: Source,
    files: readonly FileProgress[],
    readonly options: RunOptions,
  ) {
    this.#files = files;
  }

  /** Resolves with the checked files. Throws network, hub-refused, storage-full, bad-file, or an AbortError. */
  async finish(): Promise<readonly FileProgress[]> {
    do await this.#fetchMissing();
    while (!(await this.#isRight()));
    return this.#files;
  }

  async #fetchMissing(): Promise<void> {
    const missing = this.#files.flatMap(({ parts }, file) =>
      parts.flatMap((name, chunk) => (name === null ? [{ file, chunk }] : [])),
    );
    const stop = new AbortController(); // the first failure ends the others
    const signal = AbortSignal.any([this.options.signal, stop.signal]);
    const connection = async (): Promise<void> => {
      try {
        for (let place = missing.shift(); place; place = missing.shift()) await this.#fetchChunk(place, signal);
      } catch (cause) {
        stop.abort(cause);
        throw cause;
      }
    };
    await Promise.allSettled(Array.from({ length: AT_ONCE }, connection)); // nothing is still being kept afterwards
    signal.throwIfAborted();
  }

  async #fetchChunk({ file: at, chunk }: Place, signal: AbortSignal): Promise<void> {
    const { store, chunkBytes, fetch, onBytes, mayTryAgain } = this.options;
    const { hub, repo, commit } = this.source;
    const file = this.#files[at]!;
    const url = addressOf(hub, repo, commit, file.path);
    const part = new Part(rangeOf(file, chunk, chunkBytes));
    for (let tries = 1; ; tries++) {
      const before = part.next;
      try {
        await fill(part, url, { fetch, signal, onBytes });
        break;
      } catch (cause) {
        if (!(cause instanceof Interrupted)) throw cause;
        if (part.next > before) tries = 1;
        if (!(await mayTryAgain(tries, signal))) fail({ code: "network", url, reason: cause.message }, cause);
      }
    }
    signal.throwIfAborted();
    await this.#set({ file: at, chunk }, await store.putBlob(new Blob([part.bytes])));
  }

  /** Checks every file; what is wrong is dropped, to be fetched again. Throws bad-file when a file is wrong twice. */
  async #isRight(): Promise<boolean> {
    const { store, onChecking, signal } = this.options;
    let read = 0;
    let isRight = true;
    for (const [at, file] of this.#files.entries()) {
      signal.throwIfAborted();
      const verdict = await check(store, file, (count) => onChecking((read += count)));
      if ("isRight" in verdict && verdict.isRight) continue;
      isRight = false;
      if ("isRight" in verdict) this.#mayFetchAnew(file);
      const wrong = "damaged" in verdict ? verdict.damaged : file.parts.keys();
      for (const chunk of wrong) await this.#drop({ file: at, chunk });
    }
    return isRight;
  }

  #mayFetchAnew({ path }: FileProgress): void {
    const reason = "its bytes are not those the hub promises, twice in a row";
    if (this.#fetchedAnew.has(path)) fail({ code: "bad-file", file: path, format: "download", reason });
    this.#fetchedAnew.add(path);
  }

  async #drop(place: Place): Promise<void> {
    const name = this.#files[place.file]!.parts[place.chunk];
    await this.#set(place, null);
    if (name) await this.options.store.deleteBlob(name); // bytes that are wrong serve nobody
  }

  /** Remembers one chunk's name; several connections take turns. */
  #set({ file, chunk }: Place, name: string | null): Promise<void> {
    const before = this.#files[file]!;
    this.#files = this.#files.with(file, { ...before, parts: before.parts.with(chunk, name) });
    const files = this.#files;
    this.#saved = this.#saved.then(() => this.options.onFiles(files));
    return this.#saved;
  }
}
