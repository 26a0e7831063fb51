// Root-mean-square normalisation, and layernorm and the norm of heads beside it. Knows no residual stream: fusing is the model's wish, not the op's.

import type { Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { columnsFile, gridFile, gridOf, halves, reduceFile } from "../lib/lib.ts";
import { rmsnormReference } from "./norm.ref.ts";
import normWgsl from "./norm.wgsl?raw";

export { headnorm } from "./headnorm.ts";
export { layernorm } from "./layernorm.ts";

const kernel = (entry: string, slots: Readonly<Record<string, Tensor>>): Kernel => ({
  files: [reduceFile, columnsFile, gridFile, { path: "shaders/norm/norm.wgsl", text: normWgsl }],
  entry,
  slots: { REDUCE_WG: "64u", ...halves(slots) },
});

/**
 * Root-mean-square normalisation: y = w ⊙ r·x, r = 1/√(mean(x²) + ε).
 *
 * @shape x (R, C), w (C) → y (R, C), saved r (R)
 * @dtype x, w: f32 | f16, y as x; r, dw and every sum: f32
 * @units ε in units of x²
 * @error shape-mismatch when w is not (C)
 * @tolerance 2 ulp forward, 4 ulp backward, of |y| + rms(y)
 * @source Zhang & Sennrich 2019, arXiv:1910.07467, eq. 4
 *
 * Derivation of dx. With n = C, L the loss and g = w ⊙ dy:
 *   ∂r/∂xᵢ = −½·(mean(x²) + ε)^(−3/2) · 2xᵢ/n = −r³xᵢ/n
 *   dxᵢ    = r·gᵢ + (Σⱼ gⱼxⱼ)·∂r/∂xᵢ = r·(gᵢ − x̂ᵢ·mean(g ⊙ x̂))
 */
export const rmsnorm: Op = {
  name: "rmsnorm",

  forward({ x, w }, { eps }) {
    const [rows, cols] = x.shape;
    w.expect("rmsnorm", [cols]);
    const y = x.graph.tensor("y", [rows, cols], x.dtype);
    const r = x.graph.tensor("r", [rows]);
    const hasBarriers = x.graph.tuning.hasCheapBarriers;
    x.graph.dispatch({
      kernel: kernel(hasBarriers ? "rmsnorm_forward" : "rmsnorm_forward_serial", { T: x, TW: w }),
      tensors: { x, w, y, r },
      params: { rows, cols, eps, adds: 0 },
      workgroups: gridOf(rows, hasBarriers ? 1 : 64),
    });
    return { y, saved: { x, w, r } };
  },

  backward(dy, { x, w, r }, { eps }) {
    const [rows, cols] = x.shape;
    const params = { rows, cols, eps, adds: 0 };
    return {
      x: () => {
        const dx = x.graph.tensor("dx", x.shape, x.dtype);
        x.graph.dispatch({
          kernel: kernel("rmsnorm_backward_x", { T: x, TW: w }),
          tensors: { x, w, r, dy, dx },
          params,
          workgroups: gridOf(rows, 1),
        });
        return dx;
      },
      w: (into) => {
        const dw = into ?? x.graph.tensor("dw", w.shape);
        x.graph.dispatch({
          kernel: kernel("rmsnorm_backward_w", { T: x }),
          tensors: { x, r, dy, dw },
          params: { ...params, adds: into ? 1 : 0 },
          workgroups: [Math.ceil(cols / 16)],
        });
        return dw;
      },
    };
  },

  reference: rmsnormReference,
};
