// A linear layer with low-rank adapters. The layer may be several matrices stored as one (q, k and v), each with an adapter of
// its own or none. Knows neither training nor files: a frozen layer is one whose W nobody asks a gradient of.
import { fail } from "../../worker/contract/errors.ts";
import type { Attrs, Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf } from "../lib/lib.ts";
import { mm, sumRows } from "../matmul/matmul.ts";
import { loraLinearReference } from "./lora.ref.ts";
import loraWgsl from "./lora.wgsl?raw";

const TILE = 8; // as in lora.wgsl

const kernel = (entry: string, rank: number): Kernel => ({
  files: [gridFile, { path: "shaders/lora/lora.wgsl", text: loraWgsl }],
  entry,
  slots: { RANK4: `${rank / 4}u` },
});

interface Layout {
  readonly rank: number;
  readonly parts: number;
  readonly rows: number; // of B
  readonly params: Readonly<Record<string, number>>;
}

/** Throws invalid-argument for a rank that is no multiple of 4 or parts that leave the layer; shape-mismatch for A or B. */
function layoutOf(attrs: Attrs, x: Tensor, N: number, A: Tensor, B: Tensor): Layout {
  const { rank, scale } = attrs;
  const widths = [0, 1, 2].map((p) => attrs[`w${p}`] ?? 0);
  const offsets = [0, 1, 2].map((p) => attrs[`o${p}`] ?? 0);
  const parts = widths.filter((w) => w > 0).length;
  const isOutside = widths.some((w, p) => w < 0 || offsets[p] < 0 || offsets[p] + w > N || (p < parts && w === 0));
  if (!(rank > 0) || rank % 4 !== 0 || isOutside)
    fail({ code: "invalid-argument", name: "adapter", reason: `rank ${rank}, widths ${widths} at ${offsets} of ${N}` });
  const rows = widths.reduce((a, b) => a + b, 0);
  A.expect("lora_linear", [parts * rank, x.shape[1]]);
  B.expect("lora_linear", [rows, rank]);
  const [o0, o1, o2] = offsets;
  const [w0, w1, w2] = widths;
  return { rank, parts, rows, params: { T: x.shape[0], N, parts, scale, o0, w0, o1, w1, o2, w2, adds: 0 } };
}

/**
 * Linear layer with low-rank adapters: y = x Wᵀ (+ bias) (+ plus), and in the columns of part p also s·(xa A_pᵀ) B_pᵀ.
 *
 * @shape x (T, I), W (O, I), A (P·rank, I), B (Σ w, rank), bias (O) and plus (T, O) optional, xa (T, I) optional: what the adapters read
 *   instead of x (x after dropout) → y (T, O), saved x, xa, W, A, B, z (T, P·rank)
 * @dtype f32; sums f32
 * @attr rank = a multiple of 4; scale = s; o0, w0, o1, w1, o2, w2 = first column and width of each part, width 0: no such part
 * @error invalid-argument for a rank or parts that do not fit, shape-mismatch
 * @tolerance 32 ulp forward, 64 ulp backward: two products, one after the other
 * @cost 2·T·I·O + 2·T·rank·(P·I + Σ w) FLOP
 * @source Hu et al. 2021, arXiv:2106.09685, eq. 3
 *
 *   dz = s·dy_p B_p     dx = dy W     dxa = dz A     dA = dzᵀ xa     dB_p = s·dy_pᵀ z     dbias = Σ_t dy_t     dplus = dy
 */
export const loraLinear: Op = {
  name: "lora_linear",

  forward({ x, W, A, B, bias, plus, xa }, attrs) {
    const read = xa ?? x;
    const layout = layoutOf(attrs, x, W.shape[0], A, B);
    const z = mm(read, A.T);
    const y = mm(x, W.T, { bias, plus });
    x.graph.dispatch({
      kernel: kernel("lora_up", layout.rank),
      tensors: { z, B, y },
      params: layout.params,
      workgroups: gridOf(layout.rows * Math.ceil(x.shape[0] / TILE), 64),
    });
    return { y, saved: { x, W, A, B, z, read, ...(bias && { bias }), ...(xa && { xa }) } };
  },

  backward(dy, { x, W, A, B, z, read, bias, xa }, attrs) {
    const { rank, rows, parts, params } = layoutOf(attrs, x, W.shape[0], A, B);
    let known: Tensor | undefined;
    const dzOnce = (): Tensor => {
      if (known) return known;
      known = dy.graph.tensor("dz", z.shape);
      dy.graph.dispatch({
        kernel: kernel("lora_down", rank),
        tensors: { dy, B, dz: known },
        params,
        workgroups: gridOf((x.shape[0] * parts * rank) / 4, 64),
      });
      return known;
    };
    return {
      x: (into) => {
        const dx = mm(dy, W, { into });
        return xa ? dx : mm(dzOnce(), A, { into: dx });
      },
      W: (into) => mm(dy.T, x, { into }),
      A: (into) => mm(dzOnce().T, read, { into }),
      B: (into) => {
        const dB = into ?? dy.graph.tensor("dB", B.shape);
        dy.graph.dispatch({
          kernel: kernel("lora_weights", rank),
          tensors: { dy, z, dB },
          params: { ...params, adds: into ? 1 : 0 },
          workgroups: gridOf((rows * rank) / 4, 64),
        });
        return dB;
      },
      ...(bias && { bias: (into) => sumRows(dy, into) }),
      plus: () => dy,
      xa: (into) => mm(dzOnce(), A, { into }),
    };
  },

  reference: loraLinearReference,
};
