// Walks the tape backwards. A gradient is computed only if its input leads to something trainable; where a tensor fans out,
// its gradients are summed in tape order, so a run is reproducible. Activations `=`, parameters `+=` (into the tensor given
// for them, which the caller clears when a step begins).

import { accumulate, add } from "../../shaders/elementwise/elementwise.ts";
import type { Tensor } from "./graph.ts";
import type { Apply, Attrs, Op, Tensors, Thunk } from "./op.ts";

interface Entry {
  readonly op: Op;
  readonly inputs: Tensors;
  readonly attrs: Attrs;
  readonly y: Tensor;
  readonly saved: Tensors;
}

/** Remembers what was applied, so that it can be differentiated. */
export class Tape {
  readonly entries: Entry[] = [];

  readonly apply: Apply = (op, inputs, attrs = {}) => {
    const { y, saved } = op.forward(inputs, attrs);
    this.entries.push({ op, inputs, attrs, y, saved });
    return y;
  };

  /**
   * Records the backward pass of `y`, given dy = ∂L/∂y. `into` maps each trainable tensor to the one its gradient is added
   * to; gradients of the tensors in `want` are computed too. Returns every gradient, by the tensor it belongs to.
   */
  backward(
    y: Tensor,
    dy: Tensor,
    into: ReadonlyMap<Tensor, Tensor>,
    want: readonly Tensor[] = [],
  ): Map<Tensor, Tensor> {
    const needed = this.#leadingTo(new Set([...into.keys(), ...want]));
    const gradients = new Map<Tensor, Tensor>([[y, dy]]);
    const owned = new Set<Tensor>(into.values()); // gradients that may be added to in place: nobody else holds them
    for (const { op, inputs, attrs, y: output, saved } of this.entries.toReversed()) {
      const dOutput = gradients.get(output);
      if (!dOutput) continue;
      const thunks = op.backward(dOutput, saved, attrs);
      for (const [name, input] of Object.entries(inputs)) {
        const thunk = thunks[name];
        if (thunk && needed.has(input))
          gradients.set(input, combine(thunk, dOutput, into.get(input) ?? gradients.get(input), owned));
      }
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

/** The sum of what a tensor's gradient is so far and what one more use of it brings. A thunk may hand on dy itself: never written to. */
function combine(thunk: Thunk, dOutput: Tensor, soFar: Tensor | undefined, owned: Set<Tensor>): Tensor {
  if (soFar && owned.has(soFar)) {
    const gradient = thunk(soFar);
    if (gradient !== soFar) accumulate(gradient, soFar);
    return soFar;
  }
  const gradient = thunk();
  const sum = soFar ? add.forward({ a: soFar, b: gradient }, {}).y : gradient;
  if (sum !== dOutput) owned.add(sum);
  return sum;
}
