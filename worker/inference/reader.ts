// Brings generated tokens from the GPU's ring to the CPU, a batch late. Two staging buffers take turns: while one is mapped,
// the other receives the next copy, which travels in the same submit as the step before it.
import { STATE } from "../../shaders/sample/sample.ts";
import { RING_SIZE, STATE_BYTES } from "./session-memory.ts";
import type { Session } from "./session.ts";

interface Pending {
  readonly steps: number;
  readonly staging: GPUBuffer;
  readonly mapped: Promise<void>;
}

export class TokenReader {
  readonly #free: GPUBuffer[];
  readonly #pending: Pending[] = [];
  #taken = 0; // tokens
  /** Steps whose tokens have arrived. */
  arrivedSteps = 0;
  /** Steps whose tokens have not: each gives one at least. */
  pendingSteps = 0;

  constructor(readonly session: Session) {
    this.#free = [...session.staging];
  }

  /** The buffer the next copy goes to. At most two requests may be under way. */
  get next(): GPUBuffer {
    return this.#free.at(-1)!;
  }

  /** Asks for the tokens of `steps` steps, the last of which copies to `next` and was just submitted. */
  request(steps: number): void {
    const staging = this.#free.pop()!;
    this.session.runtime.counters.maps++;
    const mapped = staging.mapAsync(GPUMapMode.READ);
    mapped.catch(() => {}); // a lost device fails every map; the one that is awaited says so
    this.#pending.push({ steps, staging, mapped });
    this.pendingSteps += steps;
  }

  /** Tokens that have arrived, once at most `underWay` requests are still open. */
  async take(underWay: number): Promise<number[]> {
    const ids: number[] = [];
    while (this.#pending.length > underWay) {
      const { steps, staging, mapped } = this.#pending.shift()!;
      await mapped;
      const words = new Uint32Array(staging.getMappedRange());
      const count = words[STATE.generatedCount];
      for (; this.#taken < count; this.#taken++) ids.push(words[STATE_BYTES / 4 + (this.#taken % RING_SIZE)]);
      staging.unmap();
      this.#free.push(staging);
      this.pendingSteps -= steps;
      this.arrivedSteps += steps;
    }
    return ids;
  }
}
