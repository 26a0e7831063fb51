// Rotary position embedding of packed query, key and value rows, with and without a cache to write to. Knows no model: angles
// come as a table, positions as numbers.

import { fail } from "../../worker/contract/errors.ts";
import type { Attrs, Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf, halves } from "../lib/lib.ts";
import { ropeReference } from "./rope.ref.ts";
import ropeWgsl from "./rope.wgsl?raw";

export { ropeTable, type RopeScaling } from "./table.ts";

/** Numbers one invocation moves: half a head is a whole number of vec4f, or it is taken one by one. */
const widthOf = (D: number): number => (D % 8 === 0 ? 4 : 1);

const kernel = (entry: string, D: number, slots: Readonly<Record<string, Tensor>>): Kernel => ({
  files: [gridFile, { path: "shaders/rope/rope.wgsl", text: ropeWgsl }],
  entry,
  slots: widthOf(D) === 4 ? { V: "vec4f", ...halves(slots, "vec4<f16>") } : { V: "f32", ...halves(slots) },
});

/** Checks the shapes, and gives the dispatch's params (in units of V) and grid. */
function layout(op: string, x: Tensor, positions: Tensor, table: Tensor, { H, K, D }: Attrs, cacheRows = 0) {
  const [rows] = x.shape;
  x.expect(op, [rows, (H + 2 * K) * D]);
  positions.expect(op, [rows]);
  table.expect(op, [table.shape[0], D]);
  if (D % 2 !== 0) fail({ code: "invalid-argument", name: "D", reason: `rotation needs pairs, a head has ${D}` });
  const half = D / 2 / widthOf(D);
  const params = { rows, q_heads: H, kv_heads: K, half, positions_end: table.shape[0], cache_rows: cacheRows };
  return { rows, params, workgroups: gridOf(rows * (H + 2 * K) * half, 64) };
}

/** y = x with its q and k heads turned; `sign` 1 turns them forth, −1 back. */
function rotate(x: Tensor, positions: Tensor, table: Tensor, attrs: Attrs, sign: 1 | -1): Tensor {
  const { params, workgroups } = layout("rope", x, positions, table, attrs);
  const y = x.graph.tensor(sign > 0 ? "rotated" : "dqkv", x.shape, x.dtype);
  x.graph.dispatch({
    kernel: kernel("rope_rotate", attrs.D, { ROW: x }),
    tensors: { x, positions, table, y },
    params: { ...params, sign },
    workgroups,
  });
  return y;
}

/**
 * Rotary position embedding: turns each pair (x_i, x_{i+D/2}) of the q and k heads by p·f_i; v passes.
 *
 * @shape     qkv (T, (H+2K)·D), positions (T), table (P, D) → y (T, (H+2K)·D), nothing computed is saved
 * @dtype     qkv: f32 | f16, y as qkv; table and the arithmetic: f32; positions: u32, those ≥ P count as P−1
 * @attr      H = query heads, K = key heads (and value heads), D = head size, even
 * @error     shape-mismatch when a shape does not follow from T, P, H, K, D; invalid-argument when D is odd
 * @tolerance 2 ulp forward, 4 ulp backward, of |y| + rms(y)
 * @cost      3·T·(H+K)·D FLOP; 8·T·(H+2K)·D bytes
 * @source    Su et al. 2021, arXiv:2104.09864, eq. 34; pairs (i, i + D/2) as in Hugging Face's Llama
 *
 * Backward. A rotation R is orthogonal: L(Rx) has gradient Rᵀ·dy, the rotation by the opposite angle. No dtable.
 */
export const rope: Op = {
  name: "rope",

  forward({ qkv, positions, table }, attrs) {
    return { y: rotate(qkv, positions, table, attrs, 1), saved: { positions, table } };
  },

  backward(dy, { positions, table }, attrs) {
    return { qkv: () => rotate(dy, positions, table, attrs, -1) };
  },

  reference: ropeReference,
};

export interface RopeAppendInputs {
  readonly qkv: Tensor; // (T, (H+2K)·D)
  readonly positions: Tensor; // (T)
  readonly table: Tensor; // (P, D)
  readonly kCache: Tensor; // (S, K·D)
  readonly vCache: Tensor; // (S, K·D)
}

/**
 * `rope`, and the caches filled: returns the turned q (T, H·D), writes turned k and v to row positions[t] of the caches. A row
 * whose position is S or more is not written. The caches, both of one dtype, are f32 or f16 whatever qkv is, and q is as qkv.
 * Throws as `rope` does.
 */
export function ropeAppend({ qkv, positions, table, kCache, vCache }: RopeAppendInputs, attrs: Attrs): Tensor {
  const { H, K, D } = attrs;
  const [cacheRows] = kCache.shape;
  kCache.expect("rope_append", [cacheRows, K * D]);
  vCache.expect("rope_append", [cacheRows, K * D]);
  const { rows, params, workgroups } = layout("rope_append", qkv, positions, table, attrs, cacheRows);
  const q = qkv.graph.tensor("q", [rows, H * D], qkv.dtype);
  qkv.graph.dispatch({
    kernel: kernel("rope_append", D, { ROW: qkv, CACHE: kCache }),
    tensors: { x: qkv, positions, table, q, kCache, vCache },
    params: { ...params, sign: 1 },
    workgroups,
  });
  return q;
}
