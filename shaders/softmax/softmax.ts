// Softmax over the last axis, for heads that want probabilities. Attention and the losses have their own, fused.

import type { Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf, halves, reduceFile } from "../lib/lib.ts";
import { softmaxReference } from "./softmax.ref.ts";
import softmaxWgsl from "./softmax.wgsl?raw";

const kernel = (entry: string, x: Tensor): Kernel => ({
  files: [gridFile, reduceFile, { path: "shaders/softmax/softmax.wgsl", text: softmaxWgsl }],
  entry,
  slots: halves({ T: x }),
});

/**
 * Probabilities of each row: y = e^(x − m) / Σ e^(x − m), m = max(x).
 *
 * @shape     x (R, C) → y (R, C), saved y
 * @dtype     x: f32 | f16, finite, y as x; every sum f32
 * @error     none of its own
 * @tolerance 4 ulp forward, 8 ulp backward, of |y| + rms(y): exp rounds with |x − m|
 * @cost      5·R·C FLOP and 8·R·C bytes forward; 4·R·C FLOP and 12·R·C bytes backward
 * @source    Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs", eq. 2
 *
 * ∂yᵢ/∂xⱼ = yᵢ·(δᵢⱼ − yⱼ), so dxⱼ = Σᵢ dyᵢ·yᵢ·(δᵢⱼ − yⱼ) = yⱼ·(dyⱼ − Σ dy ⊙ y).
 */
export const softmax: Op = {
  name: "softmax",

  forward({ x }) {
    const [rows, cols] = x.shape;
    const y = x.graph.tensor("probabilities", [rows, cols], x.dtype);
    x.graph.dispatch({
      kernel: kernel("softmax_forward", x),
      tensors: { x, y },
      params: { rows, cols },
      workgroups: gridOf(rows, 1),
    });
    return { y, saved: { y } };
  },

  backward(dy, { y }) {
    return {
      x: () => {
        const [rows, cols] = y.shape;
        const dx = y.graph.tensor("dx", y.shape, y.dtype);
        y.graph.dispatch({
          kernel: kernel("softmax_backward", y),
          tensors: { p: y, dy, dx },
          params: { rows, cols },
          workgroups: gridOf(rows, 1),
        });
        return dx;
      },
    };
  },

  reference: softmaxReference,
};
