import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { softmax } from "./softmax.ts";

function both(R: number, C: number): BenchCase {
  return {
    name: `R=${R} C=${C}, forward and backward`,
    shapes: { x: [R, C], dy: [R, C] },
    flop: 9 * R * C,
    bytes: 20 * R * C,
    build: (_, { x, dy }) => {
      const { saved } = softmax.forward({ x }, {});
      softmax.backward(dy, saved, {}).x();
    },
  };
}

opBench("softmax", [both(512, 64), both(256, 4096)]);
