// Brings generated tokens from the GPU's ring to the CPU, a batch late. Two staging buffers take turns: while one is mapped,
// the other receives the next copy, which travels in the same submit as the step before it.
import { RING_SIZE } from "./session-memory.ts";
import type { Session } from "./session.ts";

interface Pending {
  readonly from: number; // the first token that earlier requests did not ask for
  readonly to: number;
  readonly staging: GPUBuffer;
  readonly mapped: Promise<void>;
}

export class TokenReader {
  readonly #free: GPUBuffer[];
  readonly #pending: Pending[] = [];
  #requested = 0; // tokens asked for so far

  constructor(readonly session: Session) {
    this.#free = [...session.staging];
  }

  /** The buffer the next copy of the ring goes to. At most two requests may be under way. */
  get next(): GPUBuffer {
    return this.#free.at(-1)!;
  }

  /** Asks for the tokens up to `count`, whose copy to `next` was just submitted. */
  request(count: number): void {
    const staging = this.#free.pop()!;
    this.session.runtime.counters.maps++;
    const mapped = staging.mapAsync(GPUMapMode.READ);
    mapped.catch(() => {}); // a lost device fails every map; the one that is awaited says so
    this.#pending.push({ from: this.#requested, to: count, staging, mapped });
    this.#requested = count;
  }

  /** Tokens that have arrived, once at most `underWay` requests are still open. */
  async take(underWay: number): Promise<number[]> {
    const ids: number[] = [];
    while (this.#pending.length > underWay) {
      const { from, to, staging, mapped } = this.#pending.shift()!;
      await mapped;
      const ring = new Uint32Array(staging.getMappedRange());
      for (let i = from; i < to; i++) ids.push(ring[i % RING_SIZE]);
      staging.unmap();
      this.#free.push(staging);
    }
    return ids;
  }
}
