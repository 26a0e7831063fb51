import { testOp } from "../../test/harness/op-suite.ts";
import { meanPool, normalize } from "./pool.ts";

const pooling = (T: number, C: number, ranges: number[][]) => ({
  dims: { B: ranges.length, C },
  attrs: {},
  shapes: { x: [T, C], ranges: [ranges.length, 2] },
  integers: { ranges: ranges.flat() },
});
testOp(
  meanPool,
  [
    { name: "one row", ...pooling(1, 8, [[0, 1]]), ulps: 4 },
    { name: "odd sizes, an empty text, rows of no text", ...pooling(9, 41, [[0, 3], [3, 3], [4, 9]]), ulps: 8 }, // prettier-ignore
    { name: "model width", ...pooling(40, 128, [[0, 13], [13, 40]]), ulps: 8 }, // prettier-ignore
  ],
  [["x"]],
);

const rows = (B: number, C: number, eps: number) => ({ dims: { B, C }, attrs: { eps }, shapes: { x: [B, C] } });
testOp(
  normalize,
  [
    { name: "one workgroup exactly", ...rows(1, 64, 1e-12), ulps: 4 },
    { name: "odd width", ...rows(3, 41, 1e-12), ulps: 4 },
    { name: "ε matters", ...rows(2, 5, 0.5), ulps: 4 },
    { name: "a row of zeros", ...rows(2, 3, 0.1), floats: { x: [0, 0, 0, 1, 2, 3] }, ulps: 4 },
    { name: "model width", ...rows(5, 256, 1e-12), ulps: 4 },
  ],
  [["x"]],
);
