// A linear layer whose matrix is quantised (q8, q4), unpacked inside the kernels, and rows of such a matrix by number. The matrix
// is only read: it has no gradient. `mm` and `embedding` come here when they are given one.
import { fail } from "../../worker/contract/errors.ts";
import type { DType, Kernel, Op, Tensor, Tensors } from "../../worker/engine/op.ts";
import { fusedLinear, mayFuse } from "../fused/fused.ts";
import { gridFile, gridOf, halves, weightsFile } from "../lib/lib.ts";
import { quantizedLinearReference } from "./quantized.ref.ts";
import quantizedWgsl from "./quantized.wgsl?raw";

export interface QuantizedOptions {
  readonly alpha?: number;
  readonly plus?: Tensor | undefined; // as the product: added
  readonly bias?: Tensor | undefined; // (O): added to every row of x Wᵀ
  readonly into?: Tensor | undefined; // as the product: it is added to this, in place, and this is returned
  readonly dtype?: DType; // of the product; absent: as x
  readonly isTiled?: boolean; // few rows too
}

const kernel = (entry: string, W: Tensor, types: Tensors, slots: Kernel["slots"] = {}): Kernel => ({
  files: [weightsFile(W.dtype), gridFile, { path: "shaders/quantized/quantized.wgsl", text: quantizedWgsl }],
  entry,
  slots: { ...slots, ...halves(types) },
});
const bound = (W: Tensor): Tensors => {
  const { words, scales } = W.blocks;
  return { words, scales };
};

/** α·x Wᵀ + plus, for x (M, I) and a quantised W (O, I): (M, O). Throws shape-mismatch. */
export function timesTransposed(x: Tensor, W: Tensor, options: QuantizedOptions = {}): Tensor {
  const { alpha, plus, bias, into, dtype } = options;
  if (mayFuse(x, W) && !options.isTiled)
    return fusedLinear({ x, W, bias, plus }, { into, ...(alpha !== undefined && { alpha }), ...(dtype && { dtype }) });
  return product("quantized_nt", { A: x }, x, W, [W.shape[0], W.shape[1]], options);
}

/** α·dy W + plus, for dy (M, O) and a quantised W (O, I): (M, I). Throws shape-mismatch. */
export function timesQuantized(dy: Tensor, W: Tensor, options: QuantizedOptions = {}): Tensor {
  return product("quantized_nn", { dy }, dy, W, [W.shape[1], W.shape[0]], options);
}

function product(
  entry: string,
  own: Tensors,
  a: Tensor,
  W: Tensor,
  [columns, inner]: readonly [number, number],
  { alpha = 1, plus, bias, into, dtype }: QuantizedOptions,
): Tensor {
  const [M] = a.shape;
  const [O, I] = W.shape;
  a.expect("quantized_linear", [M, inner]);
  plus?.expect("quantized_linear", [M, columns]);
  into?.expect("quantized_linear", [M, columns]);
  const D = into ?? a.graph.tensor("product", [M, columns], dtype ?? a.dtype);
  bias?.expect("quantized_linear", [columns]);
  const added = { C: plus ?? a, bias: bias ?? a }; // bound in any case, read only when there is any
  const adds = { PLUS: into ? "2u" : plus ? "1u" : "0u", HAS_BIAS: bias !== undefined };
  a.graph.dispatch({
    kernel: kernel(entry, W, { TA: a, TC: added.C, TBIAS: added.bias, TD: D }, adds),
    tensors: { ...bound(W), ...own, ...added, D },
    params: { M, O, I, alpha },
    workgroups: [Math.ceil(columns / 32), Math.ceil(M / 64)],
  });
  return D;
}

/** Rows of a quantised table (V, C) by number: (T, C) of f32. An id ≥ V counts as V−1. */
export function gatherQuantized(table: Tensor, ids: Tensor): Tensor {
  const [O, I] = table.shape;
  const [M] = ids.shape;
  const y = table.graph.tensor("y", [M, I]);
  table.graph.dispatch({
    kernel: kernel("quantized_gather", table, {}),
    tensors: { ...bound(table), ids, y },
    params: { M, O, I, alpha: 1 },
    workgroups: gridOf((M * I) / 4, 64),
  });
  return y;
}

/**
 * Linear layer whose matrix is quantised and stays as it is: y = x Wᵀ (+ bias) (+ plus).
 *
 * @shape x (T, I), W (O, I), I a multiple of 32, bias (O) and plus (T, O) optional → y (T, O), saved W
 * @dtype x, bias, plus: f32 | f16, y as x; W: q8 | q4; sums f32
 * @error shape-mismatch; invalid-argument when W is not quantised
 * @tolerance 16 ulp forward, 32 ulp backward, of the values W stands for: a sum of I terms rounds about √I times
 * @cost 2·T·I·O FLOP; 4·T·(I + O) bytes and 34/32 (q8) or 18/32 (q4) bytes a weight
 * @source by definition; the formats: github.com/ggml-org/ggml, src/ggml-quants.c
 *
 *   dx = dy W      dplus = dy      no dW, no dbias
 */
export const quantizedLinear: Op = {
  name: "quantized_linear",

  forward({ x, W, bias, plus }) {
    if (W.dtype !== "q8" && W.dtype !== "q4")
      fail({ code: "invalid-argument", name: "W", reason: `it is ${W.dtype}, expected q8 or q4` });
    return { y: timesTransposed(x, W, { bias, plus }), saved: { W } };
  },

  backward(dy, { W }) {
    return { x: (into) => timesQuantized(dy, W, { into }), plus: () => dy };
  },

  reference: quantizedLinearReference,
};
