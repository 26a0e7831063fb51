// Token sequences to packed micro-batches: sequences follow each other on one row axis, each row knowing which rows it may see.
// Which sequences a step takes depends on the seed and the step alone, so a resumed run reads what it would have read.
import { Random } from "./random.ts";

/** Tokens with a weight each: how much predicting *this* token counts (0 for a prompt). */
export interface Sequence {
  readonly ids: readonly number[];
  readonly weights: readonly number[]; // of ids[i] as a target; weights[0] is not used
}

/** What a decoder's micro-batch is on the GPU: T rows, R of them with a target. See attention and embedding for the fields. */
export interface PackedBatch {
  readonly ids: Uint32Array<ArrayBuffer>; // (T)
  readonly order: Uint32Array<ArrayBuffer>; // (T) rows by id
  readonly positions: Uint32Array<ArrayBuffer>; // (T)
  readonly ranges: Uint32Array<ArrayBuffer>; // (T, 2) keys a row attends
  readonly queries: Uint32Array<ArrayBuffer>; // (T, 2) rows that attend a key
  readonly rows: Uint32Array<ArrayBuffer>; // (R) rows with a target
  readonly rowOrder: Uint32Array<ArrayBuffer>; // (R) by row
  readonly targets: Uint32Array<ArrayBuffer>; // (R)
  readonly weights: Float32Array<ArrayBuffer>; // (R) their sum over a step is 1
}

/** Sequences of one micro-batch → its arrays, with weights as they are (see `normalise`). At most T rows and R targets are used. */
export function pack(sequences: readonly Sequence[], T: number, R: number): PackedBatch {
  const batch = {
    ids: new Uint32Array(T),
    order: new Uint32Array(T),
    positions: new Uint32Array(T),
    ranges: new Uint32Array(T * 2),
    queries: new Uint32Array(T * 2),
    rows: new Uint32Array(R),
    rowOrder: new Uint32Array(R),
    targets: new Uint32Array(R),
    weights: new Float32Array(R), // prettier-ignore
  };
  let t = 0;
  let r = 0;
  for (const { ids, weights } of sequences) {
    const first = t;
    const end = Math.min(T, first + ids.length - 1); // the last token is a target only
    for (let i = 0; t < end; i++, t++) {
      batch.ids[t] = ids[i];
      batch.positions[t] = i;
      batch.ranges.set([first, t + 1], t * 2);
      batch.queries.set([t, end], t * 2);
      if (weights[i + 1] === 0 || r === R) continue;
      batch.rows[r] = t;
      batch.targets[r] = ids[i + 1];
      batch.weights[r++] = weights[i + 1];
    }
  }
  batch.order.set(sortedBy(batch.ids));
  batch.rowOrder.set(sortedBy(batch.rows));
  return batch;
}

/** Divides all weights of a step's micro-batches by their sum, so that its loss is a mean. */
export function normalise(batches: readonly PackedBatch[]): void {
  const sum = batches.reduce((total, { weights }) => weights.reduce((a, b) => a + b, total), 0);
  if (sum > 0) for (const { weights } of batches) weights.forEach((w, i) => (weights[i] = w / sum));
}

/**
 * These sequences in as many micro-batches of T rows, R of them with a target, as they need, in their order; the weights are a
 * mean over all of them. A sequence of more than T rows loses its end.
 */
export function packAll(sequences: readonly Sequence[], T: number, R: number): PackedBatch[] {
  const batches = groupsOf(sequences, sizeOfSequence, { rows: T, targets: R }).map((group) => pack(group, T, R));
  normalise(batches);
  return batches;
}

/** What something takes of a micro-batch. */
export interface Size {
  readonly rows: number;
  readonly targets: number; // rows with a target
}
export const sizeOfSequence = (sequence: Sequence): Size => ({
  rows: sequence.ids.length - 1,
  targets: targetsOf(sequence),
});

/** The items in their order, in as few groups as stay within the limits; one that is too large has a group of its own. */
export function groupsOf<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => Size,
  most: Size & { readonly count?: number },
): Item[][] {
  const groups: Item[][] = [];
  let [rows, targets] = [0, 0];
  for (const item of items) {
    const size = sizeOf(item);
    [rows, targets] = [rows + size.rows, targets + size.targets];
    const group = groups.at(-1);
    if (group && rows <= most.rows && targets <= most.targets && group.length !== most.count) group.push(item);
    else {
      groups.push([item]);
      ({ rows, targets } = size);
    }
  }
  return groups;
}

/** How many tokens of a sequence count. */
export const targetsOf = ({ weights }: Sequence): number =>
  weights.reduce((n, w, i) => n + (i > 0 && w > 0 ? 1 : 0), 0);

/** The micro-batches of step `step`: `count` of T rows each. */
export function batchesOf(
  sequences: readonly Sequence[],
  step: number,
  count: number,
  T: number,
  R: number,
  seed: number,
): PackedBatch[] {
  const random = new Random(seed, step);
  const batches = Array.from({ length: count }, () => {
    const chosen: Sequence[] = [];
    for (let rows = 0; rows < T;) {
      const sequence = sequences[random.below(sequences.length)];
      chosen.push(sequence);
      rows += Math.max(1, sequence.ids.length - 1);
    }
    return pack(chosen, T, R);
  });
  normalise(batches);
  return batches;
}

/** Indices of `values` by rising value, equal ones in order. */
export function sortedBy(values: Uint32Array): Uint32Array {
  return Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
}
