import type { Kernel, Op, Shape, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf, halves } from "../lib/lib.ts";
import { swigluReference } from "./swiglu.ref.ts";
import swigluWgsl from "./swiglu.wgsl?raw";

/** Numbers that an invocation takes at a time. */
const widthOf = (F: number): number => (F % 4 === 0 ? 4 : 1);

const kernel = (entry: string, F: number, gu: Tensor): Kernel => ({
  files: [gridFile, { path: "shaders/activation/swiglu.wgsl", text: swigluWgsl }],
  entry,
  slots: widthOf(F) === 4 ? { V: "vec4f", ...halves({ T: gu }, "vec4<f16>") } : halves({ T: gu }),
});

/** Of y (rows, F), in what one invocation takes. */
function layoutOf([rows, F]: Shape) {
  const width = F / widthOf(F);
  const size = rows * width;
  return { params: { size, width }, workgroups: gridOf(size, 64) };
}

/**
 * Gated activation: y = silu(gate)·up, with gate and up side by side in a row.
 *
 * @shape gu (T, 2F), columns [0, F) the gate and [F, 2F) the up → y (T, F), saved gu
 * @dtype gu: f32 | f16, y as gu; the arithmetic f32
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
    const y = gu.graph.tensor("gated", [rows, width], gu.dtype);
    gu.graph.dispatch({ kernel: kernel("swiglu_forward", width, gu), tensors: { gu, y }, ...layoutOf(y.shape) });
    return { y, saved: { gu } };
  },

  backward(dy, { gu }) {
    return {
      gu: () => {
        const dgu = gu.graph.tensor("dgu", gu.shape, gu.dtype);
        gu.graph.dispatch({
          kernel: kernel("swiglu_backward", dy.shape[1], gu),
          tensors: { gu, dy, dgu },
          ...layoutOf(dy.shape),
        });
        return dgu;
      },
    };
  },

  reference: swigluReference,
};
