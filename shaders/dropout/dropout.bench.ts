import { opBench } from "../../test/harness/bench.ts";
import { dropout } from "./dropout.ts";

const size = 1 << 20;
opBench("dropout", [
  {
    name: `N=${size}`,
    shapes: { x: [size], seed: [1] },
    integers: { seed: [7] },
    flop: size,
    bytes: 8 * size,
    build: (_, { x, seed }) => void dropout.forward({ x, seed }, { rate: 0.1, stream: 0 }),
  },
]);
