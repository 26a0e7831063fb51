import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { rope, ropeAppend, ropeTable } from "./rope.ts";

const P = 2048;

/** T rows at positions 0, 1, …; with caches to write to, or without. */
function turned(T: number, [H, K, D]: [number, number, number], appends: boolean): BenchCase {
  const width = (H + 2 * K) * D;
  return {
    name: `${appends ? "append " : ""}T=${T} H=${H} K=${K} D=${D}`,
    shapes: {
      ...{ qkv: [T, width], positions: [T], table: [P, D] },
      ...(appends ? { kCache: [P, K * D], vCache: [P, K * D] } : {}),
    },
    integers: { positions: Array.from({ length: T }, (_, t) => t) },
    floats: { table: [...ropeTable(P, D, 10_000)] },
    flop: 3 * T * (H + K) * D,
    bytes: 4 * T * (2 * width + D),
    build: (_, { qkv, positions, table, kCache, vCache }) => {
      if (appends) ropeAppend({ qkv, positions, table, kCache, vCache }, { H, K, D });
      else rope.forward({ qkv, positions, table }, { H, K, D });
    },
  };
}

opBench("rope", [turned(1, [9, 3, 64], true), turned(512, [9, 3, 64], true), turned(2048, [9, 3, 64], false)]);
