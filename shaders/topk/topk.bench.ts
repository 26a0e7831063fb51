import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { topK } from "./topk.ts";

function search(N: number, D: number, k: number): BenchCase {
  const words = Math.ceil(N / 32);
  return {
    name: `N=${N} D=${D} k=${k}`,
    shapes: { vectors: [N, D], query: [D], mask: [words] },
    integers: { mask: Array.from({ length: words }, () => 0xffffffff) },
    flop: 2 * N * D,
    bytes: 4 * N * D,
    build: (_, { vectors, query, mask }) => void topK({ vectors, query, mask }, { k }),
  };
}
opBench("topk", [search(4_000, 128, 10), search(20_000, 384, 10), search(20_000, 128, 128)]);
