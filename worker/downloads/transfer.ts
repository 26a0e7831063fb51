// One range of a file over the network. A cut costs what had not arrived; a server that sends the wrong thing is told from one
// that cannot be reached. Keeps nothing.
import { fail } from "../contract/errors.ts";
import type { Range } from "./chunks.ts";

export type Fetch = typeof fetch;

/** What could not be fetched for now: no network, a server that is busy. Worth another try; everything else is an AppError. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Bytes of a range as they arrive, so that a cut does not lose them. */
export class Part {
  #bytes: Uint8Array<ArrayBuffer>;
  #filled = 0;

  constructor(readonly range: Range) {
    this.#bytes = new Uint8Array(range.end - range.start);
  }

  get isFull(): boolean {
    return this.#filled === this.#bytes.length;
  }
  /** Where the next byte belongs in the file. */
  get next(): number {
    return this.range.start + this.#filled;
  }
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#filled);
  }
  /** Takes bytes; false when there are more than the range has. */
  take(bytes: Uint8Array): boolean {
    if (bytes.length > this.#bytes.length - this.#filled) return false;
    this.#bytes.set(bytes, this.#filled);
    this.#filled += bytes.length;
    return true;
  }
  /** Forgets what came at `position` in the file and after it. */
  rewind(position: number): void {
    this.#filled = position - this.range.start;
  }
}

/**
 * Fetches what a part still lacks; `onBytes` hears how many bytes have just come. Throws Interrupted on a cut (the part keeps what
 * came) and when the bytes are not those of the server's Content-Digest (RFC 9530), hub-refused when the server says no, an
 * AbortError when `signal` says so.
 */
export async function fill(
  part: Part,
  url: string,
  options: { fetch: Fetch; signal: AbortSignal; onBytes: (count: number) => void },
): Promise<void> {
  if (part.isFull) return;
  const response = await reach(url, options.fetch, {
    headers: { Range: `bytes=${part.next}-${part.range.end - 1}` },
    signal: options.signal,
  });
  const isWhole = response.status === 200; // a server without ranges: what lies before the part is let go by
  if (response.status !== 206 && !isWhole) refuse(url, response.status);
  const from = part.next;
  let skip = isWhole ? from : 0;
  const reader = response.body!.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const rest = part.range.end - part.next;
      const useful = value.subarray(Math.min(skip, value.length), isWhole ? skip + rest : undefined);
      skip = Math.max(0, skip - value.length);
      if (!part.take(useful)) fail({ code: "network", url, reason: "the server sent more than was asked for" });
      options.onBytes(useful.length);
      if (isWhole && part.isFull) break;
    }
  } catch (cause) {
    throw interruptionOf(cause, options.signal);
  } finally {
    void reader.cancel().catch(() => undefined);
  }
  if (!part.isFull) throw new Interrupted(`The connection ended ${part.range.end - part.next} bytes early.`);
  if (isWhole || (await isIntact(part.bytes.subarray(from - part.range.start), response.headers))) return;
  part.rewind(from);
  throw new Interrupted("The bytes changed on their way.");
}

/** Whether bytes are those of the digest in a response's headers; a response without one is believed. */
async function isIntact(bytes: Uint8Array<ArrayBuffer>, headers: Headers): Promise<boolean> {
  const promised = /sha-256=:([^:]+):/.exec(headers.get("Content-Digest") ?? "")?.[1];
  if (promised === undefined) return true;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...digest)) === promised;
}

/** A response that is not an error of the network or of a busy server. Throws Interrupted or an AbortError. */
export async function reach(url: string, fetch: Fetch, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, cache: "no-store", credentials: "omit", redirect: "follow" });
  } catch (cause) {
    throw interruptionOf(cause, init.signal ?? undefined);
  }
  if (response.status >= 500 || response.status === 429 || response.status === 408) {
    void response.body?.cancel().catch(() => undefined);
    throw new Interrupted(`The server answered ${response.status}.`);
  }
  return response;
}

export function refuse(url: string, status: number): never {
  fail({ code: "hub-refused", url, status });
}

function interruptionOf(cause: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  return cause instanceof TypeError ? new Interrupted(cause.message, { cause }) : cause; // fetch's word for the network
}
