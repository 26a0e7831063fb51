// The training loop's engine: an objective records its losses, the tape their gradients, one AdamW dispatch the update. Two
// programs, compiled once: `accumulate` (forward and backward of a micro-batch) and `update`. What changes from step to step
// lies in residents, so a step replays and creates nothing; sums have a fixed order, so a run is reproducible on a device.
import { CONTROL } from "../../shaders/optimizer/optimizer.ts";
import { fail } from "../contract/errors.ts";
import { sizeOf, type Graph, type Lifetime, type Resident, type Tensor } from "../engine/graph.ts";
import type { Recording } from "../engine/op.ts";
import type { Program, Slice } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import { recordAccumulate, recordForward, recordUpdate } from "./recordings.ts";
import { allocateFlat, type FlatParameters, type ParameterSpec } from "./flat.ts";

/** Something to learn: its parameters, and how a batch becomes losses. */
export interface Objective<Batch> {
  readonly specs: readonly ParameterSpec[];
  readonly lossCount: number; // R
  /** Allocates what a batch is written to. */
  allocate(runtime: Runtime): Promise<void>;
  /** `draw` counts micro-batches: what chance (dropout) depends on. */
  write(runtime: Runtime, batch: Batch, draw: number): void;
  /** Losses (R), weighted so that their sum over all micro-batches of a step is the step's loss. */
  record(graph: Graph, recording: Recording, weight: (name: string) => Tensor): Tensor;
  dispose(runtime: Runtime): void;
}

export interface OptimizerSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number; // of matrices, per unit of learning rate
  readonly maxGradNorm: number; // 0 = no clipping
}
export const defaultOptimizer: OptimizerSettings = {
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weightDecay: 0.1,
  maxGradNorm: 1,
};

const SLICE_MS = 40; // a chat's token waits no longer for its turn
const MAX_ACCUMULATION = 4096; // micro-batches a step: keeps the draws of different steps apart

export interface StepReport {
  readonly loss: number; // of the step, before its update (nats a token, where weights are a mean)
  readonly gradNorm: number; // before clipping
}

/** Everything that a run is, besides its configuration: enough to go on as if it had not stopped. */
export interface TrainerState {
  readonly step: number; // updates done
  readonly p: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

export class Trainer<Batch> {
  #step = 0;
  #pace = 4; // steps of a program a slice

  private constructor(
    readonly runtime: Runtime,
    readonly objective: Objective<Batch>,
    readonly parameters: FlatParameters,
    readonly inputs: { readonly control: Resident; readonly ones: Resident }, // (8), see CONTROL; (R)
    readonly losses: { readonly sum: Resident; readonly last: Resident }, // (1, 1) each
    readonly programs: { readonly accumulate: Program; readonly forward: Program; readonly update: Program },
  ) {}

  /** `initial` gives each parameter's first values. Throws gpu-out-of-memory before any step. */
  static async create<Batch>(
    runtime: Runtime,
    objective: Objective<Batch>,
    initial: (spec: ParameterSpec) => Float32Array<ArrayBuffer>,
    settings: OptimizerSettings = defaultOptimizer,
  ): Promise<Trainer<Batch>> {
    const parameters = await allocateFlat(runtime, objective.specs);
    for (const [name, resident] of parameters.weights)
      runtime.write(resident, initial(objective.specs.find((s) => s.name === name)!));
    await objective.allocate(runtime);
    const control = await runtime.allocate("control", [8], "f32", "optimizer");
    const losses = {
      sum: await runtime.allocate("loss sum", [1, 1]),
      last: await runtime.allocate("last loss", [1, 1]),
    };
    const ones = await runtime.allocate("ones", [objective.lossCount]); // sums the losses, and is the gradient of their sum
    runtime.write(ones, new Float32Array(objective.lossCount).fill(1));
    const accumulate = await runtime.compile("accumulate", recordAccumulate(objective, parameters, losses.sum, ones));
    const forward = await runtime.compile("evaluate", recordForward(objective, parameters, losses.sum, ones));
    const update = await runtime.compile("update", recordUpdate(parameters, control, losses, settings));
    return new Trainer(runtime, objective, parameters, { control, ones }, losses, { accumulate, forward, update });
  }

  /** Updates done so far. */
  get step(): number {
    return this.#step;
  }

  /** Peak GPU bytes by what they live as long as; known before the first step. */
  get plannedBytes(): Readonly<Record<Lifetime, number>> {
    const activations = Object.values(this.programs).reduce((sum, { plan }) => sum + plan.bytes.activations, 0);
    return { ...this.programs.accumulate.plan.bytes, activations, optimizer: this.#moments };
  }

  /** The peak without a frozen base: what training adds. */
  get ownBytes(): number {
    const { activations, gradients, session } = this.plannedBytes;
    return activations + gradients + session + this.#moments + sizeOf(this.parameters.p.shape) * 4;
  }

  /** Activations of forward and backward alone. */
  get stepBytes(): number {
    return this.programs.accumulate.plan.bytes.activations;
  }

  get #moments(): number {
    return 2 * sizeOf(this.parameters.p.shape) * 4;
  }

  /** Numbers that learn, without padding. */
  get parameterCount(): number {
    return this.objective.specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  }

  /**
   * One update from all of a step's micro-batches. On a GPU of its own it submits and returns, and `report` waits; in turns
   * with others it ends when the GPU has done its part.
   */
  async run(batches: readonly Batch[], learningRate: number, slice?: Slice): Promise<void> {
    for (const [i, batch] of batches.entries()) {
      this.objective.write(this.runtime, batch, this.#step * MAX_ACCUMULATION + i);
      await this.#replay(this.programs.accumulate, slice);
    }
    const control = new Float32Array(8);
    control[CONTROL.learningRate] = learningRate;
    control[CONTROL.step] = ++this.#step;
    control[CONTROL.scale] = 1;
    this.runtime.write(this.inputs.control, control);
    this.programs.update.replay();
  }

  /** The loss and gradient norm of the step run last. Throws training-diverged when either is no number. */
  async report(): Promise<StepReport> {
    const [[loss], control] = await Promise.all([
      this.runtime.readF32(this.losses.last),
      this.runtime.readF32(this.inputs.control),
    ]);
    const norm = control[CONTROL.norm];
    if (!Number.isFinite(loss) || !Number.isFinite(norm))
      fail({ code: "training-diverged", step: this.#step, reason: `loss ${loss}, gradient norm ${norm}` });
    return { loss, gradNorm: norm };
  }

  /** The loss of these batches without learning from them. Not between the micro-batches of a step. */
  async evaluate(batches: readonly Batch[], slice?: Slice): Promise<number> {
    for (const batch of batches) {
      this.objective.write(this.runtime, batch, 0);
      await this.#replay(this.programs.forward, slice);
    }
    const [loss] = await this.runtime.readF32(this.losses.sum);
    this.runtime.write(this.losses.sum, new Float32Array(1));
    return loss;
  }

  /** The gradients of these batches, by parameter; nothing is learned. Not between the micro-batches of a step. */
  async gradientsOf(batches: readonly Batch[]): Promise<Map<string, Float32Array>> {
    for (const [i, batch] of batches.entries()) {
      this.objective.write(this.runtime, batch, this.#step * MAX_ACCUMULATION + i);
      this.programs.accumulate.replay();
    }
    const gradients = new Map<string, Float32Array>();
    for (const [name, resident] of this.parameters.gradients) gradients.set(name, await this.runtime.readF32(resident));
    for (const resident of [this.parameters.g, this.losses.sum])
      this.runtime.write(resident, new Float32Array(sizeOf(resident.shape)));
    return gradients;
  }

  /** Stretches of a program, each as long as the last ones say that SLICE_MS will hold. */
  async #replay(program: Program, slice: Slice | undefined): Promise<void> {
    if (!slice) return program.replay();
    for (let from = 0; from < program.steps.length;) {
      const to = Math.min(program.steps.length, from + Math.max(1, Math.floor(this.#pace)));
      const ms = await slice(async () => {
        const startedAt = performance.now();
        const encoder = this.runtime.device.createCommandEncoder({ label: program.label });
        program.encode(encoder, from, to);
        this.runtime.submit(encoder);
        await this.runtime.device.queue.onSubmittedWorkDone();
        return performance.now() - startedAt;
      });
      this.#pace *= Math.min(2, Math.max(0.5, SLICE_MS / Math.max(1, ms)));
      from = to;
    }
  }

  async save(): Promise<TrainerState> {
    const { p, m, v } = this.parameters;
    return {
      step: this.#step,
      p: await this.runtime.readF32(p),
      m: await this.runtime.readF32(m),
      v: await this.runtime.readF32(v),
    };
  }

  /** Throws bad-file when the state is of another model. */
  restore(state: TrainerState): void {
    const { p, m, v } = this.parameters;
    const size = sizeOf(p.shape);
    for (const values of [state.p, state.m, state.v])
      if (values.length !== size)
        fail({
          code: "bad-file",
          file: "checkpoint",
          format: "training state",
          reason: `it holds ${values.length} numbers, this model has ${size}`,
        });
    for (const [resident, values] of [[p, state.p], [m, state.m], [v, state.v]] as const) this.runtime.write(resident, values as Float32Array<ArrayBuffer>); // prettier-ignore
    this.#step = state.step;
  }

  /** A parameter's values, by name. */
  async values(name: string): Promise<Float32Array<ArrayBuffer>> {
    return this.runtime.readF32(
      this.parameters.weights.get(name) ?? fail({ code: "not-found", what: "parameter", id: name }),
    );
  }

  dispose(): void {
    for (const program of Object.values(this.programs)) program.dispose();
    const { p, g, m, v } = this.parameters;
    this.runtime.free(p, g, m, v, ...Object.values(this.inputs), ...Object.values(this.losses));
    this.objective.dispose(this.runtime);
  }
}
