import type { Attrs, Op, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf, sizeOf } from "../lib/lib.ts";
import { dropoutReference } from "./dropout.ref.ts";
import dropoutWgsl from "./dropout.wgsl?raw";

/**
 * Dropout: y = x·keep/(1 − rate), where a hash of element, seed and stream says which elements are kept. No mask is stored:
 * the backward pass, and a forward pass that is recorded again, find the same ones.
 *
 * @shape x (any), seed (1) → y as x, saved seed
 * @dtype x, y: f32; seed: u32
 * @attr rate = the share that becomes zero, in [0, 1); stream = which mask of a step, a whole number
 * @error shape-mismatch when seed is not (1)
 * @tolerance 1 ulp
 * @cost 8 bytes an element
 * @source Srivastava et al. 2014, JMLR 15:1929; hash: Jarzynski & Olano 2020, JCGT 9(3), pcg3d
 *
 * dx = dy·keep/(1 − rate).
 */
export const dropout: Op = {
  name: "dropout",

  forward({ x, seed }, attrs) {
    seed.expect("dropout", [1]);
    return { y: masked(x, seed, attrs), saved: { seed } };
  },

  backward(dy, { seed }, attrs) {
    return { x: () => masked(dy, seed, attrs) };
  },

  reference: dropoutReference,
};

function masked(x: Tensor, seed: Tensor, { rate, stream }: Attrs): Tensor {
  const y = x.graph.tensor("dropped", x.shape);
  const size = sizeOf(x.shape);
  x.graph.dispatch({
    kernel: { files: [gridFile, { path: "shaders/dropout/dropout.wgsl", text: dropoutWgsl }], entry: "dropout" },
    tensors: { x, seed, y },
    params: { size, threshold: Math.floor(rate * 2 ** 32), factor: 1 / (1 - rate), stream },
    workgroups: gridOf(size, 64),
  });
  return y;
}
