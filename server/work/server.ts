// The worker's line to the team's server: typed by the server's own routes. What fails on the way is tried again; what the server
// refuses is not.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { hc } from "hono/client";
import { fail } from "../../worker/contract/errors.ts";
import type { TeamApi } from "../team/api.ts";

/** The job is no longer this worker's: it was cancelled, or another attempt has it. */
export class Stale extends Error {}

const PAUSES_MS = [500, 1000, 2000, 4000, 8000]; // before the next try; about as long as a server takes to restart
const PATIENCE_MS = 120_000; // of one request

interface Answer {
  readonly ok: boolean;
  readonly status: number;
}

export class Server {
  readonly api;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    readonly url: string,
    key: string,
  ) {
    this.#headers = { Authorization: `Bearer ${key}` };
    this.api = hc<TeamApi>(`${url}/api`, { headers: this.#headers });
  }

  /** Asks until there is an answer. Throws Stale, hub-refused, and network after the last try. */
  async ask<T extends Answer>(work: () => Promise<T>, pauses: readonly number[] = PAUSES_MS): Promise<T> {
    for (let tries = 0; ; tries++) {
      const answer = await work().catch((error: unknown) => String((error as Error).message));
      const pause = pauses[tries];
      if (typeof answer === "string") {
        if (pause === undefined) fail({ code: "network", url: this.url, reason: answer });
      } else if (answer.ok) return answer;
      else if (answer.status === 409) throw new Stale();
      else if ((answer.status < 500 && answer.status !== 429) || pause === undefined)
        fail({ code: "hub-refused", url: this.url, status: answer.status });
      await sleep(pause);
    }
  }

  /** Brings a blob of the job to `path`, checked. */
  async fetch(job: string, retryCount: number, hash: string, path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true });
    const answer = await this.ask(() => fetch(this.#blob(job, retryCount, hash), { headers: this.#headers }));
    const sum = createHash("sha256");
    const body = Readable.fromWeb(answer.body as import("node:stream/web").ReadableStream<Uint8Array>);
    body.on("data", (chunk: Buffer) => sum.update(chunk));
    await pipeline(body, createWriteStream(path));
    if (sum.digest("hex") !== hash) fail({ code: "network", url: this.url, reason: `${hash} did not arrive whole` });
  }

  /** Sends the file, which must not change meanwhile; answers its hash. */
  async send(job: string, retryCount: number, path: string): Promise<string> {
    const sum = createHash("sha256");
    for await (const chunk of createReadStream(path)) sum.update(chunk as Buffer);
    const hash = sum.digest("hex");
    const headers = { ...this.#headers, "Content-Length": String(statSync(path).size) };
    await this.ask(() =>
      fetch(this.#blob(job, retryCount, hash), {
        ...{ method: "PUT", headers, duplex: "half", signal: AbortSignal.timeout(PATIENCE_MS) },
        body: Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
      } as RequestInit),
    );
    return hash;
  }

  readonly #blob = (job: string, retryCount: number, hash: string): string =>
    `${this.url}/api/workers/jobs/${job}/blobs/${hash}?retryCount=${retryCount}`;
}
