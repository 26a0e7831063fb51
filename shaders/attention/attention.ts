// Attention over ranges of keys: causal, bidirectional and packed sequences are the same kernel with other ranges. Knows no
// model and no cache policy: who sees what is said in tensors.

import { fail } from "../../worker/contract/errors.ts";
import type { Attrs, Grid, Kernel, Op, Tensor, Tensors } from "../../worker/engine/op.ts";
import { gridFile, gridOf, halves } from "../lib/lib.ts";
import { attentionReference } from "./attention.ref.ts";
import broadcastWgsl from "./attention-broadcast.wgsl?raw";
import attentionWgsl from "./attention.wgsl?raw";
import backwardBroadcastWgsl from "./backward-broadcast.wgsl?raw";
import backwardWgsl from "./backward.wgsl?raw";

const LANES = 64;
const SHARING_LANES = 8; // of the kernels that share loads
const FEW_ROWS = 16; // up to here an invocation a (row, head) leaves a GPU idle
const UNLIMITED = 0xffff_ffff; // a window that holds every key
const MAX_D = 128; // an invocation keeps up to four heads' worth of numbers

/**
 * Who does a (row, head): one invocation; the same, eight of which share their loads; 64, merged by a second dispatch; 64, merged
 * by their workgroup.
 */
export type AttentionVariant = "rows" | "broadcast" | "split" | "group";

/** Numbers one load moves. */
const widthOf = (D: number): number => (D % 4 === 0 ? 4 : 2);
const slotsOf = (D: number, stored: Tensors) => ({
  V: `vec${widthOf(D)}f`,
  D: `${D / widthOf(D)}u`,
  ...halves(stored, `vec${widthOf(D)}<f16>`),
});

/** The largest divisor of `columns` up to 8. */
function chunkOf(columns: number): number {
  let chunk = Math.min(8, columns);
  while (columns % chunk !== 0) chunk--;
  return chunk;
}

const forwardKernel = (entry: string, D: number, stored: Tensors): Kernel => ({
  files: [gridFile, { path: "shaders/attention/attention.wgsl", text: attentionWgsl }],
  entry,
  slots: { ...slotsOf(D, stored), CHUNK: `${chunkOf(D / widthOf(D))}u` },
});
const broadcastKernel = (name: "attention" | "backward", entry: string, D: number, stored: Tensors): Kernel => ({
  files: [
    {
      path: `shaders/attention/${name}-broadcast.wgsl`,
      text: name === "attention" ? broadcastWgsl : backwardBroadcastWgsl,
    },
  ],
  entry: `${entry}_broadcast`,
  slots: slotsOf(D, stored),
});
const backwardKernel = (entry: string, D: number, qkv: Tensor): Kernel => ({
  files: [{ path: "shaders/attention/backward.wgsl", text: backwardWgsl }],
  entry,
  slots: slotsOf(D, { ROW: qkv }),
});

function checkHeads({ H, K, D }: Attrs): void {
  if (D % 2 !== 0 || D > MAX_D)
    fail({ code: "invalid-argument", name: "D", reason: `a head has ${D} numbers: even, and at most ${MAX_D}` });
  if (H % K !== 0) fail({ code: "invalid-argument", name: "K", reason: `${H} query heads over ${K} key heads` });
}

/** Where queries, keys and values stand: tensors, and distances in numbers. */
interface Heads {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  readonly qStride: number;
  readonly kvStride: number;
  readonly kOffset: number;
  readonly vOffset: number;
}

function variantFor({ shape: [rows], graph }: Tensor): AttentionVariant {
  if (rows > FEW_ROWS) return graph.tuning.hasDearLoads ? "broadcast" : "rows";
  return graph.tuning.hasCheapBarriers ? "group" : "split";
}

function attend(at: Heads, ranges: Tensor, attrs: Attrs, variant?: AttentionVariant): { y: Tensor; lse: Tensor } {
  const { H, K, D } = attrs;
  const { graph } = at.q;
  const [rows] = at.q.shape;
  const width = widthOf(D);
  const y = graph.tensor("attended", [rows, H * D], at.q.dtype);
  const lse = graph.tensor("lse", [rows, H]);
  const params = {
    rows,
    q_heads: H,
    kv_heads: K,
    q_stride: at.qStride / width,
    kv_stride: at.kvStride / width,
    k_offset: at.kOffset / width,
    v_offset: at.vOffset / width,
    key_rows: at.k.shape[0],
    columns: D / width,
    window: attrs.window || UNLIMITED,
    scale: 1 / Math.sqrt(D),
  };
  const dispatch = (entry: string, tensors: Tensors, workgroups: Grid) =>
    graph.dispatch({
      kernel: forwardKernel(`attention_forward${entry}`, D, { ROW: at.q, KV: at.k }),
      tensors,
      params,
      workgroups,
    });
  const inputs = { q: at.q, k: at.k, v: at.v, ranges };
  switch (variant ?? variantFor(at.q)) {
    case "rows":
      dispatch("", { ...inputs, y, lse }, [Math.ceil(rows / LANES), H]);
      break;
    case "broadcast":
      graph.dispatch({
        kernel: broadcastKernel("attention", "attention_forward", D, { ROW: at.q, KV: at.k }),
        tensors: { ...inputs, y, lse },
        params,
        workgroups: [Math.ceil(rows / SHARING_LANES), H],
      });
      break;
    case "group":
      dispatch("_group", { ...inputs, y, lse }, [rows, H]);
      break;
    case "split": {
      const part_sums = graph.tensor("part sums", [rows, H, LANES, D]);
      const part_stats = graph.tensor("part stats", [rows, H, LANES, 2]);
      dispatch("_split", { ...inputs, part_sums, part_stats }, [rows, H]);
      dispatch("_merge", { part_sums, part_stats, y, lse }, gridOf((rows * H * D) / width, LANES));
    }
  }
  return { y, lse };
}

/**
 * Scaled dot-product attention: y_t = Σ_j p_tj·v_j, p_t = softmax over the keys j that row t sees of q_t·k_j/√D.
 *
 * @shape     qkv (T, (H+2K)·D), ranges (T, 2), queries (T, 2; may be left out when nothing is trained) → y (T, H·D),
 *            saved lse (T, H)
 * @dtype     qkv: f32 | f16, y as qkv; lse and every sum: f32; ranges, queries: u32
 * @attr      H = query heads, K = key heads (and value heads), K divides H: q head h uses kv head ⌊h·K/H⌋; D = head size, even, ≤ 128;
 *            window = how many keys a row sees at most, the last of its range; 0 or left out: all
 * @units     ranges[t] = keys [first, last) that row t sees, none gives y = 0; queries[j] = rows [first, last) among which are all that
 *            see key j (ranges decides)
 * @error     shape-mismatch when a shape does not follow from T, H, K, D; invalid-argument when D is odd or above 128, K does not
 *            divide H, or the gradient is asked for without `queries`
 * @tolerance 20 ulp forward, 40 ulp backward, of |y| + rms(y): a score sums D products and goes under an exp, and the
 *            gradient subtracts Δ, which cancels; besides, where they are stored in f16, 2 f16 ulps forward and 4 backward, as Δ
 *            is taken from a rounded y
 * @cost      4·N·H·D FLOP forward, 10·N·H·D + 4·N·H·D recomputed backward, where N = Σ_t keys that row t sees; 4·T·(2H+2K)·D bytes
 * @source    Vaswani et al. 2017, arXiv:1706.03762, eq. 1; Dao et al. 2022, arXiv:2205.14135
 *
 * Derivation, a head at a time. With s_tj = q_t·k_j/√D, p = softmax(s), g = dy:
 *   dv_j  = Σ_t p_tj·g_t                     dp_tj = g_t·v_j
 *   ds_tj = p_tj·(dp_tj − Σ_i p_ti·dp_ti)    and Σ_i p_ti·dp_ti = g_t·Σ_i p_ti·v_i = g_t·y_t = Δ_t
 *   dq_t  = Σ_j ds_tj·k_j/√D                 dk_j = Σ_t ds_tj·q_t/√D
 * k_j and v_j serve H/K q heads: their gradients sum over them. p_tj = exp(s_tj − lse_t) is computed again, not kept.
 */
export const attention: Op = {
  name: "attention",

  forward(inputs, attrs) {
    const { qkv, ranges }: Tensors = inputs;
    const queries: Tensor | undefined = inputs.queries;
    const { H, K, D } = attrs;
    checkHeads(attrs);
    const [rows] = qkv.shape;
    const stride = (H + 2 * K) * D;
    qkv.expect("attention", [rows, stride]);
    ranges.expect("attention", [rows, 2]);
    queries?.expect("attention", [rows, 2]);
    const at = { q: qkv, k: qkv, v: qkv, qStride: stride, kvStride: stride, kOffset: H * D, vOffset: (H + K) * D };
    const { y, lse } = attend(at, ranges, attrs);
    return { y, saved: { qkv, ranges, y, lse, ...(queries ? { queries } : {}) } };
  },

  backward(dy, saved, attrs) {
    return { qkv: () => backwardQkv(dy, saved, attrs) };
  },

  reference: attentionReference,
};

function backwardQkv(dy: Tensor, saved: Tensors, { H, K, D, window }: Attrs): Tensor {
  const { qkv, ranges, y, lse } = saved;
  const queries: Tensor | undefined = saved.queries;
  if (!queries) fail({ code: "invalid-argument", name: "queries", reason: "the gradient of attention needs them" });
  const { graph } = qkv;
  const [rows] = qkv.shape;
  const deltas = graph.tensor("deltas", [rows, H]);
  const dqkv = graph.tensor("dqkv", qkv.shape, qkv.dtype);
  const columns = D / widthOf(D);
  const params = { rows, q_heads: H, kv_heads: K, columns, window: window || UNLIMITED, scale: 1 / Math.sqrt(D) };
  const tiles = Math.ceil(rows / LANES);
  graph.dispatch({
    kernel: backwardKernel("attention_backward_delta", D, qkv),
    tensors: { y, dy, delta: deltas },
    params,
    workgroups: [tiles, H],
  });
  const record = (entry: string, tensors: Tensors, heads: number) =>
    graph.dispatch(
      graph.tuning.hasDearLoads
        ? {
            ...{ kernel: broadcastKernel("backward", entry, D, { ROW: qkv }), tensors, params },
            workgroups: [Math.ceil(rows / SHARING_LANES), heads],
          }
        : { kernel: backwardKernel(entry, D, qkv), tensors, params, workgroups: [tiles, heads] },
    );
  record("attention_backward_q", { qkv, ranges, lse, dy, deltas, dqkv }, H);
  record("attention_backward_kv", { qkv, ranges, queries, lse, dy, deltas, dqkv }, K);
  return dqkv;
}

export interface AttentionCachedInputs {
  readonly q: Tensor; // (T, H·D)
  readonly kCache: Tensor; // (S, K·D)
  readonly vCache: Tensor; // (S, K·D)
  readonly ranges: Tensor; // (T, 2): the cache rows that row t sees
}

/**
 * `attention` of T new rows over caches of S rows → y (T, H·D). The caches, both of one dtype, are f32 or f16 whatever q is,
 * and y is as q. Throws as `attention` does; not differentiable. Without a `variant`, the number of rows and what barriers cost on this device decide.
 */
export function attentionCached(
  { q, kCache, vCache, ranges }: AttentionCachedInputs,
  attrs: Attrs,
  variant?: AttentionVariant,
): Tensor {
  const { H, K, D } = attrs;
  checkHeads(attrs);
  const [rows] = q.shape;
  const [cacheRows] = kCache.shape;
  q.expect("attention_cached", [rows, H * D]);
  kCache.expect("attention_cached", [cacheRows, K * D]);
  vCache.expect("attention_cached", [cacheRows, K * D]);
  ranges.expect("attention_cached", [rows, 2]);
  const at = { q, k: kCache, v: vCache, qStride: H * D, kvStride: K * D, kOffset: 0, vOffset: 0 };
  return attend(at, ranges, attrs, variant).y;
}
