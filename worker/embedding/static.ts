// A static embedder: a text's vector is the mean of its tokens' vectors, of unit length. No layers, so it is instant.
// The length of a token's vector says how much it matters; training finds that out.
import { embedding } from "../../shaders/embed/embed.ts";
import { meanPool, normalize } from "../../shaders/pool/pool.ts";
import type { TextRole } from "../contract/inference.ts";
import { readTensor } from "../engine/format/tensor.ts";
import { Graph, type Resident, type Tensor } from "../engine/graph.ts";
import { run } from "../engine/op.ts";
import type { Program } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import { readTokenizer, type ModelFolder } from "../models/folder.ts";
import { staticTable } from "../models/static.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { batchFrom, type BatchSlice, type Embedder } from "./embedder.ts";

const ROWS = 2048; // tokens a batch
const TEXTS = 64; // texts a batch
const MAX_TOKENS = 512; // of one text; the rest is not read

export class StaticEmbedder implements Embedder {
  private constructor(
    readonly id: string,
    readonly runtime: Runtime,
    readonly tokenizer: Tokenizer,
    readonly table: Resident, // (V, C)
    readonly ids: Resident, // (ROWS) u32
    readonly ranges: Resident, // (TEXTS, 2) u32
    readonly program: Program,
    readonly vectors: Tensor, // (TEXTS, C), kept by the program
  ) {}

  /** Throws bad-file when the folder is not what its configuration says. */
  static async load(runtime: Runtime, folder: ModelFolder): Promise<StaticEmbedder> {
    const tokenizer = await readTokenizer(folder);
    const stored = await staticTable(folder);
    const table = await runtime.allocate("static embedding", stored.shape, "f32", "weights");
    runtime.write(table, await readTensor(stored));
    const ids = await runtime.allocate("ids", [ROWS], "u32");
    const ranges = await runtime.allocate("ranges", [TEXTS, 2], "u32");
    const graph = new Graph();
    const tokens = run(embedding, { table: graph.resident(table), ids: graph.resident(ids) });
    const vectors = run(normalize, { x: run(meanPool, { x: tokens, ranges: graph.resident(ranges) }) }, { eps: 1e-12 });
    const program = await runtime.compile("embed", graph, [vectors]);
    return new StaticEmbedder(folder.id, runtime, tokenizer, table, ids, ranges, program, vectors);
  }

  get dimensions(): number {
    return this.table.shape[1];
  }
  get gpuBytes(): number {
    return this.table.buffer.size + this.program.plan.bytes.activations;
  }

  /** (texts, dimensions) row-major, unit vectors; zeros for a text without known tokens. The role of a text makes no difference. */
  async embed(texts: readonly string[], _role?: TextRole, slice: BatchSlice = (work) => work()): Promise<Float32Array> {
    const tokens = texts.map((text) => this.tokenizer.encode(text, { isRaw: true }).slice(0, MAX_TOKENS));
    const out = new Float32Array(texts.length * this.dimensions);
    for (let first = 0; first < texts.length;) {
      const count = batchFrom(tokens, first, { rows: ROWS, texts: TEXTS });
      out.set(await slice(() => this.#batch(tokens.slice(first, first + count))), first * this.dimensions);
      first += count;
    }
    return out;
  }

  async #batch(tokens: readonly number[][]): Promise<Float32Array> {
    const ranges = new Uint32Array(TEXTS * 2);
    let end = 0;
    tokens.forEach((ids, i) => ranges.set([end, (end += ids.length)], i * 2));
    this.runtime.write(this.ids, Uint32Array.from(tokens.flat()));
    this.runtime.write(this.ranges, ranges);
    this.program.replay();
    return (await this.program.readF32(this.vectors)).subarray(0, tokens.length * this.dimensions);
  }

  dispose(): void {
    this.program.dispose();
    this.runtime.free(this.table, this.ids, this.ranges);
  }
}
