import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { layernorm, rmsnorm } from "./norm.ts";

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
opBench("norm", [...norms(1, 576), ...norms(512, 576)]);
