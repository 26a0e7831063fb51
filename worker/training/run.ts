// A whole pretraining run: from the configuration and tokens to trained values, with a log, validation and checkpoints. Where
// files come from and go to is the caller's business.
import { decoderConfig } from "../engine/model/config.ts";
import type { Runtime } from "../engine/runtime.ts";
import { DecoderObjective } from "./decoder-objective.ts";
import type { ParameterSpec } from "./flat.ts";
import { batchesOf, packAll, type PackedBatch, type Sequence } from "./packing.ts";
import { Random } from "./random.ts";
import { trainAll, type RunHooks, type RunResult, type RunState, type Work } from "./loop.ts";
import type { RunConfig } from "./run-config.ts";
import { pairBatch, StaticObjective, type Pair, type PairBatch } from "./static-objective.ts";

/** Trains a decoder on sequences, from `from` on if given. */
export function trainDecoder(
  runtime: Runtime,
  config: RunConfig,
  train: readonly Sequence[],
  valid: readonly Sequence[],
  hooks: RunHooks,
  from?: RunState,
): Promise<RunResult> {
  const model = decoderConfig(config.model);
  const { rows, accumulation, seed } = config.training;
  const work: Work<PackedBatch> = {
    objective: new DecoderObjective(model, rows),
    step: (step) => ({ batches: batchesOf(train, step, accumulation, rows, rows, seed), tokens: rows * accumulation }),
    valid: packAll(valid, rows, rows),
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
  from?: RunState,
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
    step: (step) => ({
      batches: Array.from({ length: accumulation }, (_, i) =>
        pairBatch(train, step * accumulation + i, pairs, rows, seed),
      ),
      tokens: rows * accumulation,
    }),
    valid: valid.length > 0 ? [pairBatch(valid, 0, pairs, rows, seed)] : [],
    initial: initialValues(seed, 0.1, 0.1),
  };
  return trainAll(runtime, work, config.training, hooks, from);
}

/** Norms start at one, biases at zero, matrices at normals; those that write to the residual stream start smaller (GPT-2). */
function initialValues(
  seed: number,
  deviation: number,
  residualDeviation: number,
): (spec: ParameterSpec) => Float32Array<ArrayBuffer> {
  return ({ name, shape, isMatrix }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    if (!isMatrix) return new Float32Array(size).fill(name.endsWith("Bias") ? 0 : 1);
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
