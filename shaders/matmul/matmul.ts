// Matrix products. `mm` is the primitive that ops compose; `linear` is the op of models. Which kernel runs is chosen by shape and
// kind of adapter: gemv for one row; tiled where the strides allow vec4, or broadcast if loads are dear; else the plain one.
import { fail } from "../../worker/contract/errors.ts";
import type { DType, Kernel, Op, Tensor, Transposed, Tuning } from "../../worker/engine/op.ts";
import { columnsFile, gridFile, gridOf, halves } from "../lib/lib.ts";
import { timesQuantized, timesTransposed } from "../quantized/quantized.ts";
import biasWgsl from "./bias.wgsl?raw";
import broadcastWgsl from "./matmul-broadcast.wgsl?raw";
import gemvWgsl from "./gemv.wgsl?raw";
import tiledWgsl from "./matmul-tiled.wgsl?raw";
import { linearReference } from "./matmul.ref.ts";
import plainWgsl from "./matmul.wgsl?raw";

export type Matrix = Tensor | Transposed;
export interface MatmulOptions {
  readonly alpha?: number;
  readonly plus?: Tensor | undefined; // (M, N): added
  readonly bias?: Tensor | undefined; // (N): added to every row
  readonly into?: Tensor | undefined; // (M, N): the product is added to it, in place, and it is returned
  readonly dtype?: DType; // of the product; absent: as a
  readonly variant?: MatmulVariant; // absent: chosen by shape
}
export type MatmulVariant = "plain" | "tiled" | "broadcast" | "gemv" | "gemv-serial";

interface Product {
  readonly A: Tensor;
  readonly B: Tensor;
  readonly C: Tensor; // bound in any case, read only when something is added from it
  readonly D: Tensor;
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly bias: Tensor; // bound as C is
  readonly alpha: number;
  readonly adds: { readonly PLUS: string; readonly HAS_BIAS: boolean };
}

/**
 * α·a b + plus + bias, for a (M, K) and b (K, N). A transposed operand (`a.T`) is read in place, never copied. Each tensor is f32 or
 * f16, sums are f32; b may also be quantised. Throws shape-mismatch.
 */
export function mm(a: Matrix, b: Matrix, options: MatmulOptions = {}): Tensor {
  if (isQuantized(stored(b))) return timesBlocks(a, b, options);
  const product = productOf(a, b, options);
  const { A, B, C, D, bias } = product;
  const variants = variantsFor(product, A.graph.tuning);
  const variant = options.variant ?? variants.at(-1)!;
  if (!variants.includes(variant))
    fail({ code: "invalid-argument", name: "variant", reason: `${variant} does not take (${a.shape}) × (${b.shape})` });
  A.graph.dispatch({ ...recipes[variant](product), tensors: { A, B, C, D, bias } });
  return D;
}

const isQuantized = ({ dtype }: Tensor): boolean => dtype === "q8" || dtype === "q4";

/** The same for a quantised b. */
function timesBlocks(a: Matrix, b: Matrix, options: MatmulOptions): Tensor {
  if ("of" in a) return fail({ code: "invalid-argument", name: "a", reason: "transposed, times a quantised matrix" });
  return "of" in b ? timesTransposed(a, b.of, options) : timesQuantized(a, b, options);
}

function productOf(a: Matrix, b: Matrix, { alpha = 1, plus, bias, into, dtype }: MatmulOptions): Product {
  const [M, K] = a.shape;
  const N = b.shape[1];
  const A = stored(a);
  const B = stored(b);
  B.expect("matmul", B === b ? [K, N] : [N, K]);
  plus?.expect("matmul", [M, N]);
  into?.expect("matmul", [M, N]);
  bias?.expect("matmul", [N]);
  const D = into ?? A.graph.tensor("product", [M, N], dtype ?? A.dtype);
  const adds = { PLUS: into ? "2u" : plus ? "1u" : "0u", HAS_BIAS: bias !== undefined };
  const isTransposed = { transposeA: A !== a, transposeB: B !== b };
  return { A, B, C: plus ?? A, D, bias: bias ?? A, M, N, K, ...isTransposed, alpha, adds };
}

const stored = (m: Matrix): Tensor => ("of" in m ? m.of : m);
/** Storage types, as slots of every kernel. */
const typesOf = ({ A, B, C, D, bias }: Pick<Product, "A" | "B" | "C" | "D" | "bias">) =>
  halves({ TA: A, TB: B, TC: C, TD: D, TBIAS: bias });
const layoutOf = ({ transposeA, transposeB }: Pick<Product, "transposeA" | "transposeB">) =>
  `${transposeA ? "t" : "n"}${transposeB ? "t" : "n"}`;
const isMultipleOf4 = (n: number) => n % 4 === 0;

/** The kernels that can do this product, the yardstick first, the one to take last. */
export function variantsFor(
  { M, N, K, transposeA, transposeB }: Pick<Product, "M" | "N" | "K" | "transposeA" | "transposeB">,
  { hasCheapBarriers, hasDearLoads = false }: Tuning,
): MatmulVariant[] {
  const variants: MatmulVariant[] = ["plain"];
  const isNt = !transposeA && transposeB && isMultipleOf4(K);
  const isNn = !transposeA && !transposeB && isMultipleOf4(K) && isMultipleOf4(N);
  const isTn = transposeA && !transposeB && isMultipleOf4(M) && isMultipleOf4(N);
  if (isNt || isNn || isTn) variants.push("tiled");
  if (hasDearLoads && variants.includes("tiled") && isMultipleOf4(N)) variants.push("broadcast");
  if (isNt && M === 1) variants.push(...(hasCheapBarriers ? GEMVS.toReversed() : GEMVS));
  return variants;
}
const GEMVS = ["gemv", "gemv-serial"] as const;

type Recipe = (product: Product) => { kernel: Kernel; params: Record<string, number>; workgroups: [number, number?] };
const file = (name: string, text: string) => ({ path: `shaders/matmul/${name}.wgsl`, text });
const gemvRecipe =
  (entry: string, rows: number): Recipe =>
  ({ N, K, alpha, adds, ...tensors }) => ({
    kernel: { files: [file("gemv", gemvWgsl)], entry, slots: { ...adds, ...typesOf(tensors) } },
    params: { N, K, alpha },
    workgroups: [Math.ceil(N / rows)],
  });

const recipes: Record<MatmulVariant, Recipe> = {
  plain: ({ M, N, K, alpha, adds, transposeA, transposeB, ...tensors }) => ({
    kernel: {
      files: [gridFile, file("matmul", plainWgsl)],
      entry: "matmul",
      slots: { TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB, ...adds, ...typesOf(tensors) },
    },
    params: { M, N, K, alpha },
    workgroups: gridOf(M * N, 64),
  }),
  tiled: ({ M, N, K, alpha, adds, ...tensors }) => ({
    kernel: {
      files: [file("matmul-tiled", tiledWgsl)],
      entry: `matmul_${layoutOf(tensors)}`,
      slots: { ...adds, ...typesOf(tensors) },
    },
    params: { M, N, K, alpha },
    workgroups: [Math.ceil(N / 32), Math.ceil(M / 32)],
  }),
  broadcast: ({ M, N, K, alpha, adds, ...tensors }) => ({
    kernel: {
      files: [file("matmul-broadcast", broadcastWgsl)],
      entry: `matmul_${layoutOf(tensors)}_broadcast`,
      slots: { ...adds, ...typesOf(tensors) },
    },
    params: { M, N, K, alpha },
    workgroups: [Math.ceil(N / 32), Math.ceil(M / 8)],
  }),
  gemv: gemvRecipe("gemv", 8),
  "gemv-serial": gemvRecipe("gemv_serial", 64),
};

/** Σ_t dy_t (N), of dy (M, N): the gradient of a bias. With `into`, the sums are added to it, and it is returned. */
export function sumRows(dy: Tensor, into?: Tensor): Tensor {
  const [rows, cols] = dy.shape;
  const dbias = into ?? dy.graph.tensor("dbias", [cols]);
  dy.graph.dispatch({
    kernel: { files: [columnsFile, file("bias", biasWgsl)], entry: "bias_backward", slots: halves({ T: dy }) },
    tensors: { dy, dbias },
    params: { rows, cols, adds: into ? 1 : 0 },
    workgroups: [Math.ceil(cols / 16)],
  });
  return dbias;
}

/**
 * Linear layer: y = x Wᵀ (+ bias, to every row) (+ plus, a residual).
 *
 * @shape x (T, I), W (O, I), bias (O) and plus (T, O) optional → y (T, O), saved x, W, bias
 * @dtype x, W, bias, plus: f32 | f16, y as x; dW, dbias and every sum: f32
 * @error shape-mismatch
 * @tolerance 16 ulp forward, 32 ulp backward: a sum of I terms rounds about √I times
 * @cost 2·T·I·O FLOP and 4·(T·I + O·I + T·O) bytes
 * @source by definition
 *
 *   dx = dy W      dW = dyᵀ x      dbias = Σ_t dy_t      dplus = dy
 */
export const linear: Op = {
  name: "linear",

  forward({ x, W, bias, plus }) {
    return { y: mm(x, W.T, { bias, plus }), saved: { x, W, ...(bias && { bias }) } };
  },

  backward(dy, { x, W, bias }) {
    return {
      x: (into) => mm(dy, W, { into, dtype: x.dtype }),
      W: (into) => mm(dy.T, x, { into, dtype: "f32" }),
      ...(bias && { bias: (into) => sumRows(dy, into) }),
      plus: () => dy,
    };
  },

  reference: linearReference,
};
