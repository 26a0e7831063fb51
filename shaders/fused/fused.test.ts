import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { closeness } from "../../test/harness/close.ts";
import { quantized, rounded, skipWithoutHalves, storedAs, valuesOf } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph, sizeOf, type DType, type Shape, type Tensor } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { fusedLinear } from "./fused.ts";
import { fusedLinearReference } from "./fused.ref.ts";

let device: GPUDevice;
beforeAll(async () => void (device = await openDevice()));

interface Case {
  readonly T: number;
  readonly I: number;
  readonly O: number;
  readonly hasNorm?: boolean;
  readonly isGated?: boolean;
  readonly hasBias?: boolean;
  readonly adds?: "plus" | "into";
  readonly scale?: number; // of W's normals
}

const stored = { f32: (v: Float64Array) => v.map(Math.fround), f16: rounded, q8: (v: Float64Array) => quantized(v, "q8"), q4: (v: Float64Array) => quantized(v, "q4") }; // prettier-ignore
type Weight = keyof typeof stored;

async function fused(c: Case, weight: Weight, activation: "f32" | "f16", variant: "group" | "serial") {
  const { T, I, O, hasNorm = false, isGated = false, hasBias = false, adds, scale = 1 } = c;
  const runtime = new Runtime(device);
  const graph = new Graph();
  const values: Record<string, Float64Array> = {};
  const put = async (name: string, shape: Shape, dtype: DType, seed: number): Promise<Tensor> => {
    const factor = name === "W" ? scale / Math.sqrt(I) : 1;
    values[name] = stored[dtype as Weight](normals(sizeOf(shape), seed).map((v) => v * factor));
    const resident = await runtime.allocate(name, shape, dtype);
    runtime.write(resident, storedAs[dtype](values[name]));
    return graph.resident(resident);
  };
  const N = isGated ? O / 2 : O;
  const x = await put("x", [T, I], activation, 1);
  const W = await put("W", [O, I], weight, 2);
  const norm = hasNorm ? await put("norm", [I], activation, 3) : undefined;
  const bias = hasBias ? await put("bias", [O], activation, 5) : undefined;
  const given = adds && (await put("plus", [T, N], activation, 4));
  const y = fusedLinear(
    { x, W, norm, bias, ...(adds === "plus" && { plus: given }) },
    { eps: 1e-3, isGated, variant, into: adds === "into" ? given : undefined },
  );
  const program = await runtime.compile("fused", graph, [y]);
  program.replay();
  const expected = fusedLinearReference(values, { T, I, O, eps: 1e-3, gated: isGated ? 1 : 0 });
  return { y: await valuesOf(program, y), expected };
}

/** What differs in the kernel's text is compiled anew, so each matrix has only what is its own. */
const cases: readonly [string, Case, readonly Weight[]][] = [
  ["one block, one column", { T: 1, I: 32, O: 1 }, ["q8", "q4"]],
  ["an odd number of scales, odd columns", { T: 1, I: 96, O: 13 }, ["f32", "f16", "q8", "q4"]],
  ["tiny weights, whose scales are subnormal f16", { T: 1, I: 64, O: 9, scale: 2 ** -9 }, ["q8", "q4"]],
  ["model width, a residual", { T: 1, I: 576, O: 66, adds: "plus" }, ["q4"]],
  ["added in place, a bias", { T: 1, I: 160, O: 70, hasBias: true, adds: "into" }, ["q8"]],
  ["a norm", { T: 1, I: 288, O: 70, hasNorm: true }, ["q4"]],
  ["a norm and a gate", { T: 1, I: 288, O: 74, hasNorm: true, isGated: true }, ["f32", "q4"]],
  ["a gate of one column, a bias", { T: 1, I: 64, O: 2, isGated: true, hasBias: true }, ["q8"]],
  ["everything over four rows", { T: 4, I: 320, O: 38, hasNorm: true, isGated: true, adds: "plus" }, ["q4"]],
];

describe.each(["group", "serial"] as const)("fusedLinear, %s", (variant) => {
  const each = cases.flatMap(([name, c, weights]) => weights.map((weight) => ({ name, c, weight })));
  it.for(each)("$weight: $name", async ({ c, weight }, test) => {
    if (weight === "f16") skipWithoutHalves(test, device);
    const { y, expected } = await fused(c, weight, "f32", variant);
    expect(closeness(y, expected, (c.isGated ? 32 : 16) * 2 ** -23)).toPass();
  });
  it("rows of f16", async (test) => {
    skipWithoutHalves(test, device);
    const given = { T: 2, I: 96, O: 12, hasNorm: true, hasBias: true, adds: "plus" } as const;
    const { y, expected } = await fused(given, "q8", "f16", variant);
    expect(closeness(y, expected, 16 * 2 ** -23 + 2 ** -10)).toPass();
  });
});

it.each([
  ["rows that are no whole blocks", [1, 40], [8, 40]],
  ["more rows than a few", [5, 32], [8, 32]],
])("refuses %s", (_, x, W) => {
  const graph = new Graph();
  expect(() => fusedLinear({ x: graph.tensor("x", x), W: graph.tensor("W", W) })).toThrow(/x/);
});
