import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { meanPool, normalize } from "./pool.ts";

/** B texts of L tokens each, to vectors of unit length. */
function texts(B: number, L: number, C: number): BenchCase {
  return {
    name: `mean and unit length B=${B} L=${L} C=${C}`,
    shapes: { x: [B * L, C], ranges: [B, 2] },
    integers: { ranges: Array.from({ length: B }, (_, b) => [b * L, (b + 1) * L]).flat() },
    flop: B * L * C + 3 * B * C,
    bytes: 4 * B * C * (L + 3),
    build: (_, { x, ranges }) => void normalize.forward({ x: meanPool.forward({ x, ranges }, {}).y }, { eps: 1e-12 }),
  };
}

opBench("pool", [texts(1, 16, 256), texts(64, 64, 256)]);
