import { testOp, type OpCase } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { softmax } from "./softmax.ts";

const of = (name: string, R: number, C: number, x?: number[]): OpCase => ({
  name,
  dims: { R, C },
  attrs: {},
  shapes: { x: [R, C] },
  ulps: 4,
  ...(x ? { floats: { x } } : {}),
});

testOp(
  softmax,
  [
    of("one number: certain", 1, 1),
    of("one row, one lane's worth", 1, 64),
    of("odd width, fewer than the lanes", 5, 41),
    of("wider than the workgroup", 3, 300),
    of("far from zero: only differences count", 2, 33, [...normals(66, 4).map((v) => v + 1000)]),
    of("one number above all others", 2, 8, [100, 0, -3, 1, 2, 5, 0, 9, 0, 0, 0, 0, 0, 0, 0, -100]),
  ],
  [["x"]],
);
