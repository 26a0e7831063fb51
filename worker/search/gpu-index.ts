// Vectors on the GPU under a name, and the exact top k of inner products with a query.
import { NO_ROW, topK } from "../../shaders/topk/topk.ts";
import { fail } from "../contract/errors.ts";
import { Graph, type Resident, type Tensor } from "../engine/graph.ts";
import type { Program } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";

export interface Hits {
  readonly rows: Uint32Array; // by falling score
  readonly scores: Float32Array;
}

/** The k that programs are compiled for; a request takes the next larger one. 128 is the kernel's most. */
const PROGRAM_SIZES = [16, 128] as const;

export class GpuIndex {
  readonly #programs = new Map<number, { program: Program; rows: Tensor; scores: Tensor }>();

  private constructor(
    readonly runtime: Runtime,
    readonly count: number, // N
    readonly vectors: Resident, // (N, D)
    readonly query: Resident, // (D)
    readonly mask: Resident, // ceil(N / 32) words, one bit a row
  ) {}

  /** `vectors` (N, D) row-major. Throws invalid-argument when the length is not a multiple of `dimensions`. */
  static async create(runtime: Runtime, vectors: Float32Array<ArrayBuffer>, dimensions: number): Promise<GpuIndex> {
    const count = vectors.length / dimensions;
    if (!Number.isInteger(count))
      fail({
        code: "invalid-argument",
        name: "vectors",
        reason: `${vectors.length} numbers are no rows of ${dimensions}`,
      });
    const resident = await runtime.allocate("vectors", [Math.max(count, 1), dimensions]);
    if (count > 0) runtime.write(resident, vectors);
    const query = await runtime.allocate("query", [dimensions]);
    const mask = await runtime.allocate("mask", [Math.max(1, Math.ceil(count / 32))], "u32");
    return new GpuIndex(runtime, count, resident, query, mask);
  }

  /** The k (at most 128) best rows whose bit is set in `mask` (absent: all). */
  async topK(query: Float32Array<ArrayBuffer>, k: number, mask?: Uint32Array<ArrayBuffer>): Promise<Hits> {
    if (this.count === 0 || k < 1) return { rows: new Uint32Array(), scores: new Float32Array() };
    const asked = PROGRAM_SIZES.find((size) => size >= k) ?? PROGRAM_SIZES.at(-1)!;
    this.runtime.write(this.query, query);
    this.runtime.write(this.mask, mask ?? new Uint32Array(this.mask.shape[0]).fill(0xffffffff));
    const { program, rows, scores } = this.#programs.get(asked) ?? (await this.#compile(asked));
    program.replay();
    const [foundScores, foundRows] = await Promise.all([program.readF32(scores), program.readU32(rows)]);
    const found = foundRows.findIndex((row) => row === NO_ROW);
    const end = Math.min(k, found < 0 ? asked : found);
    return { rows: foundRows.slice(0, end), scores: foundScores.slice(0, end) };
  }

  async #compile(k: number): Promise<{ program: Program; rows: Tensor; scores: Tensor }> {
    const graph = new Graph();
    const { rows, scores } = topK(
      { vectors: graph.resident(this.vectors), query: graph.resident(this.query), mask: graph.resident(this.mask) },
      { k },
    );
    const compiled = { program: await this.runtime.compile(`top ${k}`, graph, [rows, scores]), rows, scores };
    this.#programs.set(k, compiled);
    return compiled;
  }

  dispose(): void {
    for (const { program } of this.#programs.values()) program.dispose();
    this.runtime.free(this.vectors, this.query, this.mask);
  }
}
