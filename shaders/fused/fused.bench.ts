import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { rmsnorm } from "../norm/norm.ts";
import { linear } from "../matmul/matmul.ts";
import { swiglu } from "../activation/activation.ts";
import { fusedLinear } from "./fused.ts";

/** The parts of a decoder's step at SmolLM2-135M's width: apart, and in one dispatch as either kind of adapter runs it. */
const [I, F] = [576, 1536];
const step = (dtype: "f32" | "q4"): BenchCase[] => {
  const common = {
    name: `norm, gate and up, W ${dtype}`,
    shapes: { x: [1, I], W: [2 * F, I], norm: [I] },
    ...(dtype === "q4" && { dtypes: { W: dtype } }),
    flop: 4 * I * F,
    bytes: (dtype === "q4" ? 18 / 32 : 4) * 2 * I * F,
  };
  return [
    {
      ...{ ...common, variant: "apart" },
      build: (_, { x, W, norm }) => {
        const { y } = rmsnorm.forward({ x, w: norm }, { eps: 1e-5 });
        swiglu.forward({ gu: linear.forward({ x: y, W }, {}).y }, {});
      },
    },
    ...(["group", "serial"] as const).map((variant): BenchCase => ({
      ...{ ...common, variant },
      build: (_, { x, W, norm }) => void fusedLinear({ x, W, norm }, { eps: 1e-5, isGated: true, variant }),
    })),
  ];
};
opBench("fused", [...step("f32"), ...step("q4")]);
