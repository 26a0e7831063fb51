import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { guess, type GuessTensors } from "./guess.ts";

/** A pass of 4 rows after a prompt of S tokens that repeats itself every 1000. */
function after(V: number, S: number): BenchCase {
  return {
    name: `V=${V} S=${S}`,
    shapes: {
      ...{ logits: [4, V], choices: [4], prompt: [S], ring: [256], state: [8] },
      ...{ ids: [4], positions: [4], ranges: [4, 2] },
    },
    integers: {
      ...{ choices: [0], ring: [0], ids: [0], positions: [S], ranges: [0, 1] },
      prompt: Array.from({ length: S }, (_, i) => i % 1000),
      state: [0, 0, 0, 0, 0, 0, S, 0],
    },
    flop: 4 * V,
    bytes: 16 * V + 4 * S,
    build: (_, tensors) => guess(tensors as unknown as GuessTensors),
  };
}
opBench("guess", [after(4096, 1024), after(50_000, 1024), after(4096, 32_768)]);
