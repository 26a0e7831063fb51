// Layer normalisation, as encoders of the BERT family use it. Knows no residual stream.

import type { Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { columnsFile, gridFile, gridOf, halves, reduceFile } from "../lib/lib.ts";
import { layernormReference } from "./layernorm.ref.ts";
import layernormWgsl from "./layernorm.wgsl?raw";

const kernel = (entry: string, slots: Readonly<Record<string, Tensor>>): Kernel => ({
  files: [reduceFile, columnsFile, gridFile, { path: "shaders/norm/layernorm.wgsl", text: layernormWgsl }],
  entry,
  slots: { REDUCE_WG: "64u", ...halves(slots) },
});

/**
 * Layer normalisation: y = w ⊙ x̂ + b, x̂ = r·(x − μ), μ = mean(x), r = 1/√(mean((x − μ)²) + ε).
 *
 * @shape     x (R, C), w (C), b (C) → y (R, C), saved stats (R, 2)
 * @dtype     x, w, b: f32 | f16, y as x; stats, dw, db and every sum: f32
 * @attr      eps = ε (in units of x²), ≥ 0
 * @error     shape-mismatch when w or b is not (C)
 * @tolerance 4 ulp forward, 8 ulp backward, of |y| + rms(y)
 * @cost      8·R·C FLOP forward, 14·R·C backward; 8·R·C bytes forward, 12·R·C backward
 * @source    Ba, Kiros & Hinton 2016, arXiv:1607.06450, eq. 4
 *
 * Derivation of dx. With n = C, g = w ⊙ dy and d = x − μ:
 *   ∂μ/∂xᵢ = 1/n,   ∂r/∂xᵢ = −½·r³·2dᵢ/n = −r³dᵢ/n        (Σ d = 0, so μ adds nothing to ∂r)
 *   dxᵢ    = r·(gᵢ − mean(g)) + (Σⱼ gⱼdⱼ)·∂r/∂xᵢ = r·(gᵢ − mean(g) − x̂ᵢ·mean(g ⊙ x̂))
 */
export const layernorm: Op = {
  name: "layernorm",

  forward({ x, w, b }, { eps }) {
    const [rows, cols] = x.shape;
    w.expect("layernorm", [cols]);
    b.expect("layernorm", [cols]);
    const y = x.graph.tensor("y", [rows, cols], x.dtype);
    const stats = x.graph.tensor("stats", [rows, 2]);
    x.graph.dispatch({
      kernel: kernel("layernorm_forward", { T: x, TW: w, TB: b }),
      tensors: { x, w, b, y, stats },
      params: { rows, cols, eps, adds: 0 },
      workgroups: gridOf(rows, 1),
    });
    return { y, saved: { x, w, stats } };
  },

  backward(dy, { x, w, stats }, { eps }) {
    const [rows, cols] = x.shape;
    const params = { rows, cols, eps, adds: 0 };
    const workgroups = [Math.ceil(cols / 16)] as const;
    return {
      x: () => {
        const dx = x.graph.tensor("dx", x.shape, x.dtype);
        x.graph.dispatch({
          kernel: kernel("layernorm_backward_x", { T: x, TW: w }),
          tensors: { x, w, stats, dy, dx },
          params,
          workgroups: gridOf(rows, 1),
        });
        return dx;
      },
      w: (into) => {
        const dw = into ?? x.graph.tensor("dw", w.shape);
        x.graph.dispatch({
          kernel: kernel("layernorm_backward_w", { T: x }),
          tensors: { x, stats, dy, dw },
          params: { ...params, adds: into ? 1 : 0 },
          workgroups,
        });
        return dw;
      },
      b: (into) => {
        const db = into ?? x.graph.tensor("db", w.shape);
        x.graph.dispatch({
          kernel: kernel("layernorm_backward_b", { T: x }),
          tensors: { dy, db },
          params: { ...params, adds: into ? 1 : 0 },
          workgroups,
        });
        return db;
      },
    };
  },

  reference: layernormReference,
};
