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
import { Pace } from "./pace.ts";

/** Something to learn: its parameters, and how a batch becomes losses. */
export interface Objective<Batch> {
  readonly specs: readonly ParameterSpec[];
  readonly lossCount: number; // R
  readonly measureCount?: number; // M: what is measured besides the loss; absent: nothing
  /** Allocates what a batch is written to. */
  allocate(runtime: Runtime): Promise<void>;
  /** `draw` counts micro-batches: what chance (dropout) depends on. */
  write(runtime: Runtime, batch: Batch, draw: number): void;
  /**
   * Losses (R), weighted so that their sum over all micro-batches of a step is the step's loss. What is measured, weighted in
   * the same way, is added to `sums` (M).
   */
  record(graph: Graph, recording: Recording, weight: (name: string) => Tensor, sums?: Tensor): Tensor;
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

const MAX_ACCUMULATION = 4096; // micro-batches a step: keeps the draws of different steps apart

/** Of some batches, as their weights say. */
export interface Measured {
  readonly loss: number; // nats a token, where weights are a mean
  readonly measures: readonly number[]; // M
}
/** Of a step, before its update. */
export interface StepReport extends Measured {
  readonly gradNorm: number; // before clipping
}

/** Everything that a run is, besides its configuration: enough to go on as if it had not stopped. */
export interface TrainerState {
  readonly step: number; // updates done
  readonly p: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

/** Added to by a step's micro-batches, and what that came to in the step before. */
interface Sums {
  readonly sum: Resident;
  readonly last: Resident;
}
const allocateSums = async (runtime: Runtime, what: string, shape: readonly number[]): Promise<Sums> => ({
  sum: await runtime.allocate(`${what}, sum`, shape),
  last: await runtime.allocate(`${what}, last`, shape),
});

export class Trainer<Batch> {
  #step = 0;
  readonly #pace = new Pace();

  private constructor(
    readonly runtime: Runtime,
    readonly objective: Objective<Batch>,
    readonly parameters: FlatParameters,
    readonly inputs: { readonly control: Resident; readonly ones: Resident }, // (8), see CONTROL; (R)
    readonly losses: Sums, // (1, 1) each
    readonly measures: Sums | null, // (M) each
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
    const losses = await allocateSums(runtime, "loss", [1, 1]);
    const { measureCount = 0 } = objective;
    const measures = measureCount > 0 ? await allocateSums(runtime, "measures", [measureCount]) : null;
    const ones = await runtime.allocate("ones", [objective.lossCount]); // sums the losses, and is the gradient of their sum
    runtime.write(ones, new Float32Array(objective.lossCount).fill(1));
    const sums = { losses: losses.sum, measures: measures?.sum ?? null };
    const { untimed } = runtime; // kernels are not chosen by a timing: a run is reproducible on a device
    const accumulate = await runtime.compile(
      "accumulate",
      recordAccumulate(untimed, objective, parameters, sums, ones),
    );
    const forward = await runtime.compile("evaluate", recordForward(untimed, objective, parameters, sums, ones));
    const update = await runtime.compile(
      "update",
      recordUpdate(parameters, control, measures ? [losses, measures] : [losses], settings),
    );
    const programs = { accumulate, forward, update };
    return new Trainer(runtime, objective, parameters, { control, ones }, losses, measures, programs);
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
      await this.#pace.replay(this.programs.accumulate, slice);
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
    const [[loss], measures, control] = await Promise.all([
      this.runtime.readF32(this.losses.last),
      this.measures ? this.runtime.readF32(this.measures.last) : [],
      this.runtime.readF32(this.inputs.control),
    ]);
    const norm = control[CONTROL.norm];
    if (!Number.isFinite(loss) || !Number.isFinite(norm))
      fail({ code: "training-diverged", step: this.#step, reason: `loss ${loss}, gradient norm ${norm}` });
    return { loss, measures: [...measures], gradNorm: norm };
  }

  /** The loss of these batches, and what is measured, without learning from them. Not between the micro-batches of a step. */
  async evaluate(batches: readonly Batch[], slice?: Slice): Promise<Measured> {
    for (const batch of batches) {
      this.objective.write(this.runtime, batch, 0);
      await this.#pace.replay(this.programs.forward, slice);
    }
    const [loss] = await this.runtime.readF32(this.losses.sum);
    const measures = this.measures ? await this.runtime.readF32(this.measures.sum) : [];
    this.#clearSums();
    return { loss, measures: [...measures] };
  }

  /** The gradients of these batches, by parameter; nothing is learned. Not between the micro-batches of a step. */
  async gradientsOf(batches: readonly Batch[]): Promise<Map<string, Float32Array>> {
    for (const [i, batch] of batches.entries()) {
      this.objective.write(this.runtime, batch, this.#step * MAX_ACCUMULATION + i);
      this.programs.accumulate.replay();
    }
    const gradients = new Map<string, Float32Array>();
    for (const [name, resident] of this.parameters.gradients) gradients.set(name, await this.runtime.readF32(resident));
    this.runtime.write(this.parameters.g, new Float32Array(sizeOf(this.parameters.g.shape)));
    this.#clearSums();
    return gradients;
  }

  #clearSums(): void {
    for (const { sum } of this.measures ? [this.losses, this.measures] : [this.losses])
      this.runtime.write(sum, new Float32Array(sizeOf(sum.shape)));
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
    const sums = [...Object.values(this.losses), ...Object.values(this.measures ?? {})];
    this.runtime.free(p, g, m, v, ...Object.values(this.inputs), ...sums);
    this.objective.dispose(this.runtime);
  }
}
