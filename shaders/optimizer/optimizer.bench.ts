import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { adamw, gradNorm } from "./optimizer.ts";

const options = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.1, decayedCount: 0 };
const control = [1e-6, 1, 1, 0, 1, 0, 0, 0];
const zeros = (size: number) => Array.from({ length: size }, () => 0);

const steps = (size: number): BenchCase[] => [
  {
    name: `adamw N=${size}`,
    shapes: { p: [size], g: [size], m: [size], v: [size], control: [8] },
    floats: { control, m: zeros(size), v: zeros(size) },
    flop: 20 * size,
    bytes: 28 * size,
    build: (_, { p, g, m, v, control }) => adamw({ p, g, m, v, control }, options),
  },
  {
    name: `grad_norm N=${size}`,
    shapes: { g: [size], control: [8] },
    floats: { control },
    flop: 3 * size,
    bytes: 4 * size,
    build: (_, { g, control }) => gradNorm({ g, control }, { maxNorm: 1 }),
  },
];
opBench("optimizer", [...steps(100_000), ...steps(2_000_000)]);
