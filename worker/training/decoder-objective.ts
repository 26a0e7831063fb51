// Next-token prediction of a decoder over packed rows. Sequences share a row axis and see only themselves; rows that do not
// count are left out before the head, so that logits are computed only where there is something to learn.
import { attention } from "../../shaders/attention/attention.ts";
import { dropout } from "../../shaders/dropout/dropout.ts";
import { embedding } from "../../shaders/embed/embed.ts";
import { linearCrossEntropy } from "../../shaders/loss/loss.ts";
import { rope, ropeTable } from "../../shaders/rope/rope.ts";
import type { Graph, Resident, Tensor } from "../engine/graph.ts";
import { adapterNames, adapterSpecs, type AdapterConfig } from "../engine/model/adapter.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import { decode, finalNorm, headsOf, type Adapter, type Attend, type DecoderParts } from "../engine/model/decoder.ts";
import { weightsIn, weightSpecs, type Weights } from "../engine/model/weights.ts";
import type { Recording } from "../engine/op.ts";
import type { Runtime } from "../engine/runtime.ts";
import type { ParameterSpec } from "./flat.ts";
import type { PackedBatch } from "./packing.ts";
import type { Objective } from "./trainer.ts";

const CHUNK = 128; // rows whose logits exist at a time

export interface DecoderOptions {
  readonly base?: Weights; // frozen: only the adapter learns
  readonly adapter?: AdapterConfig & { readonly dropout: number }; // share of the adapters' inputs that a step leaves out
  readonly isCheckpointed?: boolean; // blocks are recorded twice instead of kept
  readonly chunk?: number; // rows of logits in memory at a time
}

export class DecoderObjective implements Objective<PackedBatch> {
  readonly specs: readonly ParameterSpec[];
  readonly #residents = new Map<keyof PackedBatch, Resident>();
  #table!: Resident;
  #seed!: Resident; // (1) of dropout

  /** T rows a micro-batch, R of them (at most) with a target. */
  constructor(
    readonly config: DecoderConfig,
    readonly T: number,
    readonly R: number = T,
    readonly options: DecoderOptions = {},
  ) {
    const { base, adapter } = options;
    this.specs = [...(base ? [] : weightSpecs(config)), ...(adapter ? adapterParameters(config, adapter) : [])];
  }

  get lossCount(): number {
    return this.R;
  }

  async allocate(runtime: Runtime): Promise<void> {
    const { T, R } = this;
    const shapes: Record<keyof PackedBatch, readonly number[]> = {
      ids: [T],
      order: [T],
      positions: [T],
      ranges: [T, 2],
      queries: [T, 2],
      rows: [R],
      rowOrder: [R],
      targets: [R],
      weights: [R], // prettier-ignore
    };
    for (const [name, shape] of Object.entries(shapes) as [keyof PackedBatch, readonly number[]][])
      this.#residents.set(name, await runtime.allocate(name, shape, name === "weights" ? "f32" : "u32"));
    this.#seed = await runtime.allocate("dropout seed", [1], "u32");
    this.#table = await runtime.allocate("rope table", [T, this.config.D]);
    runtime.write(
      this.#table,
      ropeTable(T, this.config.D, this.config.ropeTheta, this.config.ropeScaling ?? undefined),
    );
  }

  write(runtime: Runtime, batch: PackedBatch, draw: number): void {
    for (const [name, resident] of this.#residents) runtime.write(resident, batch[name]);
    runtime.write(this.#seed, Uint32Array.of(draw));
  }

  record(graph: Graph, recording: Recording, weight: (name: string) => Tensor): Tensor {
    const { config, options } = this;
    const { apply } = recording;
    const on = (name: keyof PackedBatch) => graph.resident(this.#residents.get(name)!);
    const attend: Attend = (layer, qkv, apply) => {
      const heads = headsOf(config, layer);
      const turned = apply(rope, { qkv, positions: on("positions"), table: graph.resident(this.#table) }, heads);
      return apply(attention, { qkv: turned, ranges: on("ranges"), queries: on("queries") }, heads);
    };
    const parts: DecoderParts = {
      ...this.#parts(graph, recording, weight),
      config,
      apply,
      ...(options.isCheckpointed && { segment: recording.segment }),
    };
    const hidden = decode(parts, attend, on("ids"), on("order"));
    const counted = apply(embedding, { table: hidden, ids: on("rows"), order: on("rowOrder") });
    return apply(
      linearCrossEntropy,
      { x: finalNorm(parts, counted), W: parts.weight("head"), targets: on("targets"), weights: on("weights") },
      { chunk: options.chunk ?? CHUNK, isFrozen: Number(recording.isTraining && options.base !== undefined) },
    );
  }

  /** Where weights and adapters come from. */
  #parts(
    graph: Graph,
    { isTraining }: Recording,
    weight: (name: string) => Tensor,
  ): Pick<DecoderParts, "weight" | "adapter"> {
    const { base, adapter } = this.options;
    const of = base
      ? weightsIn(graph, base)
      : (name: string) => weight(name === "head" && this.config.isTied ? "embed" : name);
    if (!adapter) return { weight: of };
    const specs = new Map(adapterSpecs(this.config, adapter).map((spec, i) => [spec.matrix, { ...spec, stream: i }]));
    const beside = (name: string): Adapter | undefined => {
      const spec = specs.get(name);
      if (!spec) return undefined;
      const { A, B } = adapterNames(name);
      const own = { A: weight(A), B: weight(B), attrs: spec.attrs };
      if (!isTraining || adapter.dropout === 0) return own;
      const attrs = { rate: adapter.dropout, stream: spec.stream };
      return { ...own, read: (apply, x) => apply(dropout, { x, seed: graph.resident(this.#seed) }, attrs) };
    };
    return { weight: of, adapter: beside };
  }

  dispose(runtime: Runtime): void {
    runtime.free(...this.#residents.values(), this.#table, this.#seed);
  }
}

function adapterParameters(config: DecoderConfig, adapter: AdapterConfig): ParameterSpec[] {
  return adapterSpecs(config, adapter).flatMap(({ matrix, A, B }) => {
    const names = adapterNames(matrix);
    return [
      { name: names.A, shape: A, isMatrix: true },
      { name: names.B, shape: B, isMatrix: true },
    ];
  });
}
