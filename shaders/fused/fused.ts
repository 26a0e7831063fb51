// A linear layer over a few rows with the norm before it and the gate or residual after it, in one dispatch: what a step of decoding
// is made of. It only runs; training keeps the parts apart, as their gradients need what is between them.
import { fail } from "../../worker/contract/errors.ts";
import type { DType, Kernel, Tensor, Tensors } from "../../worker/engine/op.ts";
import { halves, weightsFile } from "../lib/lib.ts";
import fusedWgsl from "./fused.wgsl?raw";

/** Rows of x that it takes: a step of decoding, or of a few guessed tokens. */
export const FEW_ROWS = 4;
const LANES = 8;
const WG = 64;

export interface FusedLinearInputs {
  readonly x: Tensor; // (T, I)
  readonly W: Tensor; // (O, I)
  readonly norm?: Tensor | undefined; // (I)
  readonly bias?: Tensor | undefined; // (O)
  readonly plus?: Tensor | undefined; // (T, N)
}
export interface FusedLinearOptions {
  readonly eps?: number; // of the norm
  readonly isGated?: boolean;
  readonly alpha?: number;
  readonly into?: Tensor | undefined; // (T, N): the result is added to it, in place, and it is returned
  readonly dtype?: DType; // of y; absent: as x
  readonly variant?: "group" | "serial"; // absent: as barriers cost
}

/** Whether `fusedLinear` takes x and W. */
export const mayFuse = (x: Tensor, W: Tensor): boolean => x.shape[0] <= FEW_ROWS && W.shape[1] % 32 === 0;

/**
 * Linear layer over a few rows, with a norm before it or none: y = α·x̂ Wᵀ + bias + plus, or gated: y = silu(x̂ Gᵀ) ⊙ (x̂ Uᵀ) where the
 * rows of W are G's, then U's. x̂ = norm ⊙ x/√(mean(x²) + ε), or x.
 *
 * @shape     x (T, I), T ≤ 4, W (O, I), I a multiple of 32, norm (I), bias (O), plus (T, N) → y (T, N); N = O, gated O/2
 * @dtype     x, norm, bias, plus: f32 | f16; W: f32 | f16 | q8 | q4; y as x; sums f32
 * @error     shape-mismatch; invalid-argument for more rows, or rows of W that are no whole blocks
 * @tolerance 16 ulp, gated 32: a sum of I terms rounds about √I times, and the gate multiplies two
 * @cost      2·T·I·O FLOP; reads W once for each row of x, from the cache but for the first
 * @source    linear by definition; Zhang & Sennrich 2019, arXiv:1910.07467, eq. 4; Shazeer 2020, arXiv:2002.05202, eq. 6
 */
export function fusedLinear({ x, W, norm, bias, plus }: FusedLinearInputs, options: FusedLinearOptions = {}): Tensor {
  const { eps = 0, isGated = false, alpha = 1, into, dtype = x.dtype } = options;
  const [T, I] = x.shape;
  const N = isGated ? W.shape[0] / 2 : W.shape[0];
  W.expect("fused_linear", [isGated ? 2 * N : N, I]);
  norm?.expect("fused_linear", [I]);
  bias?.expect("fused_linear", W.shape.slice(0, 1));
  plus?.expect("fused_linear", [T, N]);
  into?.expect("fused_linear", [T, N]);
  if (!mayFuse(x, W) || !Number.isInteger(N))
    fail({
      code: "invalid-argument",
      name: "x",
      reason: `(${x.shape}) × (${W.shape})ᵀ: at most ${FEW_ROWS} rows, of blocks of 32`,
    });
  const y = into ?? x.graph.tensor(isGated ? "gated" : "product", [T, N], dtype);
  const hasBarriers = (options.variant ?? (x.graph.tuning.hasCheapBarriers ? "group" : "serial")) === "group";
  const outputs = isGated ? 2 : 4; // of a team of lanes
  const lanes = hasBarriers ? LANES : 1;
  const bound = { x, y, norm: norm ?? x, bias: bias ?? x, plus: plus ?? x }; // bound in any case, read only where there are any
  x.graph.dispatch({
    kernel: kernel(hasBarriers ? "fused" : "fused_serial", W, bound, {
      ...{ T: `${T}u`, NORM: norm !== undefined, GATED: isGated, HAS_BIAS: bias !== undefined, LANES: `${lanes}u` },
      PLUS: into ? "2u" : plus ? "1u" : "0u",
    }),
    tensors: { ...boundWeights(W), ...bound },
    params: { N, blocks: I / 32, alpha, eps },
    workgroups: [Math.ceil(N / outputs / (WG / lanes))],
  });
  return y;
}

/** What a kernel of blocks binds of a matrix. */
export function boundWeights(W: Tensor): Tensors {
  if (W.dtype !== "q8" && W.dtype !== "q4") return { W };
  const { words, scales } = W.blocks;
  return { W: words, scales };
}

function kernel(
  entry: string,
  W: Tensor,
  { x, y, norm, bias, plus }: Tensors,
  slots: NonNullable<Kernel["slots"]>,
): Kernel {
  const types = halves({ TX: x, TY: y, TN: norm, TBIAS: bias, TP: plus, ...(W.dtype === "f16" && { TW: W }) });
  return {
    files: [weightsFile(W.dtype), { path: "shaders/fused/fused.wgsl", text: fusedWgsl }],
    entry,
    slots: { ...slots, ...types },
  };
}
