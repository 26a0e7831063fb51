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
import { packAll, targetsOf, type PackedBatch, type Sequence } from "./packing.ts";
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
  { config: model, weights }: Base,
  { adapter, training }: FineTuneConfig,
  train: readonly Sequence[],
  valid: readonly Sequence[],
): Work<PackedBatch> {
  const { T, R } = rowsOf([...train, ...valid], training.batch, training.context);
  const isCheckpointed = training.checkpointing === "on" || (training.checkpointing === "auto" && T >= MIN_CHECKPOINTED_ROWS); // prettier-ignore
  const own = adapterConfigOf({ adapter, training });
  return {
    objective: new DecoderObjective(model, T, R, {
      base: weights,
      adapter: { ...own, dropout: adapter.dropout },
      isCheckpointed,
    }),
    step: (step) => drawStep(train, step, training.batch, T, R, training.seed),
    valid: packAll(valid, T, R),
    initial: initialAdapter(model, own, training.seed),
  };
}

const MAX_ROWS = 2048; // of a micro-batch: more rows of data become more micro-batches

/** Rows of a micro-batch, and how many of them may count: what an average step of this data fills, and its longest row fits. */
function rowsOf(sequences: readonly Sequence[], batch: number, context: number): { T: number; R: number } {
  const lengths = sequences.map(({ ids }) => Math.min(context, ids.length - 1));
  const mean = lengths.reduce((a, b) => a + b, 0) / Math.max(1, lengths.length);
  const longest = Math.max(1, ...lengths);
  const T = roundUp(Math.max(longest, Math.min(MAX_ROWS, 1.15 * mean * batch)), 64);
  const counted = sequences.map(targetsOf);
  const share =
    counted.reduce((a, b) => a + b, 0) /
    Math.max(
      1,
      lengths.reduce((a, b) => a + b, 0),
    );
  return { T, R: Math.min(T, roundUp(Math.max(1, ...counted, 1.25 * share * T), 64)) };
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
