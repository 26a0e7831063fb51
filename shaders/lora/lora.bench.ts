import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { linear } from "../matmul/matmul.ts";
import { loraLinear } from "./lora.ts";

/** A frozen layer alone and with an adapter over all its columns: what the adapter costs. */
function pair(T: number, I: number, O: number, rank: number): BenchCase[] {
  const name = `T=${T} I=${I} O=${O} rank=${rank}`;
  const base = { x: [T, I], W: [O, I] };
  const flop = 2 * T * I * O;
  const bytes = 4 * (T * I + O * I + T * O);
  const adapter = { A: [rank, I], B: [O, rank] };
  return [
    {
      ...{ name, variant: "linear", shapes: base, flop, bytes },
      build: (_, { x, W }) => void linear.forward({ x, W }, {}),
    },
    {
      ...{ name, variant: "lora", shapes: { ...base, ...adapter } },
      flop: flop + 2 * T * rank * (I + O),
      bytes: bytes + 4 * rank * (I + O),
      build: (_, { x, W, A, B }) => void loraLinear.forward({ x, W, A, B }, { rank, scale: 1, o0: 0, w0: O }),
    },
  ];
}
opBench("lora", [...pair(1, 576, 1536, 8), ...pair(128, 576, 1536, 8), ...pair(512, 576, 576, 16)]);
