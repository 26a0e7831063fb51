import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { packSettings, sample, type SampleTensors, type Settings } from "./sample.ts";

const off: Settings = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

function choose(V: number, variant: string, settings: Settings): BenchCase {
  return {
    name: `V=${V}`,
    variant,
    shapes: {
      ...{ logits: [1, V], counts: [V], settings: [8], state: [8], token: [1] },
      ring: [64],
      positions: [1],
      ranges: [1, 2],
    },
    integers: {
      counts: Array.from({ length: V }, () => 0),
      ...{ state: [7, 0, 0, 0, 0, 0, 0, 0], token: [0] },
      ring: [0],
      positions: [0],
      ranges: [0, 1],
    },
    floats: { settings: [...packSettings(settings)] },
    flop: V,
    bytes: 4 * V,
    build: (_, tensors) => sample(tensors as unknown as SampleTensors),
  };
}
opBench(
  "sample",
  [4096, 50_000].flatMap((V) => [
    choose(V, "greedy", { ...off, temperature: 0 }),
    choose(V, "draw", off),
    choose(V, "top-k", { ...off, topK: 40 }),
    choose(V, "top-p", { ...off, topP: 0.9 }),
  ]),
);
