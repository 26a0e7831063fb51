// An encoder of the BERT family as an embedder: tokens to hidden states to one vector a text. Texts are packed row after row;
// a batch runs in the smallest program that holds it, so that one short query does not cost a full batch.
import { embedding } from "../../shaders/embed/embed.ts";
import { meanPool, normalize } from "../../shaders/pool/pool.ts";
import type { TextRole } from "../contract/inference.ts";
import { Graph, type Resident, type Tensor } from "../engine/graph.ts";
import { encode, encoderSpecs, plainNames } from "../engine/model/encoder.ts";
import { encoderConfig, type EncoderConfig } from "../engine/model/encoder-config.ts";
import { loadSpecs, weightsIn, type Weights } from "../engine/model/weights.ts";
import { run } from "../engine/op.ts";
import type { Program } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import { readConfig, readHeaders, readTokenizer, type ModelFolder } from "../models/folder.ts";
import { readSentenceConfig, type SentenceConfig } from "../models/sentence.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { batchFrom, type BatchSlice, type Embedder } from "./embedder.ts";

const BUCKETS = [32, 128, 512] as const; // rows a batch
const ROWS = 512; // the largest: no text is longer
const TEXTS = 64; // texts a batch

/** A compiled batch of so many rows, and what it reads. */
interface Batch {
  readonly ids: Resident; // (T) u32
  readonly positions: Resident; // (T) u32
  readonly types: Resident; // (T) u32: all 0
  readonly ranges: Resident; // (T, 2) u32: of each row the rows of its text
  readonly texts: Resident; // (TEXTS, 2) u32: of each text its rows
  readonly firsts: Resident; // (TEXTS) u32: its first row
  readonly program: Program;
  readonly vectors: Tensor; // (TEXTS, C), kept by the program
}

export class EncoderEmbedder implements Embedder {
  readonly #batches = new Map<number, Promise<Batch>>(); // compiled when first needed

  private constructor(
    readonly id: string,
    readonly runtime: Runtime,
    readonly config: EncoderConfig,
    readonly sentence: SentenceConfig,
    readonly tokenizer: Tokenizer,
    readonly weights: Weights,
  ) {}

  /** Throws bad-file, model-unsupported, gpu-out-of-memory; nothing stays allocated then. */
  static async load(runtime: Runtime, folder: ModelFolder): Promise<EncoderEmbedder> {
    const config = encoderConfig(await readConfig(folder));
    const sentence = await readSentenceConfig(folder);
    const tokenizer = await readTokenizer(folder);
    const stored = plainNames(await readHeaders(folder));
    const precision = runtime.device.features.has("shader-f16") ? "half" : "full";
    const weights = await loadSpecs(runtime, encoderSpecs(config), stored, () => {}, precision);
    return new EncoderEmbedder(folder.id, runtime, config, sentence, tokenizer, weights);
  }

  get dimensions(): number {
    return this.config.C;
  }
  get gpuBytes(): number {
    return [...this.weights.values()].reduce((sum, { buffer }) => sum + buffer.size, 0);
  }

  /** The token ids of a text as the model reads it; what is longer than it takes is cut. */
  tokensOf(text: string, role: TextRole): number[] {
    const { prefixes, isLowered, maxTokens } = this.sentence;
    const whole = prefixes[role] + text;
    return this.tokenizer.encodeWithin(
      isLowered ? whole.toLowerCase() : whole,
      Math.min(maxTokens, this.config.P, ROWS),
    );
  }

  async embed(
    texts: readonly string[],
    role: TextRole = "document",
    slice: BatchSlice = (work) => work(),
  ): Promise<Float32Array> {
    const tokens = texts.map((text) => this.tokensOf(text, role));
    const out = new Float32Array(texts.length * this.dimensions);
    for (let first = 0; first < texts.length;) {
      const count = batchFrom(tokens, first, { rows: ROWS, texts: TEXTS });
      out.set(await slice(() => this.#run(tokens.slice(first, first + count))), first * this.dimensions);
      first += count;
    }
    return out;
  }

  async #run(tokens: readonly (readonly number[])[]): Promise<Float32Array> {
    const used = tokens.reduce((sum, { length }) => sum + length, 0);
    const T = BUCKETS.find((rows) => rows >= used)!;
    const batch = await this.#batch(T);
    const [positions, ranges] = [new Uint32Array(T), new Uint32Array(2 * T)]; // rows of no text see nothing
    const [texts, firsts] = [new Uint32Array(2 * TEXTS), new Uint32Array(TEXTS)];
    let end = 0;
    for (const [i, { length }] of tokens.entries()) {
      const first = end;
      end += length;
      texts.set([first, end], 2 * i);
      firsts[i] = first;
      for (let t = first; t < end; t++) {
        positions[t] = this.config.firstPosition + t - first;
        ranges.set([first, end], 2 * t);
      }
    }
    const ids = new Uint32Array(T);
    ids.set(tokens.flat());
    for (const [name, values] of Object.entries({ ids, positions, ranges, texts, firsts }))
      this.runtime.write(batch[name as "ids" | "positions" | "ranges" | "texts" | "firsts"], values);
    batch.program.replay();
    return (await batch.program.readF32(batch.vectors)).subarray(0, tokens.length * this.dimensions);
  }

  #batch(T: number): Promise<Batch> {
    const known = this.#batches.get(T);
    if (known) return known;
    const compiling = this.#compile(T);
    this.#batches.set(T, compiling);
    compiling.catch(() => this.#batches.delete(T)); // the next call tries again
    return compiling;
  }

  async #compile(T: number): Promise<Batch> {
    const { runtime } = this;
    const residents = {
      ids: await runtime.allocate("ids", [T], "u32"),
      positions: await runtime.allocate("positions", [T], "u32"),
      types: await runtime.allocate("types", [T], "u32"),
      ranges: await runtime.allocate("ranges", [T, 2], "u32"),
      texts: await runtime.allocate("texts", [TEXTS, 2], "u32"),
      firsts: await runtime.allocate("first rows", [TEXTS], "u32"),
    };
    const graph = new Graph(runtime.tuning);
    const on = (name: keyof typeof residents) => graph.resident(residents[name]);
    const rows = { ids: on("ids"), positions: on("positions"), types: on("types"), ranges: on("ranges") };
    const hidden = encode({ apply: run, config: this.config, weight: weightsIn(graph, this.weights) }, rows);
    const pooled =
      this.sentence.pooling === "mean"
        ? run(meanPool, { x: hidden, ranges: on("texts") })
        : run(embedding, { table: hidden, ids: on("firsts") });
    const vectors = run(normalize, { x: pooled }, { eps: 1e-12 });
    const program = await runtime.compile(`encode ${T}`, graph, [vectors]);
    return { ...residents, program, vectors };
  }

  /** Frees the weights, and every batch when it is compiled. */
  dispose(): void {
    for (const compiling of this.#batches.values())
      void compiling.then(({ program, vectors: _, ...residents }) => {
        program.dispose();
        this.runtime.free(...Object.values(residents));
      });
    this.#batches.clear();
    this.runtime.free(...this.weights.values());
  }
}
