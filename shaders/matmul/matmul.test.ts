import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { closeness } from "../../test/harness/close.ts";
import {
  rounded,
  skipWithCheapLoads,
  skipWithoutHalves,
  storedAs,
  testOp,
  valuesOf,
} from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { linear, mm, variantsFor, type MatmulVariant } from "./matmul.ts";

const shapes = (T: number, I: number, O: number, plus = false, bias = false) => ({
  dims: { T, I, O },
  attrs: {},
  shapes: { x: [T, I], W: [O, I], ...(plus && { plus: [T, O] }), ...(bias && { bias: [O] }) },
});

testOp(
  linear,
  [
    { name: "one element", ...shapes(1, 1, 1), ulps: 4 },
    { name: "one row, gemv", ...shapes(1, 64, 41), ulps: 8 },
    { name: "one row with a residual", ...shapes(1, 64, 40, true), ulps: 8 },
    { name: "odd sizes", ...shapes(5, 23, 17, true), ulps: 8 },
    { name: "vec4 width, odd edges", ...shapes(7, 24, 19, true), ulps: 8 },
    { name: "more than one tile", ...shapes(37, 68, 44, true), ulps: 8 },
    { name: "one row with a bias, gemv", ...shapes(1, 64, 41, false, true), ulps: 8 },
    { name: "odd sizes with a bias", ...shapes(5, 23, 17, false, true), ulps: 8 },
    { name: "more than one tile with a bias and a residual", ...shapes(37, 68, 44, true, true), ulps: 8 },
    { name: "model size", ...shapes(16, 128, 344), ulps: 16 },
  ],
  [
    ["W", "bias"],
    ["x", "plus"],
    ["x", "W", "plus", "bias"],
  ],
);

describe("every variant of mm = the plain kernel's formula", () => {
  let device: GPUDevice;
  beforeAll(async () => void (device = await openDevice()));
  const layouts = [
    [false, true],
    [false, false],
    [true, false],
    [true, true],
  ] as const;
  const cases = [
    [1, 8, 12],
    [4, 4, 4],
    [33, 36, 68],
    [9, 5, 7],
  ].flatMap(([M, K, N]) =>
    layouts.flatMap(([transposeA, transposeB]) =>
      variantsFor({ M, N, K, transposeA, transposeB }, { hasCheapBarriers: true, hasDearLoads: true }).map(
        (variant) => ({
          ...{ M, N, K, transposeA, transposeB, variant },
        }),
      ),
    ),
  );

  const halves = ["", "b", "abc"].flatMap((half) => cases.map((c) => ({ ...c, half })));

  it.for(halves)("$variant ($M, $K) × ($K, $N), transposed: $transposeA $transposeB, f16: $half", async (c, test) => {
    if (c.half) skipWithoutHalves(test, device);
    if (c.variant === "broadcast") skipWithCheapLoads(test, device);
    const drawn = [normals(c.M * c.K, 1), normals(c.K * c.N, 2), normals(c.M * c.N, 3), normals(c.N, 4)];
    const [a, b, c0, bias] = drawn.map((v, i) => (c.half.includes("abc"[i % 3]) ? rounded(v) : v.map(Math.fround)));
    const tolerance = 8 * 2 ** -23 + (c.half.includes("a") ? 2 ** -10 : 0); // the product is stored as a is
    const expected = c0.map((value, i) => {
      const [m, n] = [Math.floor(i / c.N), i % c.N];
      let sum = 0;
      for (let k = 0; k < c.K; k++)
        sum += a[c.transposeA ? k * c.M + m : m * c.K + k] * b[c.transposeB ? n * c.K + k : k * c.N + n];
      return 0.5 * sum + value + bias[n];
    });
    for (const mode of ["plus", "into"] as const)
      expect(closeness(await product(device, c, mode, [a, b, c0, bias]), expected, tolerance), mode).toPass();
  });
});

interface Case {
  M: number;
  N: number;
  K: number;
  transposeA: boolean;
  transposeB: boolean;
  variant: MatmulVariant;
  half: string; // those of a, b and c that are f16
}
async function product(
  device: GPUDevice,
  c: Case,
  mode: "plus" | "into",
  values: Float64Array[],
): Promise<Float32Array> {
  const runtime = new Runtime(device);
  const graph = new Graph(runtime.untimed);
  const named = [
    ["a", c.transposeA ? [c.K, c.M] : [c.M, c.K]],
    ["b", c.transposeB ? [c.N, c.K] : [c.K, c.N]],
    ["c", [c.M, c.N]],
    ["a", [c.N]], // the bias, stored as a is
  ] as const;
  const [a, b, given, bias] = await Promise.all(
    named.map(async ([name, shape], i) => {
      const dtype = c.half.includes(name) ? "f16" : "f32";
      const resident = await runtime.allocate(name, shape, dtype);
      runtime.write(resident, storedAs[dtype](values[i]));
      return graph.resident(resident);
    }),
  );
  const d = mm(c.transposeA ? a.T : a, c.transposeB ? b.T : b, {
    ...{ alpha: 0.5, [mode]: given, bias, variant: c.variant },
  });
  const program = await runtime.compile("mm", graph, [d]);
  program.replay();
  return valuesOf(program, d);
}
