// Which rows a step of fine-tuning takes: every row once an epoch, in an order of its own. It depends on the seed and the step
// alone, so a resumed run takes what it would have taken.
import { packAll, type PackedBatch, type Sequence } from "./packing.ts";
import { Random } from "./random.ts";

export interface Draw {
  readonly batches: readonly PackedBatch[];
  readonly tokens: number;
}

/** The micro-batches of step `step`, of `count` rows of the data; their weights are a mean over all that counts. */
export function drawStep(
  sequences: readonly Sequence[],
  step: number,
  count: number,
  T: number,
  R: number,
  seed: number,
): Draw {
  const chosen = drawn(sequences, step, count, seed);
  const tokens = chosen.reduce((sum, { ids }) => sum + Math.min(T, ids.length - 1), 0);
  return { batches: packAll(chosen, T, R), tokens };
}

/** The `count` rows of step `step`. */
export function drawn<Row>(rows: readonly Row[], step: number, count: number, seed: number): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const at = step * count + i;
    const epoch = Math.floor(at / rows.length);
    return rows[orderOf(rows.length, seed, epoch)[at % rows.length]];
  });
}

let last: { key: string; order: Uint32Array } = { key: "", order: new Uint32Array() };

/** A permutation of [0, n). The last one is remembered: the steps of an epoch ask for it one after the other. */
function orderOf(n: number, seed: number, epoch: number): Uint32Array {
  const key = `${n}/${seed}/${epoch}`;
  if (last.key === key) return last.order;
  const random = new Random(seed, epoch);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  last = { key, order };
  return order;
}
