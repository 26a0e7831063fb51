import type { Kernel, Op } from "../../worker/engine/op.ts";
import { gridFile, gridOf } from "../lib/lib.ts";
import { swigluReference } from "./swiglu.ref.ts";
import swigluWgsl from "./swiglu.wgsl?raw";

const kernel = (entry: string): Kernel => ({
  files: [gridFile, { path: "shaders/activation/swiglu.wgsl", text: swigluWgsl }],
  entry,
});

/**
 * Gated activation: y = silu(gate)·up, with gate and up side by side in a row.
 *
 * @shape gu (T, 2F), columns [0, F) the gate and [F, 2F) the up → y (T, F), saved gu
 * @dtype f32
 * @error none of its own: an odd width counts down
 * @tolerance 8 ulp forward, 16 ulp backward: exp rounds with |gate|
 * @cost 5 FLOP and 12 bytes an element of y
 * @source Shazeer 2020, arXiv:2002.05202, eq. 6
 *
 * With s = 1/(1 + e^−gate):   dgate = dy·up·s·(1 + gate·(1 − s))      dup = dy·gate·s
 */
export const swiglu: Op = {
  name: "swiglu",

  forward({ gu }) {
    const [rows, columns] = gu.shape;
    const width = Math.floor(columns / 2);
    const y = gu.graph.tensor("gated", [rows, width]);
    const size = rows * width;
    gu.graph.dispatch({
      kernel: kernel("swiglu_forward"),
      tensors: { gu, y },
      params: { size, width },
      workgroups: gridOf(size, 64),
    });
    return { y, saved: { gu } };
  },

  backward(dy, { gu }) {
    return {
      gu: () => {
        const [rows, width] = dy.shape;
        const size = rows * width;
        const dgu = gu.graph.tensor("dgu", gu.shape);
        gu.graph.dispatch({
          kernel: kernel("swiglu_backward"),
          tensors: { gu, dy, dgu },
          params: { size, width },
          workgroups: gridOf(size, 64),
        });
        return dgu;
      },
    };
  },

  reference: swigluReference,
};
