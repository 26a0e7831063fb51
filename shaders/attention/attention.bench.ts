import { opBench, type BenchCase } from "../../test/harness/bench.ts";
import { attention, attentionCached, type AttentionVariant } from "./attention.ts";

type Heads = [H: number, K: number, D: number];

/** T rows of one causal sequence, forward and, if wanted, backward. */
function causal(T: number, [H, K, D]: Heads, withBackward = false, window = T): BenchCase {
  const pairs = window * T - (window * (window - 1)) / 2;
  const width = (H + 2 * K) * D;
  return {
    name: `causal T=${T} H=${H} K=${K} D=${D}${window < T ? ` window=${window}` : ""}${withBackward ? ", forward and backward" : ""}`,
    shapes: { qkv: [T, width], ranges: [T, 2], queries: [T, 2], dy: [T, H * D] },
    integers: {
      ranges: Array.from({ length: T }, (_, t) => [0, t + 1]).flat(),
      queries: Array.from({ length: T }, (_, j) => [j, T]).flat(),
    },
    flop: (withBackward ? 18 : 4) * pairs * H * D,
    bytes: 4 * T * (width + H * D) * (withBackward ? 3 : 1),
    build: (_, { qkv, ranges, queries, dy }) => {
      const { saved } = attention.forward({ qkv, ranges, queries }, { H, K, D, window });
      if (withBackward) attention.backward(dy, saved, { H, K, D, window }).qkv();
    },
  };
}

/** T rows, each over a cache of S rows. */
function cached(T: number, S: number, [H, K, D]: Heads, variant: AttentionVariant): BenchCase {
  return {
    variant,
    name: `cached T=${T} S=${S} H=${H} K=${K} D=${D}`,
    shapes: { q: [T, H * D], kCache: [S, K * D], vCache: [S, K * D], ranges: [T, 2] },
    integers: { ranges: Array.from({ length: T }, () => [0, S]).flat() },
    flop: 4 * T * S * H * D,
    bytes: 8 * S * K * D,
    build: (_, inputs) =>
      void attentionCached(inputs as unknown as Parameters<typeof attentionCached>[0], { H, K, D }, variant),
  };
}

const variants: AttentionVariant[] = ["split", "group", "rows"];
opBench("attention", [
  ...variants.map((variant) => cached(1, 512, [9, 3, 64], variant)),
  ...variants.map((variant) => cached(1, 2048, [32, 8, 128], variant)),
  ...variants.map((variant) => cached(16, 512, [9, 3, 64], variant)),
  causal(512, [9, 3, 64]),
  causal(512, [9, 3, 64], true),
  causal(512, [9, 3, 64], true, 128),
]);
