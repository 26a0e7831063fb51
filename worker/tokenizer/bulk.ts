// The words of a whole collection learnt at once, on the GPU where that is faster on this device: then `encode` only looks them up.
import { bpeMerge, type BpeTensors } from "../../shaders/bpe/bpe.ts";
import { Graph, type Resident } from "../engine/graph.ts";
import type { Program } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import type { FastBpe } from "./fast-bpe.ts";
import type { Tokenizer } from "./tokenizer.ts";

const WORDS = 16_384; // a batch, and the fewest that the GPU is tried for
const SYMBOLS = 16 * WORDS;
const MOST_BATCHES = 4; // learnt in advance: no more words are known at a time than a tokenizer keeps

/** Words and their symbols, one after the other. */
interface Batch {
  readonly words: readonly string[];
  readonly symbols: Uint32Array<ArrayBuffer>; // (SYMBOLS)
  readonly ends: Uint32Array<ArrayBuffer>; // (WORDS): of each word; behind the last one the same
}

export class BulkMerges {
  /** Whether the GPU was faster, once both have done a batch; null: not tried yet. */
  isGpuFaster: boolean | null = null;

  constructor(readonly runtime: Runtime) {}

  /**
   * Learns the words of `texts` in advance, where there are enough of them. The first batch is merged by both, in turn, and timed. What
   * `encode` gives does not change. Throws gpu-out-of-memory.
   */
  async prepare({ fast }: Tokenizer, texts: readonly string[]): Promise<void> {
    if (!fast || this.isGpuFaster === false) return; // `encode` merges on the CPU by itself
    if (texts.reduce((sum, text) => sum + text.length, 0) < 2 * WORDS) return;
    const words = fast.unknownWords(texts, MOST_BATCHES * WORDS);
    if (words.length < WORDS) return;
    const gpu = await GpuMerges.open(this.runtime, fast);
    try {
      for (let from = 0; from < words.length && this.isGpuFaster !== false;) {
        const batch = batchOf(fast, words, from);
        if (this.isGpuFaster === null) await gpu.merge(batch); // warms up
        const startedAt = performance.now();
        const merged = await gpu.merge(batch);
        const gpuMs = performance.now() - startedAt;
        this.isGpuFaster ??= gpuMs < cpuMs(fast, batch);
        batch.words.forEach((word, w) => {
          const start = w === 0 ? 0 : batch.ends[w - 1]!;
          fast.learn(word, merged.symbols.subarray(start, start + merged.counts[w]!));
        });
        from += batch.words.length;
      }
    } finally {
      gpu.dispose();
    }
  }
}

/** As many words from `from` on as a batch holds. */
function batchOf(fast: FastBpe, all: readonly string[], from: number): Batch {
  const [symbols, ends] = [new Uint32Array(SYMBOLS), new Uint32Array(WORDS)];
  const words: string[] = [];
  let end = 0;
  for (let i = from; i < all.length && words.length < WORDS && end + 3 * all[i]!.length <= SYMBOLS; i++) {
    end = fast.symbolsOf(all[i]!, symbols, end);
    ends[words.length] = end;
    words.push(all[i]!);
  }
  return { words, symbols, ends: ends.fill(end, words.length) };
}

/** How long the CPU takes for a batch. */
function cpuMs({ merger }: FastBpe, { symbols, ends }: Batch): number {
  const word = new Uint32Array(SYMBOLS);
  const startedAt = performance.now();
  for (let w = 0, start = 0; w < ends.length; start = ends[w++]!) {
    word.set(symbols.subarray(start, ends[w]));
    merger.merge(word, ends[w]! - start);
  }
  return performance.now() - startedAt;
}

/** The kernel with a tokenizer's table beside it. */
class GpuMerges {
  private constructor(
    readonly runtime: Runtime,
    readonly residents: Readonly<Record<keyof BpeTensors, Resident>>,
    readonly program: Program,
  ) {}

  static async open(runtime: Runtime, { table: { slots } }: FastBpe): Promise<GpuMerges> {
    const shapes = {
      table: [slots.length / 4, 4],
      ends: [WORDS],
      symbols: [SYMBOLS],
      places: [SYMBOLS],
      counts: [WORDS],
    };
    const residents: Record<string, Resident> = {};
    try {
      for (const [name, shape] of Object.entries(shapes)) residents[name] = await runtime.allocate(`bpe ${name}`, shape, "u32"); // prettier-ignore
      const graph = new Graph(runtime.tuning);
      const tensors = Object.fromEntries(Object.entries(residents).map(([name, one]) => [name, graph.resident(one)]));
      bpeMerge(tensors as unknown as BpeTensors);
      const program = await runtime.compile("bpe", graph);
      runtime.write(residents.table!, slots);
      return new GpuMerges(runtime, residents as GpuMerges["residents"], program);
    } catch (error) {
      runtime.free(...Object.values(residents));
      throw error;
    }
  }

  /** What a batch becomes: the first `counts[w]` symbols of word w are its tokens. */
  async merge({ symbols, ends }: Batch): Promise<{ symbols: Uint32Array; counts: Uint32Array }> {
    this.runtime.write(this.residents.symbols, symbols);
    this.runtime.write(this.residents.ends, ends);
    this.program.replay();
    const [merged, counts] = await Promise.all([
      this.runtime.read(this.residents.symbols),
      this.runtime.read(this.residents.counts),
    ]);
    return { symbols: new Uint32Array(merged), counts: new Uint32Array(counts) };
  }

  dispose(): void {
    this.program.dispose();
    this.runtime.free(...Object.values(this.residents));
  }
}
