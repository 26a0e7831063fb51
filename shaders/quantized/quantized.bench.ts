import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { fusedLinear } from "../fused/fused.ts";
import { mm } from "../matmul/matmul.ts";
import { timesTransposed, timesQuantized } from "./quantized.ts";

const bytesOf = { f32: 4, f16: 2, q8: 34 / 32, q4: 18 / 32 };

/** x Wᵀ with W as f32, f16, q8 and q4: what a smaller W is worth. */
function product(M: number, N: number, K: number): BenchCase[] {
  const common = { name: `M=${M} N=${N} K=${K}`, shapes: { x: [M, K], W: [N, K] }, flop: 2 * M * N * K };
  const one = (variant: string, dtype: keyof typeof bytesOf, build: BenchCase["build"]): BenchCase => ({
    ...{ ...common, variant: `${dtype} ${variant}`, build },
    ...(dtype !== "f32" && { dtypes: { W: dtype } }),
    bytes: 4 * M * (K + N) + bytesOf[dtype] * N * K,
  });
  const floats = (["f32", "f16"] as const).flatMap((dtype) =>
    M === 1
      ? (["gemv", "gemv-serial"] as const).map((variant) => one(variant, dtype, (_, { x, W }) => void mm(x, W.T, { variant }))) // prettier-ignore
      : [one("tiled", dtype, (_, { x, W }) => void mm(x, W.T))],
  );
  const quantized = (["q8", "q4"] as const).flatMap((dtype) =>
    M === 1
      ? (["group", "serial"] as const).map((variant) => one(variant, dtype, (_, { x, W }) => void fusedLinear({ x, W }, { variant }))) // prettier-ignore
      : [one("tiled", dtype, (_, { x, W }) => void timesTransposed(x, W))],
  );
  return [...floats, ...quantized];
}

/** dy W, the gradient of a frozen layer. */
function backward(M: number, N: number, K: number): BenchCase[] {
  const common = { name: `dx M=${M} N=${N} K=${K}`, shapes: { dy: [M, N], W: [N, K] }, flop: 2 * M * N * K };
  return (["f32", "q8", "q4"] as const).map((dtype) => ({
    ...{ ...common, variant: dtype, ...(dtype !== "f32" && { dtypes: { W: dtype } }) },
    bytes: 4 * M * (K + N) + bytesOf[dtype] * N * K,
    build: (_, { dy, W }) => void (dtype === "f32" ? mm(dy, W) : timesQuantized(dy, W)),
  }));
}

opBench("quantized", [
  ...product(1, 576, 576), // SmolLM2-135M: q and o, gate or up, the head
  ...product(1, 1536, 576),
  ...product(1, 49152, 576),
  ...product(64, 1536, 576), // a slice of a prompt
  ...backward(64, 1536, 576),
]);
