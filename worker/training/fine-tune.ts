// A whole fine-tuning run: a frozen base, rows of a data set, an adapter that learns. What is planned (memory) is known before
// the first step.
import type { DecoderConfig } from "../engine/model/config.ts";
import type { Weights } from "../engine/model/weights.ts";
import type { Runtime } from "../engine/runtime.ts";
import type { AdapterWeights } from "../models/adapter.ts";
import { adapterNames, adapterSpecs, type AdapterConfig } from "../engine/model/adapter.ts";
import { DecoderObjective } from "./decoder-objective.ts";
import { drawStep } from "./epochs.ts";
import { stepsOf, type FineTuneConfig } from "./fine-tune-config.ts";
import type { ParameterSpec } from "./flat.ts";
import { trainAll, type LoopSettings, type RunHooks, type RunResult, type RunState, type Work } from "./loop.ts";
import { packAll, sizeOfSequence, type PackedBatch, type Sequence, type Size } from "./packing.ts";
import { Random } from "./random.ts";

export interface Base {
  readonly config: DecoderConfig;
  readonly weights: Weights;
}

/** Trains an adapter, from `from` on if given. The base is only read: a chat may go on with it. */
export async function fineTune(
  runtime: Runtime,
  base: Base,
  config: FineTuneConfig,
  train: readonly Sequence[],
  valid: readonly Sequence[],
  hooks: RunHooks,
  from?: RunState,
): Promise<RunResult & { readonly adapter: AdapterWeights }> {
  const work = fineTuneWork(base, config, train, valid);
  const result = await trainAll(runtime, work, loopSettings(config, train.length), hooks, from);
  return { ...result, adapter: { config: adapterConfigOf(config), values: result.values } };
}

export const adapterConfigOf = ({ adapter }: FineTuneConfig): AdapterConfig => ({
  rank: adapter.rank,
  alpha: adapter.alpha,
  isRankStabilized: adapter.rankStabilized,
  targets: adapter.targets,
});

export const loopSettings = (config: FineTuneConfig, rows: number): LoopSettings => ({
  ...config.training,
  steps: stepsOf(config, rows),
});

const MIN_CHECKPOINTED_ROWS = 1024; // from here on keeping every block costs more memory than a laptop should give

/** What to learn, from which batches. */
export function fineTuneWork(
  base: Base,
  config: FineTuneConfig,
  train: readonly Sequence[],
  valid: readonly Sequence[],
): Work<PackedBatch> {
  const { training } = config;
  const { T, R } = rowsFor([...train, ...valid].map(sizeOfSequence), training.batch);
  return {
    objective: decoderFor(base, config, T, R),
    step: (step) => drawStep(train, step, training.batch, T, R, training.seed),
    valid: packAll(valid, T, R),
    initial: initialAdapter(base.config, adapterConfigOf(config), training.seed),
  };
}

/** A frozen base with an adapter that learns, over micro-batches of T rows, R of them with a target. */
export function decoderFor(base: Base, config: FineTuneConfig, T: number, R: number): DecoderObjective {
  const { checkpointing } = config.training;
  const isCheckpointed = checkpointing === "on" || (checkpointing === "auto" && T >= MIN_CHECKPOINTED_ROWS);
  const adapter = { ...adapterConfigOf(config), dropout: config.adapter.dropout };
  return new DecoderObjective(base.config, T, R, { base: base.weights, adapter, isCheckpointed });
}

const MAX_ROWS = 2048; // of a micro-batch: more rows of data become more micro-batches

/** Rows of a micro-batch, and how many of them may count: what an average step of `batch` of these fills, and the largest fits. */
export function rowsFor(sizes: readonly Size[], batch: number): { T: number; R: number } {
  const rows = sizes.reduce((sum, size) => sum + size.rows, 0);
  const targets = sizes.reduce((sum, size) => sum + size.targets, 0);
  const longest = sizes.reduce((most, size) => Math.max(most, size.rows), 1);
  const counted = sizes.reduce((most, size) => Math.max(most, size.targets), 1);
  const mean = rows / Math.max(1, sizes.length);
  const T = roundUp(Math.max(longest, Math.min(MAX_ROWS, 1.15 * mean * batch)), 64);
  const share = targets / Math.max(1, rows);
  return { T, R: Math.min(T, roundUp(Math.max(counted, 1.25 * share * T), 64)) };
}
const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/** A as peft starts it, uniform in ±1/√inputs; B zero, so the first step sees the base. Padding is zero in both. */
export function initialAdapter(
  model: DecoderConfig,
  adapter: AdapterConfig,
  seed: number,
): (spec: ParameterSpec) => Float32Array<ArrayBuffer> {
  const specs = adapterSpecs(model, adapter);
  return ({ name, shape }) => {
    const values = new Float32Array(shape[0] * shape[1]);
    const index = specs.findIndex(({ matrix }) => adapterNames(matrix).A === name);
    if (index < 0) return values;
    const random = new Random(seed, index);
    const [R, I] = [specs[index].attrs.rank, shape[1]];
    for (let row = 0; row < shape[0]; row++)
      if (row % R < adapter.rank)
        for (let i = 0; i < I; i++) values[row * I + i] = (2 * random.uniform() - 1) / Math.sqrt(I);
    return values;
  };
}
