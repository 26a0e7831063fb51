import { testOp } from "../../test/harness/op-suite.ts";
import { swiglu } from "./activation.ts";

const rows = (T: number, F: number) => ({ dims: { T, F }, attrs: {}, shapes: { gu: [T, 2 * F] } });

testOp(
  swiglu,
  [
    { name: "one element", ...rows(1, 1), ulps: 8 },
    { name: "odd sizes", ...rows(3, 41), ulps: 8 },
    { name: "model width", ...rows(5, 344), ulps: 8 },
    {
      name: "large and tiny gates",
      ...rows(2, 3),
      floats: { gu: [-80, 80, 1e-20, 1, 2, 3, -1, 0, 12, 4, 5, 6] },
      ulps: 8,
    },
  ],
  [["gu"]],
);
