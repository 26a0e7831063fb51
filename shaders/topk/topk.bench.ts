import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { topK, topKInt8 } from "./topk.ts";

/** The same search over vectors of f32 and of signed bytes: the bytes that must move are a quarter. */
function search(N: number, D: number, k: number): BenchCase[] {
  const words = Math.ceil(N / 32);
  const shared = { name: `N=${N} D=${D} k=${k}`, flop: 2 * N * D };
  const mask = Array.from({ length: words }, () => 0xffffffff);
  return [
    {
      ...shared,
      variant: "f32",
      shapes: { vectors: [N, D], query: [D], mask: [words] },
      integers: { mask },
      bytes: 4 * N * D,
      build: (_, { vectors, query, mask }) => void topK({ vectors, query, mask }, { k }),
    },
    {
      ...shared,
      variant: "int8",
      shapes: { numbers: [N, D / 4], scales: [N], query: [D], mask: [words] },
      integers: { mask, numbers: Array.from({ length: (N * D) / 4 }, (_, i) => Math.imul(i, 2654435761) >>> 0) },
      bytes: N * D + 4 * N,
      build: (_, { numbers, scales, query, mask }) =>
        void topKInt8({ slabs: [{ numbers, scales }], query, mask }, { k }),
    },
  ];
}
opBench("topk", [...search(4_000, 128, 10), ...search(20_000, 384, 10), ...search(20_000, 384, 512)]);
