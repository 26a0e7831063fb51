import { expect, it } from "vitest";
import { testOp, type OpCase } from "../../test/harness/op-suite.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { loraLinear } from "./lora.ts";

type Parts = Readonly<Record<string, number>>;

function lora(
  name: string,
  [T, I, O]: number[],
  rank: number,
  parts: Parts,
  more: Partial<OpCase["shapes"]> = {},
): OpCase {
  const widths = [0, 1, 2].map((p) => parts[`w${p}`] ?? 0);
  return {
    name,
    dims: { T, I, O },
    shapes: {
      x: [T, I],
      W: [O, I],
      A: [widths.filter((w) => w > 0).length * rank, I],
      B: [widths.reduce((a, b) => a + b, 0), rank],
      ...(more as OpCase["shapes"]),
    },
    attrs: { rank, scale: 0.75, ...parts },
    ulps: 32,
  };
}

testOp(loraLinear, [
  lora("one adapter for the whole layer", [5, 12, 8], 4, { o0: 0, w0: 8 }),
  lora("rank 8, odd rows, a residual", [11, 16, 20], 8, { o0: 0, w0: 20 }, { plus: [11, 20] }),
  lora("two parts with a gap, as q and v", [9, 16, 24], 4, { o0: 0, w0: 8, o1: 16, w1: 8 }),
  lora("three parts of different widths", [17, 8, 28], 4, { o0: 0, w0: 16, o1: 16, w1: 4, o2: 20, w2: 8 }),
  lora("two parts and a bias", [9, 16, 24], 4, { o0: 0, w0: 8, o1: 16, w1: 8 }, { bias: [24], plus: [9, 24] }),
  lora("one row", [1, 16, 24], 4, { o0: 8, w0: 16 }),
  lora("adapters that read something else", [6, 8, 12], 4, { o0: 0, w0: 4, o1: 4, w1: 8 }, { xa: [6, 8] }),
]);

it.each([
  ["a rank that is no multiple of 4", { rank: 6, scale: 1, o0: 0, w0: 8 }],
  ["a part that leaves the layer", { rank: 4, scale: 1, o0: 4, w0: 8 }],
  ["a part after an empty one", { rank: 4, scale: 1, o0: 0, w0: 0, o1: 0, w1: 8 }],
])("refuses %s", (_, attrs) => {
  const graph = new Graph();
  const [x, W, A, B] = [
    [2, 8],
    [8, 8],
    [attrs.rank, 8],
    [8, attrs.rank],
  ].map((s, i) => graph.tensor(`t${i}`, s));
  expect(() => loraLinear.forward({ x, W, A, B }, attrs)).toThrow(/adapter/);
});
