import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { headnorm, layernorm, rmsnorm } from "./norm.ts";

const eps = 1e-5;
const norms = (R: number, C: number): BenchCase[] => [
  {
    name: `rmsnorm R=${R} C=${C}`,
    shapes: { x: [R, C], w: [C] },
    flop: 4 * R * C,
    bytes: 8 * R * C,
    build: (_, { x, w }) => void rmsnorm.forward({ x, w }, { eps }),
  },
  {
    name: `rmsnorm, backward R=${R} C=${C}`,
    shapes: { x: [R, C], w: [C], dy: [R, C] },
    flop: 12 * R * C,
    bytes: 24 * R * C,
    build(_, { dy, ...inputs }) {
      const { saved } = rmsnorm.forward(inputs, { eps });
      const thunks = rmsnorm.backward(dy, saved, { eps });
      thunks.x();
      thunks.w();
    },
  },
  {
    name: `layernorm R=${R} C=${C}`,
    shapes: { x: [R, C], w: [C], b: [C] },
    flop: 7 * R * C,
    bytes: 8 * R * C,
    build: (_, { x, w, b }) => void layernorm.forward({ x, w, b }, { eps }),
  },
];
/** T rows of H query heads and K key heads, forward and backward. */
function heads(T: number, [H, K, D]: [number, number, number]): BenchCase {
  const width = (H + 2 * K) * D;
  return {
    name: `headnorm, backward T=${T} H=${H} K=${K} D=${D}`,
    shapes: { qkv: [T, width], w: [2 * D], dy: [T, width] },
    flop: 16 * T * (H + K) * D,
    bytes: 28 * T * width,
    build(_, { dy, ...inputs }) {
      const attrs = { H, K, D, eps };
      const thunks = headnorm.backward(dy, headnorm.forward(inputs, attrs).saved, attrs);
      thunks.qkv();
      thunks.w();
    },
  };
}
opBench("norm", [...norms(1, 576), ...norms(512, 576), heads(1, [16, 8, 128]), heads(512, [16, 8, 128])]);
