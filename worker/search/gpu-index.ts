// Vectors on the GPU under a name, and the top k of inner products with a query. Small collections are stored as f32 and searched
// exactly. Large ones are stored as signed bytes, a quarter of the memory: more than k rows are found by those, and scored anew
// and ranked by the exact vectors, which stay on the CPU.
import { K_MAX, NO_ROW } from "../../shaders/topk/topk.ts";
import { fail } from "../contract/errors.ts";
import type { VectorFacts } from "../contract/inference.ts";
import { Graph, type Resident, type Tensor } from "../engine/graph.ts";
import type { Program } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import { paddedDimensions } from "./int8.ts";
import { Slabs, type StoredAs } from "./slabs.ts";

export interface Hits {
  readonly rows: Uint32Array; // by falling score, equal scores by rising row
  readonly scores: Float32Array; // inner products of the exact vectors
}
export interface GpuIndexOptions {
  /** Vectors of more bytes than this, as f32, are stored as int8. */
  readonly exactBytesMax?: number;
  /** At most so much in one binding; absent: what the device allows. */
  readonly slabBytes?: number;
}

const mebibyte = 2 ** 20;
/** The k that programs are compiled for; a request takes the next larger one. */
const PROGRAM_SIZES = [16, 64, 128, K_MAX] as const;
const MOST = 128; // rows of one answer: with four candidates each the kernel's list is full
/** Rows that are scored anew, for k of them. */
const candidatesFor = (k: number): number => Math.max(64, 4 * k);

export class GpuIndex {
  readonly #programs = new Map<number, Promise<{ program: Program; rows: Tensor; scores: Tensor }>>();

  private constructor(
    readonly runtime: Runtime,
    readonly facts: VectorFacts,
    readonly slabs: Slabs | undefined, // absent: no vectors
    readonly vectors: Float32Array, // (N, D); empty where the GPU has them as f32
    readonly query: Resident, // (D), padded
    readonly mask: Resident, // ceil(N / 32) words, one bit a row
  ) {}

  /**
   * `vectors` (N, D) row-major; of a large collection they are kept, not copied. Throws invalid-argument when the length is not a
   * multiple of `dimensions`, gpu-out-of-memory.
   */
  static async create(
    runtime: Runtime,
    vectors: Float32Array<ArrayBuffer>,
    dimensions: number,
    { exactBytesMax = 64 * mebibyte, slabBytes }: GpuIndexOptions = {},
  ): Promise<GpuIndex> {
    const count = vectors.length / dimensions;
    if (!Number.isInteger(count))
      fail({
        code: "invalid-argument",
        name: "vectors",
        reason: `${vectors.length} numbers are no rows of ${dimensions}`,
      });
    const { maxStorageBufferBindingSize, maxBufferSize } = runtime.device.limits;
    const storedAs: StoredAs = vectors.byteLength > exactBytesMax ? "int8" : "f32";
    const limits = { storedAs, slabBytes: slabBytes ?? Math.min(maxStorageBufferBindingSize, maxBufferSize) } as const;
    const slabs = count === 0 ? undefined : await Slabs.create(runtime, vectors, dimensions, limits);
    const width = storedAs === "int8" ? paddedDimensions(dimensions) : dimensions;
    const query = await runtime.allocate("query", [width]);
    const mask = await runtime.allocate("mask", [Math.max(1, Math.ceil(count / 32))], "u32");
    const { length: slabCount } = slabs?.slabs ?? [];
    const facts: VectorFacts = { count, dimensions, storedAs, isRescored: storedAs === "int8", slabCount, gpuBytes: slabs?.bytes ?? 0 }; // prettier-ignore
    return new GpuIndex(runtime, facts, slabs, storedAs === "int8" ? vectors : new Float32Array(), query, mask);
  }

  /** The k (at most 128) best rows whose bit is set in `mask` (absent: all). */
  async topK(query: Float32Array<ArrayBuffer>, k: number, mask?: Uint32Array<ArrayBuffer>): Promise<Hits> {
    if (this.slabs === undefined || k < 1) return { rows: new Uint32Array(), scores: new Float32Array() };
    const most = Math.min(k, MOST);
    const sought = this.facts.isRescored ? candidatesFor(most) : most;
    const { program, rows, scores } = await this.#program(PROGRAM_SIZES.find((size) => size >= sought)!);
    this.runtime.write(this.query, query); // from here to the reads nothing waits: another call must not write between
    this.runtime.write(this.mask, mask ?? new Uint32Array(this.mask.shape[0]!).fill(0xffffffff));
    program.replay();
    const [foundScores, foundRows] = await Promise.all([program.readF32(scores), program.readU32(rows)]);
    const end = foundRows.findIndex((row) => row === NO_ROW);
    const found = foundRows.subarray(0, end < 0 ? foundRows.length : end);
    if (this.facts.isRescored) return rescored(this.vectors, this.facts.dimensions, query, found, most);
    return { rows: found.slice(0, most), scores: foundScores.slice(0, Math.min(found.length, most)) };
  }

  #program(k: number): Promise<{ program: Program; rows: Tensor; scores: Tensor }> {
    const known = this.#programs.get(k);
    if (known) return known;
    const compiling = this.#compile(k);
    this.#programs.set(k, compiling);
    compiling.catch(() => this.#programs.delete(k)); // the next search tries again
    return compiling;
  }

  async #compile(k: number): Promise<{ program: Program; rows: Tensor; scores: Tensor }> {
    const graph = new Graph();
    const { rows, scores } = this.slabs!.record(graph, graph.resident(this.query), graph.resident(this.mask), k);
    return { program: await this.runtime.compile(`top ${k}`, graph, [rows, scores]), rows, scores };
  }

  dispose(): void {
    for (const compiling of this.#programs.values())
      void compiling.then(
        ({ program }) => program.dispose(),
        () => undefined,
      );
    this.slabs?.dispose();
    this.runtime.free(this.query, this.mask);
  }
}

/** The k best of `candidates` by the exact vectors (N, D). */
function rescored(vectors: Float32Array, D: number, query: Float32Array, candidates: Uint32Array, k: number): Hits {
  const scored = Array.from(candidates, (row) => {
    let score = 0;
    for (let d = 0; d < D; d++) score += vectors[row * D + d]! * query[d]!;
    return { row, score: Math.fround(score) };
  });
  const best = scored.sort((a, b) => b.score - a.score || a.row - b.row).slice(0, k);
  return { rows: Uint32Array.from(best, ({ row }) => row), scores: Float32Array.from(best, ({ score }) => score) };
}
