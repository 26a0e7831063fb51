// Contrastive training of a static embedder: each anchor must be nearer to its own positive than to everyone else's
// (in-batch negatives). A text is the mean of its tokens' vectors, of unit length.
import { embedding } from "../../shaders/embed/embed.ts";
import { scale } from "../../shaders/elementwise/elementwise.ts";
import { crossEntropy } from "../../shaders/loss/loss.ts";
import { linear } from "../../shaders/matmul/matmul.ts";
import { meanPool, normalize } from "../../shaders/pool/pool.ts";
import type { Graph, Resident, Tensor } from "../engine/graph.ts";
import type { Recording } from "../engine/op.ts";
import type { Runtime } from "../engine/runtime.ts";
import { STATIC_TENSOR } from "../models/static.ts";
import type { ParameterSpec } from "./flat.ts";
import { sortedBy } from "./packing.ts";
import { Random } from "./random.ts";
import type { Objective } from "./trainer.ts";

/** Two texts that belong together, as token ids. */
export interface Pair {
  readonly anchor: readonly number[];
  readonly positive: readonly number[];
}
/** B anchors, then their B positives, packed in T rows. */
export interface PairBatch {
  readonly ids: Uint32Array<ArrayBuffer>; // (T)
  readonly order: Uint32Array<ArrayBuffer>; // (T)
  readonly ranges: Uint32Array<ArrayBuffer>; // (2B, 2)
}

export class StaticObjective implements Objective<PairBatch> {
  readonly specs: readonly ParameterSpec[];
  readonly #residents = new Map<string, Resident>();

  /** V × C vectors; B pairs in at most T rows; similarities are divided by `temperature`. */
  constructor(
    readonly V: number,
    readonly C: number,
    readonly B: number,
    readonly T: number,
    readonly temperature: number,
  ) {
    this.specs = [{ name: STATIC_TENSOR, shape: [V, C], isMatrix: true }];
  }

  get lossCount(): number {
    return this.B;
  }

  async allocate(runtime: Runtime): Promise<void> {
    const { B, T } = this;
    const shapes = { ids: [T], order: [T], ranges: [2 * B, 2], anchors: [B], positives: [B], own: [B] };
    for (const [name, shape] of Object.entries(shapes))
      this.#residents.set(name, await runtime.allocate(name, shape, "u32"));
    this.#residents.set("weights", await runtime.allocate("weights", [B]));
    const counting = Uint32Array.from({ length: B }, (_, i) => i);
    runtime.write(this.#residents.get("anchors")!, counting);
    runtime.write(this.#residents.get("own")!, counting);
    runtime.write(this.#residents.get("positives")!, counting.map((i) => i + B)); // prettier-ignore
    runtime.write(this.#residents.get("weights")!, new Float32Array(B).fill(1 / B));
  }

  write(runtime: Runtime, batch: PairBatch): void {
    for (const name of ["ids", "order", "ranges"] as const) runtime.write(this.#residents.get(name)!, batch[name]);
  }

  record(graph: Graph, { apply }: Recording, weight: (name: string) => Tensor): Tensor {
    const on = (name: string) => graph.resident(this.#residents.get(name)!);
    const tokens = apply(embedding, { table: weight(STATIC_TENSOR), ids: on("ids"), order: on("order") });
    const texts = apply(normalize, { x: apply(meanPool, { x: tokens, ranges: on("ranges") }) }, { eps: 1e-12 });
    const half = (ids: Tensor) => apply(embedding, { table: texts, ids, order: on("own") }); // ids rise, so rows by id are 0, 1, …
    const similarity = apply(linear, { x: half(on("anchors")), W: half(on("positives")) });
    const logits = apply(scale, { a: similarity }, { factor: 1 / this.temperature });
    return apply(crossEntropy, { logits, targets: on("own"), weights: on("weights") });
  }

  dispose(runtime: Runtime): void {
    runtime.free(...this.#residents.values());
  }
}

/** B pairs for step `step`, chosen by seed and step alone. Texts are cut so that all fit T rows. */
export function pairBatch(pairs: readonly Pair[], step: number, B: number, T: number, seed: number): PairBatch {
  const random = new Random(seed, step);
  const chosen = Array.from({ length: B }, () => pairs[random.below(pairs.length)]);
  const longest = Math.floor(T / (2 * B));
  const texts = [...chosen.map((p) => p.anchor), ...chosen.map((p) => p.positive)].map((ids) => ids.slice(0, longest));
  const batch = { ids: new Uint32Array(T), order: new Uint32Array(T), ranges: new Uint32Array(4 * B) };
  let end = 0;
  texts.forEach((ids, i) => {
    batch.ids.set(ids, end);
    batch.ranges.set([end, (end += ids.length)], i * 2);
  });
  batch.order.set(sortedBy(batch.ids));
  return batch;
}
