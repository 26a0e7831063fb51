import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { crossEntropy, linearCrossEntropy } from "./loss.ts";

const targetsOf = (R: number, V: number) => Array.from({ length: R }, (_, t) => (t * 7919) % V);

function direct(R: number, V: number): BenchCase {
  return {
    name: `cross_entropy R=${R} V=${V}`,
    shapes: { logits: [R, V], targets: [R], weights: [R], dy: [R] },
    integers: { targets: targetsOf(R, V) },
    flop: 9 * R * V,
    bytes: 12 * R * V,
    build(_, { dy, ...inputs }) {
      const { saved } = crossEntropy.forward(inputs, {});
      crossEntropy.backward(dy, saved, {}).logits();
    },
  };
}

/** Forward and the gradient of x, as a frozen head needs. */
function fused(R: number, C: number, V: number, chunk: number): BenchCase {
  return {
    name: `linear_cross_entropy R=${R} C=${C} V=${V}`,
    variant: `chunk ${chunk}`,
    shapes: { x: [R, C], W: [V, C], targets: [R], weights: [R], dy: [R] },
    integers: { targets: targetsOf(R, V) },
    flop: 6 * R * C * V,
    bytes: 4 * (3 * R * C + 3 * V * C),
    build(_, { dy, ...inputs }) {
      const { saved } = linearCrossEntropy.forward(inputs, { chunk });
      linearCrossEntropy.backward(dy, saved, { chunk }).x();
    },
  };
}
opBench("loss", [direct(128, 4096), fused(256, 128, 4096, 64), fused(256, 128, 4096, 128), fused(256, 128, 4096, 256)]);
