// Vectors in GPU memory, cut into slabs that one binding can hold; as f32, or as signed bytes where they are many. Does not search.
import { topK, topKInt8, type Int8Vectors } from "../../shaders/topk/topk.ts";
import { Graph, type Resident, type Tensor } from "../engine/graph.ts";
import type { Runtime } from "../engine/runtime.ts";
import { int8Rows, paddedDimensions } from "./int8.ts";

const rowsAtOnce = 4096; // written to the GPU, and before it turned to bytes: what the CPU holds beside the vectors is small

/** A stretch of rows: as f32 (N, D); or as bytes in words (N, D/4), with scales (N). */
interface Slab {
  readonly vectors: Resident;
  readonly scales?: Resident;
}
export type StoredAs = "f32" | "int8";

export class Slabs {
  private constructor(
    readonly runtime: Runtime,
    readonly storedAs: StoredAs,
    readonly slabs: readonly Slab[],
  ) {}

  /** `vectors` (N, D) row-major, N ≥ 1; a slab has at most `slabBytes`. Throws gpu-out-of-memory, and then holds nothing. */
  static async create(
    runtime: Runtime,
    vectors: Float32Array<ArrayBuffer>,
    dimensions: number,
    { storedAs, slabBytes }: { readonly storedAs: StoredAs; readonly slabBytes: number },
  ): Promise<Slabs> {
    const count = vectors.length / dimensions;
    const rowBytes = storedAs === "int8" ? paddedDimensions(dimensions) : 4 * dimensions;
    const rowsMax = Math.max(1, Math.floor(slabBytes / rowBytes));
    const slabs: Slab[] = [];
    const all = new Slabs(runtime, storedAs, slabs);
    try {
      for (let first = 0; first < count; first += rowsMax) {
        const end = Math.min(count, first + rowsMax);
        const slab = await allocate(runtime, storedAs, end - first, dimensions);
        slabs.push(slab);
        for (let row = first; row < end; row += rowsAtOnce) {
          const some = vectors.subarray(row * dimensions, Math.min(end, row + rowsAtOnce) * dimensions);
          write(runtime, slab, some, dimensions, row - first);
        }
      }
    } catch (cause) {
      all.dispose();
      throw cause;
    }
    return all;
  }

  /** Bytes on the GPU. */
  get bytes(): number {
    return this.#residents.reduce((sum, { buffer }) => sum + buffer.size, 0);
  }

  /** Records the search for the k best by the vectors as they are stored; query and mask as in topK. */
  record(graph: Graph, query: Tensor, mask: Tensor, k: number): { rows: Tensor; scores: Tensor } {
    const tensor = (resident: Resident) => graph.resident(resident);
    if (this.storedAs === "f32")
      return topK({ vectors: this.slabs.map(({ vectors }) => tensor(vectors)), query, mask }, { k });
    const slabs = this.slabs.map(({ vectors, scales }): Int8Vectors => ({
      numbers: tensor(vectors),
      scales: tensor(scales!),
    }));
    return topKInt8({ slabs, query, mask }, { k });
  }

  dispose(): void {
    this.runtime.free(...this.#residents);
  }

  get #residents(): Resident[] {
    return this.slabs.flatMap(({ vectors, scales }) => (scales ? [vectors, scales] : [vectors]));
  }
}

async function allocate(runtime: Runtime, storedAs: StoredAs, count: number, dimensions: number): Promise<Slab> {
  if (storedAs === "f32") return { vectors: await runtime.allocate("vectors", [count, dimensions]) };
  const scales = await runtime.allocate("scales of vectors", [count]);
  try {
    return { vectors: await runtime.allocate("vectors", [count, paddedDimensions(dimensions) / 4], "u32"), scales };
  } catch (cause) {
    runtime.free(scales);
    throw cause;
  }
}

/** Writes rows of f32 at row `at` of the slab, as it stores them. */
function write(runtime: Runtime, slab: Slab, rows: Float32Array<ArrayBuffer>, dimensions: number, at: number): void {
  if (slab.scales === undefined) return runtime.write(slab.vectors, rows, at * dimensions * 4);
  const { numbers, scales } = int8Rows(rows, dimensions);
  runtime.write(slab.vectors, numbers, at * paddedDimensions(dimensions));
  runtime.write(slab.scales, scales, at * 4);
}
