// A run's checkpoints on their way to the server, one after the other, while the run goes on and writes the next.
import { linkSync, readSync, openSync, closeSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Server } from "./server.ts";

export class Checkpoints {
  readonly file: string;
  #sentAt: number; // when the file that was sent last was written, ms since the epoch
  #sending: Promise<void> = Promise.resolve();

  /** Of the attempt's run in `out`. What lies there now is what it goes on from. */
  constructor(
    private readonly server: Server,
    private readonly attempt: { readonly id: string; readonly attempt: number },
    out: string,
  ) {
    this.file = join(out, "checkpoint.safetensors");
    this.#sentAt = changedAt(this.file);
  }

  /** Notes that what lies there came from the server. */
  adopt(): void {
    this.#sentAt = changedAt(this.file);
  }

  /** Resolves when the newest checkpoint is at the server. Throws Stale, network. */
  send(): Promise<void> {
    const next = this.#sending.catch(() => undefined).then(() => this.#sendNew());
    this.#sending = next;
    return next;
  }

  async #sendNew(): Promise<void> {
    const writtenAt = changedAt(this.file);
    if (writtenAt === this.#sentAt) return;
    const still = `${this.file}.sent`; // another name of these bytes, while the run writes the next ones elsewhere
    rmSync(still, { force: true });
    linkSync(this.file, still);
    const { id, attempt: retryCount } = this.attempt;
    const hash = await this.server.send(id, retryCount, still);
    const json = { retryCount, step: stepIn(still), hash };
    await this.server.ask(() => this.server.api.workers.jobs[":id"].checkpoint.$post({ param: { id }, json }));
    this.#sentAt = writtenAt;
    rmSync(still, { force: true });
  }
}

/** When the file was last written, ms since the epoch; 0 when there is none. */
const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const MOST_HEAD_BYTES = 2 ** 20;

/** The step that a checkpoint is of, from the head of the file. */
function stepIn(path: string): number {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(MOST_HEAD_BYTES);
    readSync(file, bytes, 0, bytes.length, 0);
    const head = bytes.toString("utf8", 8, 8 + Number(bytes.readBigUInt64LE(0)));
    const { __metadata__: about } = JSON.parse(head) as { __metadata__?: { step?: string } };
    return Number(about?.step ?? 0);
  } finally {
    closeSync(file);
  }
}
