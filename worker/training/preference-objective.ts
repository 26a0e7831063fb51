// Direct preference optimisation: a decoder's adapter learns to prefer chosen answers to rejected ones more than the base does,
// and no further than β allows. The base's own preference comes with the batch. Source: arXiv:2305.18290.
import { pairMargin, pairMeasures, preferenceLoss } from "../../shaders/preference/preference.ts";
import type { Graph, Resident, Tensor } from "../engine/graph.ts";
import type { Recording } from "../engine/op.ts";
import type { Runtime } from "../engine/runtime.ts";
import type { DecoderObjective } from "./decoder-objective.ts";
import type { ParameterSpec } from "./flat.ts";
import type { PreferenceBatch } from "./preference-pairs.ts";
import type { Objective } from "./trainer.ts";

const TIE = 1e-4; // a margin that the rounding of a few hundred log-probabilities may make

export class PreferenceObjective implements Objective<PreferenceBatch> {
  readonly measureCount = 2; // the mean margin, the share of pairs whose chosen answer wins
  readonly #residents = new Map<"pairRanges" | "references" | "pairWeights", Resident>();

  /** At most P pairs a micro-batch, within the rows of `decoder`; `beta` as in pairMargin. */
  constructor(
    readonly decoder: DecoderObjective,
    readonly P: number,
    readonly beta: number,
  ) {}

  get specs(): readonly ParameterSpec[] {
    return this.decoder.specs;
  }
  get lossCount(): number {
    return this.P;
  }

  async allocate(runtime: Runtime): Promise<void> {
    await this.decoder.allocate(runtime);
    const { P } = this;
    this.#residents.set("pairRanges", await runtime.allocate("pair ranges", [P, 4], "u32"));
    this.#residents.set("references", await runtime.allocate("references", [P]));
    this.#residents.set("pairWeights", await runtime.allocate("pair weights", [P]));
  }

  write(runtime: Runtime, batch: PreferenceBatch, draw: number): void {
    this.decoder.write(runtime, batch, draw);
    for (const [name, resident] of this.#residents) runtime.write(resident, batch[name]);
  }

  record(graph: Graph, recording: Recording, weight: (name: string) => Tensor, sums?: Tensor): Tensor {
    const { apply } = recording;
    const on = (name: "pairRanges" | "references" | "pairWeights") => graph.resident(this.#residents.get(name)!);
    const losses = this.decoder.record(graph, recording, weight);
    const weights = on("pairWeights");
    const pairs = { losses, ranges: on("pairRanges"), reference: on("references") };
    const margins = apply(pairMargin, pairs, { beta: this.beta });
    if (sums) pairMeasures({ margins, weights, sums }, { tie: TIE });
    return apply(preferenceLoss, { margins, weights });
  }

  dispose(runtime: Runtime): void {
    this.decoder.dispose(runtime);
    runtime.free(...this.#residents.values());
  }
}
