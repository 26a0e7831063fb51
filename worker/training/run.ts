// A whole pretraining run: from the configuration and tokens to trained values, with a log, validation and checkpoints. Where
// files come from and go to is the caller's business.
import { decoderConfig } from "../engine/model/config.ts";
import type { Runtime } from "../engine/runtime.ts";
import { DecoderObjective } from "./decoder-objective.ts";
import type { ParameterSpec } from "./flat.ts";
import { batchesOf, normalise, pack, type PackedBatch, type Sequence } from "./packing.ts";
import { Random } from "./random.ts";
import type { RunConfig, TrainingSettings } from "./run-config.ts";
import { learningRate } from "./schedule.ts";
import { pairBatch, StaticObjective, type Pair, type PairBatch } from "./static-objective.ts";
import { Trainer, type Objective, type TrainerState } from "./trainer.ts";

export interface StepLog {
  readonly step: number; // updates done; 0 is the model before the first
  readonly loss: number | null; // nats a token; null at step 0
  readonly validLoss: number | null; // null where it was not measured
  readonly learningRate: number;
  readonly gradNorm: number | null;
  readonly tokensPerSecond: number;
}
export interface RunHooks {
  readonly onLog: (log: StepLog) => void;
  readonly onCheckpoint: (state: TrainerState) => Promise<void>;
  readonly signal?: AbortSignal; // stops after the current step, with a checkpoint
}
export interface RunResult {
  readonly step: number;
  readonly isFinished: boolean; // false: stopped by the signal
  readonly values: ReadonlyMap<string, Float32Array>; // parameters, by our names
  readonly validLoss: number | null;
}

/** The part that differs between kinds of model: what to learn from which batches. */
interface Work<Batch> {
  readonly objective: Objective<Batch>;
  readonly tokensPerStep: number;
  batches(step: number): readonly Batch[];
  readonly valid: readonly Batch[]; // their losses sum to the validation loss; empty: none
  initial(spec: ParameterSpec): Float32Array<ArrayBuffer>;
}

/** Trains a decoder on sequences, from `from` on if given. */
export function trainDecoder(
  runtime: Runtime,
  config: RunConfig,
  train: readonly Sequence[],
  valid: readonly Sequence[],
  hooks: RunHooks,
  from?: TrainerState,
): Promise<RunResult> {
  const model = decoderConfig(config.model);
  const { rows, accumulation, seed } = config.training;
  const work: Work<PackedBatch> = {
    objective: new DecoderObjective(model, rows),
    tokensPerStep: rows * accumulation,
    batches: (step) => batchesOf(train, step, accumulation, rows, rows, seed),
    valid: validBatches(valid, rows),
    initial: initialValues(seed, 0.02, 0.02 / Math.sqrt(2 * model.L)),
  };
  return trainAll(runtime, work, config.training, hooks, from);
}

/** Trains a static embedder on pairs. */
export function trainStatic(
  runtime: Runtime,
  config: RunConfig,
  train: readonly Pair[],
  valid: readonly Pair[],
  hooks: RunHooks,
  from?: TrainerState,
): Promise<RunResult> {
  const { rows, pairs, accumulation, seed, temperature } = config.training;
  const work: Work<PairBatch> = {
    objective: new StaticObjective(
      Number(config.model.vocab_size),
      Number(config.model.hidden_size),
      pairs,
      rows,
      temperature,
    ),
    tokensPerStep: rows * accumulation,
    batches: (step) =>
      Array.from({ length: accumulation }, (_, i) => pairBatch(train, step * accumulation + i, pairs, rows, seed)),
    valid: valid.length > 0 ? [pairBatch(valid, 0, pairs, rows, seed)] : [],
    initial: initialValues(seed, 0.1, 0.1),
  };
  return trainAll(runtime, work, config.training, hooks, from);
}

async function trainAll<Batch>(
  runtime: Runtime,
  work: Work<Batch>,
  settings: TrainingSettings,
  hooks: RunHooks,
  from?: TrainerState,
): Promise<RunResult> {
  const trainer = await Trainer.create(runtime, work.objective, work.initial, { ...settings, eps: 1e-8 });
  if (from) trainer.restore(from);
  const schedule = {
    peak: settings.learningRate,
    warmupSteps: settings.warmupSteps,
    steps: settings.steps,
    finalFraction: settings.finalFraction,
  };
  const validate = async () => (work.valid.length > 0 ? trainer.evaluate(work.valid) : null);
  let validLoss: number | null = null;
  if (trainer.step === 0)
    hooks.onLog({
      step: 0,
      loss: null,
      validLoss: await validate(),
      learningRate: 0,
      gradNorm: null,
      tokensPerSecond: 0,
    });
  let [loggedAt, loggedStep] = [performance.now(), trainer.step];
  while (trainer.step < settings.steps && !hooks.signal?.aborted) {
    const rate = learningRate(schedule, trainer.step);
    trainer.run(work.batches(trainer.step), rate);
    const { step } = trainer;
    const isLast = step === settings.steps;
    const isDue = (every: number) => step % every === 0 || isLast;
    if (isDue(settings.logEvery)) {
      const { loss, gradNorm } = await trainer.report();
      const seconds = (performance.now() - loggedAt) / 1000;
      const tokensPerSecond = ((step - loggedStep) * work.tokensPerStep) / seconds;
      const measured = isDue(settings.validEvery) ? await validate() : null;
      validLoss = measured ?? validLoss;
      hooks.onLog({ step, loss, validLoss: measured, learningRate: rate, gradNorm, tokensPerSecond });
      [loggedAt, loggedStep] = [performance.now(), step];
    }
    if (isDue(settings.checkpointEvery)) await hooks.onCheckpoint(await trainer.save());
  }
  const isFinished = trainer.step >= settings.steps;
  if (!isFinished) await hooks.onCheckpoint(await trainer.save());
  const values = new Map<string, Float32Array>();
  for (const { name } of work.objective.specs) values.set(name, await trainer.values(name));
  trainer.dispose();
  return { step: trainer.step, isFinished, values, validLoss };
}

/** Validation sequences in as many batches as they need; the weights are a mean over all of them. */
function validBatches(sequences: readonly Sequence[], T: number): PackedBatch[] {
  const batches: PackedBatch[] = [];
  let pending: Sequence[] = [];
  let rows = 0;
  for (const sequence of sequences) {
    const length = sequence.ids.length - 1;
    if (rows + length > T && pending.length > 0) {
      batches.push(pack(pending, T, T));
      [pending, rows] = [[], 0];
    }
    pending.push(sequence);
    rows += length;
  }
  if (pending.length > 0) batches.push(pack(pending, T, T));
  normalise(batches);
  return batches;
}

/** Norms start at one, matrices at normals; those that write to the residual stream start smaller (GPT-2). */
function initialValues(
  seed: number,
  deviation: number,
  residualDeviation: number,
): (spec: ParameterSpec) => Float32Array<ArrayBuffer> {
  return ({ name, shape, isMatrix }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    if (!isMatrix) return new Float32Array(size).fill(1);
    const random = new Random(seed, hashOf(name));
    const s = /\.(o|down)$/.test(name) ? residualDeviation : deviation;
    return Float32Array.from({ length: size }, () => s * random.normal());
  };
}

/** FNV-1a, so that each parameter has a stream of its own whatever the order. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
