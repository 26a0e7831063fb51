import { expect, it } from "vitest";
import { testOp, type OpCase } from "../../test/harness/op-suite.ts";
import { gelu, geluTanh } from "./activation.ts";

const of = (name: string, shape: number[], ulps: number, x?: number[]): OpCase => ({
  name,
  dims: {},
  attrs: {},
  shapes: { x: shape },
  ulps,
  ...(x ? { floats: { x } } : {}),
});
const spread = Array.from({ length: 129 }, (_, i) => (i - 64) / 8); // −8 … 8, through both tails

testOp(
  gelu,
  [
    of("one element", [1], 6),
    of("odd shape", [3, 41], 6),
    of("one workgroup exactly", [1, 64], 6),
    of("both tails", [129], 6, spread),
    of("far outside: 0 and x", [4], 6, [-30, 30, -100, 100]),
    of("model width", [5, 1536], 6),
  ],
  [["x"]],
);

testOp(
  geluTanh,
  [
    of("one element", [1], 8),
    of("odd shape", [3, 41], 8),
    of("one workgroup exactly", [1, 64], 8),
    of("both tails", [129], 8, spread),
    of("far outside: 0 and x", [4], 8, [-30, 30, -100, 100]),
    of("model width", [5, 1536], 8),
  ],
  [["x"]],
);

it("the reference's gelu has the values of the tables of Φ", () => {
  const phi = (v: number) => gelu.reference.forward({ x: Float64Array.of(v) }, {})[0] / v;
  expect(phi(1)).toBeCloseTo(0.8413447460685429, 14);
  expect(phi(-2)).toBeCloseTo(0.02275013194817921, 14);
  expect(phi(3.5)).toBeCloseTo(0.9997673709209645, 14);
});
