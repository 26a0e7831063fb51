// Matrix products. `mm` is the primitive that ops compose; `linear` is the op of models. Which kernel runs is chosen by shape:
// gemv for one row, tiled where the strides allow vec4, else the plain one.
import { fail } from "../../worker/contract/errors.ts";
import type { DType, Kernel, Op, Tensor, Transposed } from "../../worker/engine/op.ts";
import { gridFile, gridOf, halves } from "../lib/lib.ts";
import gemvWgsl from "./gemv.wgsl?raw";
import tiledWgsl from "./matmul-tiled.wgsl?raw";
import { linearReference } from "./matmul.ref.ts";
import plainWgsl from "./matmul.wgsl?raw";

export type Matrix = Tensor | Transposed;
export interface MatmulOptions {
  readonly alpha?: number;
  readonly plus?: Tensor | undefined; // (M, N): added
  readonly into?: Tensor | undefined; // (M, N): the product is added to it, in place, and it is returned
  readonly dtype?: DType; // of the product; absent: as a
  readonly variant?: MatmulVariant; // absent: chosen by shape
}
export type MatmulVariant = "plain" | "tiled" | "gemv" | "gemv-serial";

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
  readonly alpha: number;
  readonly PLUS: string;
}

/**
 * α·a b + plus, for a (M, K) and b (K, N). A transposed operand (`a.T`) is read in place, never copied. Each tensor is f32 or
 * f16, sums are f32. Throws shape-mismatch.
 */
export function mm(a: Matrix, b: Matrix, options: MatmulOptions = {}): Tensor {
  const product = productOf(a, b, options);
  const { A, B, C, D } = product;
  const variant = options.variant ?? variantFor(product);
  if (!variantsFor(product).includes(variant))
    fail({ code: "invalid-argument", name: "variant", reason: `${variant} does not take (${a.shape}) × (${b.shape})` });
  A.graph.dispatch({ ...recipes[variant](product), tensors: { A, B, C, D } });
  return D;
}

function productOf(a: Matrix, b: Matrix, { alpha = 1, plus, into, dtype }: MatmulOptions): Product {
  const [M, K] = a.shape;
  const N = b.shape[1];
  const A = stored(a);
  const B = stored(b);
  B.expect("matmul", B === b ? [K, N] : [N, K]);
  plus?.expect("matmul", [M, N]);
  into?.expect("matmul", [M, N]);
  const D = into ?? A.graph.tensor("product", [M, N], dtype ?? A.dtype);
  const PLUS = into ? "2u" : plus ? "1u" : "0u";
  return { A, B, C: plus ?? A, D, M, N, K, transposeA: A !== a, transposeB: B !== b, alpha, PLUS };
}

const stored = (m: Matrix): Tensor => ("of" in m ? m.of : m);
/** Storage types, as slots of every kernel. */
const typesOf = ({ A, B, C, D }: Pick<Product, "A" | "B" | "C" | "D">) => halves({ TA: A, TB: B, TC: C, TD: D });
const isMultipleOf4 = (n: number) => n % 4 === 0;

/** The kernels that can do this product, the yardstick first. */
export function variantsFor({
  M,
  N,
  K,
  transposeA,
  transposeB,
}: Pick<Product, "M" | "N" | "K" | "transposeA" | "transposeB">): MatmulVariant[] {
  const variants: MatmulVariant[] = ["plain"];
  const isNt = !transposeA && transposeB && isMultipleOf4(K);
  const isNn = !transposeA && !transposeB && isMultipleOf4(K) && isMultipleOf4(N);
  const isTn = transposeA && !transposeB && isMultipleOf4(M) && isMultipleOf4(N);
  if (isNt || isNn || isTn) variants.push("tiled");
  if (isNt && M === 1) variants.push("gemv", "gemv-serial");
  return variants;
}

function variantFor(product: Product): MatmulVariant {
  const variants = variantsFor(product);
  const gemv = product.A.graph.tuning.hasCheapBarriers ? "gemv" : "gemv-serial";
  return variants.includes(gemv) ? gemv : variants.at(-1)!;
}

type Recipe = (product: Product) => { kernel: Kernel; params: Record<string, number>; workgroups: [number, number?] };
const file = (name: string, text: string) => ({ path: `shaders/matmul/${name}.wgsl`, text });
const gemvRecipe =
  (entry: string, rows: number): Recipe =>
  ({ N, K, alpha, PLUS, ...tensors }) => ({
    kernel: { files: [file("gemv", gemvWgsl)], entry, slots: { PLUS, ...typesOf(tensors) } },
    params: { N, K, alpha },
    workgroups: [Math.ceil(N / rows)],
  });

const recipes: Record<MatmulVariant, Recipe> = {
  plain: ({ M, N, K, alpha, PLUS, transposeA, transposeB, ...tensors }) => ({
    kernel: {
      files: [gridFile, file("matmul", plainWgsl)],
      entry: "matmul",
      slots: { TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB, PLUS, ...typesOf(tensors) },
    },
    params: { M, N, K, alpha },
    workgroups: gridOf(M * N, 64),
  }),
  tiled: ({ M, N, K, alpha, PLUS, transposeA, transposeB, ...tensors }) => ({
    kernel: {
      files: [file("matmul-tiled", tiledWgsl)],
      entry: `matmul_${transposeA ? "t" : "n"}${transposeB ? "t" : "n"}`,
      slots: { PLUS, ...typesOf(tensors) },
    },
    params: { M, N, K, alpha },
    workgroups: [Math.ceil(N / 32), Math.ceil(M / 32)],
  }),
  gemv: gemvRecipe("gemv", 8),
  "gemv-serial": gemvRecipe("gemv_serial", 64),
};

/**
 * Linear layer without bias: y = x Wᵀ (+ plus, a residual).
 *
 * @shape x (T, I), W (O, I), plus (T, O) optional → y (T, O), saved x, W
 * @dtype x, W, plus: f32 | f16, y as x; dW and every sum: f32
 * @error shape-mismatch
 * @tolerance 16 ulp forward, 32 ulp backward: a sum of I terms rounds about √I times
 * @cost 2·T·I·O FLOP and 4·(T·I + O·I + T·O) bytes
 * @source by definition
 *
 *   dx = dy W      dW = dyᵀ x      dplus = dy
 */
export const linear: Op = {
  name: "linear",

  forward({ x, W, plus }) {
    return { y: mm(x, W.T, { plus }), saved: { x, W } };
  },

  backward(dy, { x, W }) {
    return {
      x: (into) => mm(dy, W, { into, dtype: x.dtype }),
      W: (into) => mm(dy.T, x, { into, dtype: "f32" }),
      plus: () => dy,
    };
  },

  reference: linearReference,
};
