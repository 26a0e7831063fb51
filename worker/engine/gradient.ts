// Walks the tape backwards. A gradient is computed only if its input leads to something trainable; where a tensor fans out,
// its gradients are summed in tape order, so a run is reproducible. Activations `=`, parameters `+=` (into the tensor given
// for them, which the caller clears when a step begins).

import { accumulate, add } from "../../shaders/elementwise/elementwise.ts";
import type { Tensor } from "./graph.ts";
import type { Apply, Attrs, Op, Recording, Segment, Tensors, Thunk } from "./op.ts";

interface Applied {
  readonly kind: "op";
  readonly op: Op;
  readonly inputs: Tensors;
  readonly attrs: Attrs;
  readonly y: Tensor;
  readonly saved: Tensors;
}
interface Forgotten {
  readonly kind: "segment";
  readonly record: (apply: Apply) => Tensor;
  readonly inputs: Tensors; // every tensor from outside that it reads
  readonly y: Tensor;
}
type Entry = Applied | Forgotten;

/** Remembers what was applied, so that it can be differentiated. */
export class Tape implements Recording {
  readonly isTraining = true;
  readonly entries: Entry[] = [];

  readonly apply: Apply = (op, inputs, attrs = {}) => {
    const { y, saved } = op.forward(inputs, attrs);
    this.entries.push({ kind: "op", op, inputs, attrs, y, saved });
    return y;
  };

  /** Gradient checkpointing: keeps only what the stretch reads and gives; the backward pass records it once more. */
  readonly segment: Segment = (record) => {
    const read = new Set<Tensor>();
    const made = new Set<Tensor>();
    const y = record((op, inputs, attrs = {}) => {
      for (const input of Object.values(inputs)) read.add(input);
      const result = op.forward(inputs, attrs).y;
      made.add(result);
      return result;
    });
    const inputs = Object.fromEntries([...read].filter((t) => !made.has(t)).map((t) => [t.id, t]));
    this.entries.push({ kind: "segment", record, inputs, y });
    return y;
  };

  /**
   * Records the backward pass of `y`, given dy = ∂L/∂y. `into` maps each trainable tensor to the one its gradient is added
   * to; gradients of the tensors in `want` are computed too. Returns the gradients of both, by the tensor they belong to.
   */
  backward(
    y: Tensor,
    dy: Tensor,
    into: ReadonlyMap<Tensor, Tensor>,
    want: readonly Tensor[] = [],
  ): Map<Tensor, Tensor> {
    const kept = new Set([...into.keys(), ...want]);
    const needed = this.#leadingTo(kept);
    const gradients = new Map<Tensor, Tensor>([[y, dy]]); // of tensors whose turn has not come, or that are kept
    const isHeldByOthers = (gradient: Tensor, tensor: Tensor) =>
      gradient === dy || [...gradients].some(([t, held]) => held === gradient && t !== tensor);
    for (const entry of this.entries.toReversed()) {
      const dOutput = gradients.get(entry.y);
      if (!dOutput) continue;
      const thunks = thunksOf(entry, dOutput, into, needed);
      for (const [name, input] of Object.entries(entry.inputs)) {
        const thunk = thunks[name];
        if (!thunk || !needed.has(input)) continue;
        const soFar = into.get(input) ?? gradients.get(input);
        gradients.set(input, combine(thunk, soFar, soFar !== undefined && !isHeldByOthers(soFar, input)));
      }
      if (!kept.has(entry.y)) gradients.delete(entry.y);
    }
    return gradients;
  }

  /** Every tensor that depends on a trainable one. */
  #leadingTo(trainable: ReadonlySet<Tensor>): Set<Tensor> {
    const needed = new Set(trainable);
    for (const { inputs, y } of this.entries) if (Object.values(inputs).some((t) => needed.has(t))) needed.add(y);
    return needed;
  }
}

/** The gradients of an entry's inputs, by name. Those of a segment's parameters are added to theirs at once. */
function thunksOf(
  entry: Entry,
  dy: Tensor,
  into: ReadonlyMap<Tensor, Tensor>,
  needed: ReadonlySet<Tensor>,
): Readonly<Record<string, Thunk>> {
  if (entry.kind === "op") return entry.op.backward(dy, entry.saved, entry.attrs);
  const tape = new Tape();
  const y = entry.record(tape.apply);
  const inputs = Object.entries(entry.inputs).filter(([, t]) => needed.has(t) && !into.has(t));
  const gradients = tape.backward(y, dy, into, inputs.map(([, t]) => t)); // prettier-ignore
  return Object.fromEntries(
    inputs.filter(([, t]) => gradients.has(t)).map(([name, t]) => [name, () => gradients.get(t)!]),
  );
}

/**
 * The sum of what a tensor's gradient is so far and what one more use of it brings. A thunk may hand on its dy, so one tensor
 * can be the gradient of several: only one that nobody else holds is added to in place.
 */
function combine(thunk: Thunk, soFar: Tensor | undefined, isInPlace: boolean): Tensor {
  if (!soFar) return thunk();
  if (!isInPlace) return add.forward({ a: soFar, b: thunk() }, {}).y;
  const gradient = thunk(soFar);
  if (gradient !== soFar) accumulate(gradient, soFar);
  return soFar;
}
