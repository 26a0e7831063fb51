import type { Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf, sizeOf } from "../lib/lib.ts";
import { addReference } from "./elementwise.ref.ts";
import elementwiseWgsl from "./elementwise.wgsl?raw";

const kernel = (entry: string): Kernel => ({
  files: [gridFile, { path: "shaders/elementwise/elementwise.wgsl", text: elementwiseWgsl }],
  entry,
});

/**
 * Sum of two tensors: y = a + b.
 *
 * @shape a, b (any, the same) → y (the same), nothing saved
 * @dtype f32
 * @error shape-mismatch when the shapes differ
 * @tolerance 1 ulp
 * @cost 1 FLOP and 12 bytes an element
 * @source by definition
 *
 * da = dy, db = dy: handed on, not copied.
 */
export const add: Op = {
  name: "add",

  forward({ a, b }) {
    b.expect("add", a.shape);
    const y = a.graph.tensor("sum", a.shape);
    const size = sizeOf(a.shape);
    a.graph.dispatch({
      kernel: kernel("add_forward"),
      tensors: { a, b, y },
      params: { size },
      workgroups: gridOf(size, 64),
    });
    return { y, saved: {} };
  },

  backward(dy) {
    return { a: () => dy, b: () => dy };
  },

  reference: addReference,
};

/** y += a, in place. */
export function accumulate(a: Tensor, y: Tensor): void {
  a.expect("accumulate", y.shape);
  const size = sizeOf(a.shape);
  a.graph.dispatch({ kernel: kernel("accumulate"), tensors: { a, y }, params: { size }, workgroups: gridOf(size, 64) });
}
