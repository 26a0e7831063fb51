import type { Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf, halves, sizeOf } from "../lib/lib.ts";
import { addReference, scaleReference } from "./elementwise.ref.ts";
import elementwiseWgsl from "./elementwise.wgsl?raw";

const kernel = (entry: string, slots: Readonly<Record<string, Tensor>>): Kernel => ({
  files: [gridFile, { path: "shaders/elementwise/elementwise.wgsl", text: elementwiseWgsl }],
  entry,
  slots: halves(slots),
});

/**
 * Sum of two tensors: y = a + b.
 *
 * @shape a, b (any, the same) → y (the same), nothing saved
 * @dtype a, b: f32 | f16, y as a; the sum f32
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
    const y = a.graph.tensor("sum", a.shape, a.dtype);
    const size = sizeOf(a.shape);
    a.graph.dispatch({
      kernel: kernel("add_forward", { TA: a, TB: b, TY: y }),
      tensors: { a, b, y },
      params: { size, factor: 1 },
      workgroups: gridOf(size, 64),
    });
    return { y, saved: {} };
  },

  backward(dy) {
    return { a: () => dy, b: () => dy };
  },

  reference: addReference,
};

/** y += a, in place. Each f32 or f16, the sum f32. */
export function accumulate(a: Tensor, y: Tensor): void {
  a.expect("accumulate", y.shape);
  const size = sizeOf(a.shape);
  a.graph.dispatch({
    kernel: kernel("accumulate", { TA: a, TY: y }),
    tensors: { a, y },
    params: { size, factor: 1 },
    workgroups: gridOf(size, 64),
  });
}

/**
 * A tensor times a number: y = s·a.
 *
 * @shape a (any) → y (the same), nothing saved
 * @dtype a: f32 | f16, y as a; the product f32
 * @attr factor = s (dimensionless)
 * @error none of its own
 * @tolerance 1 ulp
 * @cost 1 FLOP and 8 bytes an element
 * @source by definition
 *
 * da = s·dy.
 */
export const scale: Op = {
  name: "scale",

  forward({ a }, { factor }) {
    return { y: scaled(a, factor), saved: {} };
  },

  backward(dy, _, { factor }) {
    return { a: () => scaled(dy, factor) };
  },

  reference: scaleReference,
};

function scaled(a: Tensor, factor: number): Tensor {
  const y = a.graph.tensor("scaled", a.shape, a.dtype);
  const size = sizeOf(a.shape);
  a.graph.dispatch({
    kernel: kernel("scale", { TA: a, TY: y }),
    tensors: { a, y },
    params: { size, factor },
    workgroups: gridOf(size, 64),
  });
  return y;
}
