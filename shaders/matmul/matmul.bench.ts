import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { mm, sumRows, variantsFor } from "./matmul.ts";

/** x Wᵀ, by every kernel that can do it. */
function product(M: number, N: number, K: number): BenchCase[] {
  const tuning = { hasCheapBarriers: true, hasDearLoads: true }; // every kernel
  return variantsFor({ M, N, K, transposeA: false, transposeB: true }, tuning).map((variant) => ({
    name: `M=${M} N=${N} K=${K}`,
    variant,
    needsDearLoads: variant === "broadcast",
    shapes: { x: [M, K], W: [N, K] },
    flop: 2 * M * N * K,
    bytes: 4 * (M * K + N * K + M * N),
    build: (_, { x, W }) => void mm(x, W.T, { variant }),
  }));
}
/** The gradient of a bias: T rows summed. */
function biasGradient(T: number, O: number): BenchCase {
  return {
    name: `gradient of a bias T=${T} O=${O}`,
    shapes: { dy: [T, O], dbias: [O] },
    flop: T * O,
    bytes: 4 * (T * O + 2 * O),
    build: (_, { dy, dbias }) => void sumRows(dy, dbias),
  };
}
opBench("matmul", [
  ...product(1, 4096, 256), // decoding: the head of a small model
  ...product(1, 1536, 576),
  ...product(128, 512, 256), // a prompt, a training batch
  ...product(512, 512, 512),
  biasGradient(512, 1536),
]);
