// From token vectors to text vectors. Both ops sum in row order, so a text's vector does not depend on its neighbours.
import type { Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf, halves, reduceFile, sizeOf } from "../lib/lib.ts";
import { meanPoolReference, normalizeReference } from "./pool.ref.ts";
import poolWgsl from "./pool.wgsl?raw";

const kernel = (entry: string, x: Tensor): Kernel => ({
  files: [gridFile, reduceFile, { path: "shaders/pool/pool.wgsl", text: poolWgsl }],
  entry,
  slots: halves({ T: x }),
});

/**
 * Mean of each text's rows: y_b = mean of x_t for t in [ranges_b0, ranges_b1). An empty range gives zeros.
 *
 * @shape ranges (B, 2), x (T, C) → y (B, C), saved ranges
 * @dtype x: f32 | f16, y as x; sums: f32; ranges: u32, not overlapping
 * @error shape-mismatch when ranges is not (B, 2)
 * @tolerance 8 ulp
 * @cost T·C FLOP; 4·(T + B)·C bytes
 * @source Reimers & Gurevych 2019, arXiv:1908.10084, §3
 *
 * dx_t = dy_b / n_b for the b whose range holds t, else 0.
 */
export const meanPool: Op = {
  name: "mean_pool",

  forward({ x, ranges }) {
    const [rows] = ranges.shape;
    const [, cols] = x.shape;
    ranges.expect("mean_pool", [rows, 2]);
    const y = x.graph.tensor("pooled", [rows, cols], x.dtype);
    x.graph.dispatch({
      kernel: kernel("mean_pool_forward", x),
      tensors: { x, ranges, y },
      params: { rows, cols, eps: 0 },
      workgroups: gridOf(sizeOf(y.shape), 64),
    });
    return { y, saved: { x, ranges } };
  },

  backward(dy, { x, ranges }) {
    return {
      x: () => {
        const [rows, cols] = dy.shape;
        const dx = x.graph.tensor("dx", x.shape, x.dtype);
        x.graph.clear(dx);
        x.graph.dispatch({
          kernel: kernel("mean_pool_backward", x),
          tensors: { ranges, dy, dx },
          params: { rows, cols, eps: 0 },
          workgroups: gridOf(sizeOf(dy.shape), 64),
        });
        return dx;
      },
    };
  },

  reference: meanPoolReference,
};

/**
 * Rows of unit length: y = r·x, r = 1/√(Σ x² + ε).
 *
 * @shape x (B, C) → y (B, C), saved x
 * @dtype x: f32 | f16, y as x; sums: f32
 * @attr eps = ε, keeps a row of zeros at zero, > 0
 * @units ε in units of x²
 * @error none of its own
 * @tolerance 4 ulp forward, 8 ulp backward
 * @cost 3 FLOP and 8 bytes an element
 * @source by definition
 *
 * ∂r/∂x_i = −r³x_i, so dx = r·dy − r³·x·Σ(dy ⊙ x) = r·(dy − y·Σ(dy ⊙ y)).
 */
export const normalize: Op = {
  name: "normalize",

  forward({ x }, { eps }) {
    const [rows, cols] = x.shape;
    const y = x.graph.tensor("unit", x.shape, x.dtype);
    x.graph.dispatch({
      kernel: kernel("normalize_forward", x),
      tensors: { x, y },
      params: { rows, cols, eps },
      workgroups: gridOf(rows, 1),
    });
    return { y, saved: { x } };
  },

  backward(dy, { x }, { eps }) {
    return {
      x: () => {
        const [rows, cols] = x.shape;
        const dx = x.graph.tensor("dx", x.shape, x.dtype);
        x.graph.dispatch({
          kernel: kernel("normalize_backward", x),
          tensors: { x, dy, dx },
          params: { rows, cols, eps },
          workgroups: gridOf(rows, 1),
        });
        return dx;
      },
    };
  },

  reference: normalizeReference,
};
