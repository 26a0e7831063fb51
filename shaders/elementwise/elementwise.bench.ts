import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { accumulate, add } from "./elementwise.ts";

const sums = (size: number): BenchCase[] => [
  {
    name: `add N=${size}`,
    shapes: { a: [size], b: [size] },
    flop: size,
    bytes: 12 * size,
    build: (_, { a, b }) => void add.forward({ a, b }, {}),
  },
  {
    name: `accumulate N=${size}`,
    shapes: { a: [size], y: [size] },
    flop: size,
    bytes: 12 * size,
    build: (_, { a, y }) => accumulate(a, y),
  },
];
opBench("elementwise", [...sums(65_536), ...sums(4_000_000)]);
