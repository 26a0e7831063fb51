// A whole run of preference training: the base's own preferences first, once a pair, then the adapter learns. There is no second
// model: the reference is the same base without its adapter.
import type { Runtime } from "../engine/runtime.ts";
import type { AdapterWeights } from "../models/adapter.ts";
import { drawn } from "./epochs.ts";
import { Evaluator } from "./evaluator.ts";
import { betaOf, type FineTuneConfig } from "./fine-tune-config.ts";
import { adapterConfigOf, decoderFor, initialAdapter, loopSettings, rowsFor, type Base } from "./fine-tune.ts";
import { trainAll, type RunHooks, type RunResult, type RunState, type Work } from "./loop.ts";
import { groupsOf } from "./packing.ts";
import { packPairs, packPlainPairs, rangesOf, sizeOfPair } from "./preference-pairs.ts";
import type { PreferenceBatch, PreferencePair, ReferencedPair } from "./preference-pairs.ts";
import { PreferenceObjective } from "./preference-objective.ts";

/** Trains an adapter on pairs, from `from` on if given. The base is only read. */
export async function preferenceTune(
  runtime: Runtime,
  base: Base,
  config: FineTuneConfig,
  train: readonly PreferencePair[],
  valid: readonly PreferencePair[],
  hooks: RunHooks,
  from?: RunState,
): Promise<RunResult & { readonly adapter: AdapterWeights }> {
  const known = await referenced(runtime, base, config, [...train, ...valid], hooks);
  const isCut = known.length < train.length + valid.length; // stopped meanwhile: no step follows, and nothing has changed
  const work = isCut
    ? preferenceWork(base, config, unreferenced(train), [])
    : preferenceWork(base, config, known.slice(0, train.length), known.slice(train.length));
  const told = isCut ? { ...hooks, onLog: () => {}, onCheckpoint: async () => {} } : hooks;
  const result = await trainAll(runtime, work, loopSettings(config, train.length), told, from);
  return { ...result, adapter: { config: adapterConfigOf(config), values: result.values } };
}

/** What to learn, from which batches. */
export function preferenceWork(
  base: Base,
  config: FineTuneConfig,
  train: readonly ReferencedPair[],
  valid: readonly ReferencedPair[],
): Work<PreferenceBatch> {
  const { batch, seed } = config.training;
  const { T, R } = rowsFor([...train, ...valid].map(sizeOfPair), batch);
  return {
    objective: new PreferenceObjective(decoderFor(base, config, T, R), batch, betaOf(config)),
    step(step) {
      const pairs = drawn(train, step, batch, seed);
      return {
        batches: packPairs(pairs, T, R, batch),
        tokens: pairs.reduce((sum, pair) => sum + sizeOfPair(pair).rows, 0),
      };
    },
    valid: packPairs(valid, T, R, batch),
    initial: initialAdapter(base.config, adapterConfigOf(config), seed),
  };
}

/** Pairs whose reference does not matter: for timing steps, or when no step follows. */
export const unreferenced = (pairs: readonly PreferencePair[]): ReferencedPair[] =>
  pairs.map((pair) => ({ ...pair, reference: 0 }));

/** The pairs with what the base alone says of them; fewer when the signal stopped it. */
async function referenced(
  runtime: Runtime,
  base: Base,
  config: FineTuneConfig,
  pairs: readonly PreferencePair[],
  { signal, slice }: RunHooks,
): Promise<ReferencedPair[]> {
  if (signal?.aborted) return [];
  const { T, R } = rowsFor(pairs.map(sizeOfPair), config.training.batch);
  const evaluator = await Evaluator.create(runtime, base, null, T, R);
  const known: ReferencedPair[] = [];
  try {
    for (const group of groupsOf(pairs, sizeOfPair, { rows: T, targets: R })) {
      if (signal?.aborted) break;
      const losses = await evaluator.losses(packPlainPairs(group, T, R), slice);
      const sum = (begin: number, end: number) => losses.subarray(begin, end).reduce((a, b) => a + b, 0);
      rangesOf(group).forEach(([a, b, c, d], i) => known.push({ ...group[i], reference: sum(c, d) - sum(a, b) }));
    }
  } finally {
    evaluator.dispose();
  }
  return known;
}
