import { testOp, type OpCase } from "../../test/harness/op-suite.ts";
import { headnorm } from "./norm.ts";

const of = (name: string, T: number, [H, K, D]: [number, number, number], eps: number): OpCase => ({
  name,
  dims: {},
  shapes: { qkv: [T, (H + 2 * K) * D], w: [2 * D] },
  attrs: { H, K, D, eps },
  ulps: 8,
});

testOp(
  headnorm,
  [
    of("one row, a workgroup's width", 1, [2, 1, 64], 1e-6),
    of("odd head, more rows than the parts of a column", 19, [3, 1, 10], 1e-6),
    of("as many keys as queries", 5, [2, 2, 12], 1e-2),
    of("ε dominates", 2, [2, 1, 16], 1),
    of("model size", 6, [4, 2, 128], 1e-6),
    { ...of("grouped heads, without barriers", 9, [4, 2, 12], 1e-6), tuning: { hasCheapBarriers: false } },
  ],
  [["w"], ["qkv"], ["qkv", "w"]],
);
