// The vectors that searches run over, by name: kept here as they came, and on the device from the first search on.
import { fail } from "../contract/errors.ts";
import type { Runtime } from "../engine/runtime.ts";
import { GpuIndex } from "../search/gpu-index.ts";

interface Vectors {
  readonly values: Float32Array<ArrayBuffer>;
  readonly dimensions: number;
  index?: Promise<GpuIndex>; // on the current device
}

export class KeptVectors {
  readonly #vectors = new Map<string, Vectors>();

  /** Keeps (rows, dimensions) under a name; returns what was on the device under it, to be disposed of. */
  async set(name: string, values: Float32Array<ArrayBuffer>, dimensions: number): Promise<GpuIndex | undefined> {
    const before = this.#vectors.get(name);
    this.#vectors.set(name, { values, dimensions });
    return before?.index;
  }

  /** The vectors under a name, on the device of this runtime. Throws not-found. */
  async index(name: string, opening: Promise<Runtime>): Promise<GpuIndex> {
    const vectors = this.#vectors.get(name) ?? fail({ code: "not-found", what: "vectors", id: name });
    const runtime = await opening;
    vectors.index ??= GpuIndex.create(runtime, vectors.values, vectors.dimensions);
    return vectors.index;
  }

  /** The device is gone and all that was on it. */
  forgetDevice(): void {
    for (const vectors of this.#vectors.values()) delete vectors.index;
  }
}
