import { testOp } from "../../test/harness/op-suite.ts";
import { rmsnorm } from "./norm.ts";

testOp(rmsnorm, [
  {
    name: "one row, one lane's worth",
    dims: { rows: 1, cols: 64 },
    shapes: { x: [1, 64], w: [64] },
    attrs: { eps: 1e-6 },
    ulps: 2,
  },
  { name: "odd width", dims: { rows: 3, cols: 41 }, shapes: { x: [3, 41], w: [41] }, attrs: { eps: 1e-6 }, ulps: 2 },
  {
    name: "model width",
    dims: { rows: 5, cols: 576 },
    shapes: { x: [5, 576], w: [576] },
    attrs: { eps: 1e-5 },
    ulps: 2,
  },
  {
    name: "tiny inputs: ε dominates",
    dims: { rows: 2, cols: 64 },
    shapes: { x: [2, 64], w: [64] },
    attrs: { eps: 1e-1 },
    ulps: 2,
  },
]);
