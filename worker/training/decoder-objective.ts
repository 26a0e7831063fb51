// Next-token prediction of a decoder over packed rows. Sequences share a row axis and see only themselves; rows that do not
// count are left out before the head, so that logits are computed only where there is something to learn.
import { attention } from "../../shaders/attention/attention.ts";
import { embedding } from "../../shaders/embed/embed.ts";
import { linearCrossEntropy } from "../../shaders/loss/loss.ts";
import { rope, ropeTable } from "../../shaders/rope/rope.ts";
import type { Graph, Resident, Tensor } from "../engine/graph.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import { decode, finalNorm, type Attend } from "../engine/model/decoder.ts";
import { weightSpecs } from "../engine/model/weights.ts";
import type { Apply } from "../engine/op.ts";
import type { Runtime } from "../engine/runtime.ts";
import type { ParameterSpec } from "./flat.ts";
import type { PackedBatch } from "./packing.ts";
import type { Objective } from "./trainer.ts";

const CHUNK = 128; // rows whose logits exist at a time

export class DecoderObjective implements Objective<PackedBatch> {
  readonly specs: readonly ParameterSpec[];
  readonly #residents = new Map<keyof PackedBatch, Resident>();
  #table!: Resident;

  /** T rows a micro-batch, R of them (at most) with a target. */
  constructor(
    readonly config: DecoderConfig,
    readonly T: number,
    readonly R: number = T,
  ) {
    this.specs = weightSpecs(config);
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
    this.#table = await runtime.allocate("rope table", [T, this.config.D]);
    runtime.write(
      this.#table,
      ropeTable(T, this.config.D, this.config.ropeTheta, this.config.ropeScaling ?? undefined),
    );
  }

  write(runtime: Runtime, batch: PackedBatch): void {
    for (const [name, resident] of this.#residents) runtime.write(resident, batch[name]);
  }

  record(graph: Graph, apply: Apply, weight: (name: string) => Tensor): Tensor {
    const { config } = this;
    const { H, K, D } = config;
    const on = (name: keyof PackedBatch) => graph.resident(this.#residents.get(name)!);
    const attend: Attend = (_, qkv) => {
      const turned = apply(rope, { qkv, positions: on("positions"), table: graph.resident(this.#table) }, { H, K, D });
      return apply(attention, { qkv: turned, ranges: on("ranges"), queries: on("queries") }, { H, K, D });
    };
    const head = (name: string) => weight(name === "head" && config.isTied ? "embed" : name);
    const hidden = decode({ apply, config, weight: head }, attend, on("ids"), on("order"));
    const counted = apply(embedding, { table: hidden, ids: on("rows"), order: on("rowOrder") });
    const x = finalNorm({ apply, config, weight: head }, counted);
    return apply(
      linearCrossEntropy,
      { x, W: head("head"), targets: on("targets"), weights: on("weights") },
      { chunk: CHUNK },
    );
  }

  dispose(runtime: Runtime): void {
    runtime.free(...this.#residents.values(), this.#table);
  }
}
