// Normalisation of query and key heads before they are turned, as Qwen3 has it. Knows packed rows; nothing of attention.

import type { Attrs, Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { columnsFile, gridFile, gridOf, halves, reduceFile } from "../lib/lib.ts";
import { headnormReference } from "./headnorm.ref.ts";
import headnormWgsl from "./headnorm.wgsl?raw";

const kernel = (entry: string, slots: Readonly<Record<string, Tensor>>): Kernel => ({
  files: [reduceFile, columnsFile, gridFile, { path: "shaders/norm/headnorm.wgsl", text: headnormWgsl }],
  entry,
  slots: { REDUCE_WG: "64u", ...halves(slots) },
});

const paramsOf = ([rows]: readonly number[], { H, K, D, eps }: Attrs) =>
  ({ rows, q_heads: H, kv_heads: K, size: D, eps, adds: 0 }) as const;

/**
 * Root-mean-square normalisation of every query head by the first half of w and every key head by the second: y = w ⊙ r·x,
 * r = 1/√(mean(x²) + ε) over the D numbers of the head. Value heads pass.
 *
 * @shape qkv (T, (H+2K)·D), w (2·D) → y (T, (H+2K)·D), saved qkv, w, r (T, H+2K)
 * @dtype qkv, w: f32 | f16, y as qkv; r, dw and every sum: f32
 * @attr H = query heads, K = key heads (and value heads), D = head size, eps = ε
 * @units ε in units of x²
 * @error shape-mismatch when a shape does not follow from T, H, K, D
 * @tolerance 8 ulp forward, 16 ulp backward, of |y| + rms(y): a head is summed in one row
 * @cost 4·T·(H+K)·D FLOP and 8·T·(H+2K)·D bytes forward
 * @source Henry et al. 2020, arXiv:2010.04245; Zhang & Sennrich 2019, arXiv:1910.07467, eq. 4
 *
 * dx of a head is that of `rmsnorm`; dw sums over rows and over the heads of its kind.
 */
export const headnorm: Op = {
  name: "headnorm",

  forward({ qkv, w }, attrs) {
    const { H, K, D } = attrs;
    const [rows] = qkv.shape;
    qkv.expect("headnorm", [rows, (H + 2 * K) * D]);
    w.expect("headnorm", [2 * D]);
    const y = qkv.graph.tensor("normalised heads", qkv.shape, qkv.dtype);
    const r = qkv.graph.tensor("r", [rows, H + 2 * K]);
    const hasBarriers = qkv.graph.tuning.hasCheapBarriers;
    qkv.graph.dispatch({
      kernel: kernel(hasBarriers ? "headnorm_forward" : "headnorm_forward_serial", { T: qkv, TW: w }),
      tensors: { x: qkv, w, y, r },
      params: paramsOf(qkv.shape, attrs),
      workgroups: gridOf(rows * (H + 2 * K), hasBarriers ? 1 : 64),
    });
    return { y, saved: { qkv, w, r } };
  },

  backward(dy, { qkv, w, r }, attrs) {
    const { H, K, D } = attrs;
    return {
      qkv: () => {
        const dx = qkv.graph.tensor("dqkv", qkv.shape, qkv.dtype);
        qkv.graph.dispatch({
          kernel: kernel("headnorm_backward_x", { T: qkv, TW: w }),
          tensors: { x: qkv, w, r, dy, dx },
          params: paramsOf(qkv.shape, attrs),
          workgroups: gridOf(qkv.shape[0] * (H + 2 * K), 64),
        });
        return dx;
      },
      w: (into) => {
        const dw = into ?? qkv.graph.tensor("dw", w.shape);
        qkv.graph.dispatch({
          kernel: kernel("headnorm_backward_w", { T: qkv }),
          tensors: { x: qkv, r, dy, dw },
          params: { ...paramsOf(qkv.shape, attrs), adds: into ? 1 : 0 },
          workgroups: [Math.ceil(D / 16), 2],
        });
        return dw;
      },
    };
  },

  reference: headnormReference,
};
