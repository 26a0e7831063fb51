import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import type { Op } from "../../worker/engine/op.ts";
import { gelu, geluTanh, swiglu } from "./activation.ts";

/** T rows of F results, forward and backward in one program. */
function both(op: Op, input: string, T: number, F: number, flop: number, inputWidth = F): BenchCase {
  return {
    name: `${op.name} T=${T} F=${F}, forward and backward`,
    shapes: { [input]: [T, inputWidth], dy: [T, F] },
    flop: flop * T * F,
    bytes: 4 * T * (3 * inputWidth + 2 * F),
    build: (_, tensors) => {
      const { saved } = op.forward({ [input]: tensors[input] }, {});
      op.backward(tensors.dy, saved, {})[input]();
    },
  };
}

opBench("activation", [
  both(swiglu, "gu", 512, 1536, 15, 2 * 1536),
  both(gelu, "x", 512, 1536, 45),
  both(geluTanh, "x", 512, 1536, 32),
]);
