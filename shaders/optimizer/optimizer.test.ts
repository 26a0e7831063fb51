import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { closeness } from "../../test/harness/close.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph, type Resident } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { adamwReference, gradNormReference } from "./optimizer.ref.ts";
import { adamw, CONTROL, gradNorm, type AdamwOptions } from "./optimizer.ts";

const usual: AdamwOptions = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.1, decayedCount: 0 };
const ulp = 2 ** -23;

let runtime: Runtime;
beforeAll(async () => void (runtime = new Runtime(await openDevice())));

describe.each<[name: string, size: number, options: Partial<AdamwOptions>, firstStep: number]>([
  ["one element", 1, { decayedCount: 1 }, 1],
  ["one short of a block", 63, { decayedCount: 10 }, 1],
  ["64, none decays", 64, {}, 1],
  ["1000, late in training", 1000, { decayedCount: 600 }, 5000],
  ["large ε, other β", 1000, { decayedCount: 1000, eps: 0.1, beta1: 0.8, beta2: 0.95 }, 1],
  ["many workgroups", 300_000, { decayedCount: 150_001 }, 1],
])("adamw: %s", (_, size, options, firstStep) => {
  it("four steps = reference", async () => {
    const all = { ...usual, ...options };
    const { residents, run } = await open(size, (tensors) => adamw(tensors, all));
    const start = Float64Array.from(normals(size, 1), Math.fround);
    runtime.write(residents.p, Float32Array.from(start));
    const expected = { p: start, m: new Float64Array(size), v: new Float64Array(size) };
    for (let i = 0; i < 4; i++) {
      const g = Float64Array.from(normals(size, 10 + i), (v) => Math.fround(v * 3));
      const control = Float32Array.of(Math.fround(1e-2 / (i + 1)), firstStep + i, 0.5, 0, 0.25);
      run(g, control);
      const at = { g, learningRate: control[0], step: control[1], factor: 0.125 };
      adamwReference(expected, { ...all, ...at });
    }
    expect(closeness(await runtime.readF32(residents.m), expected.m, 4 * ulp)).toPass();
    expect(closeness(await runtime.readF32(residents.v), expected.v, 4 * ulp)).toPass();
    expect(closeness(await runtime.readF32(residents.p), expected.p, 8 * ulp)).toPass();
  });
});

// A step's own change is far below the parameters: measured alone, from parameters of 0, it shows the bias corrections.
it.each([1, 2, 10, 500, 1000, 100_000])("adamw: the change of step %i is right to the last digits", async (step) => {
  const size = 100;
  const { residents, run } = await open(size, (tensors) => adamw(tensors, usual));
  const g = Float64Array.from(normals(size, 4), Math.fround);
  run(g, Float32Array.of(1, step, 1, 0, 1));
  const expected = { p: new Float64Array(size), m: new Float64Array(size), v: new Float64Array(size) };
  adamwReference(expected, { ...usual, g, learningRate: 1, step, factor: 1 });
  expect(closeness(await runtime.readF32(residents.p), expected.p, 8 * ulp)).toPass();
});

describe.each([1, 63, 64, 1000, 300_000])("gradNorm of %i", (size) => {
  it.each([
    ["clipping", 0.5],
    ["norm below the limit", 1e9],
    ["no limit", 0],
  ])("%s = reference", async (_, maxNorm) => {
    const { residents, run } = await open(size, ({ g, control }) => gradNorm({ g, control }, { maxNorm }));
    const g = Float64Array.from(normals(size, 7), Math.fround);
    run(g, Float32Array.of(1, 1, 77, 77, 0.125));
    const control = await runtime.readF32(residents.control);
    const expected = gradNormReference(g, 0.125, maxNorm);
    expect(closeness([control[CONTROL.norm]], [expected.norm], 2 * ulp)).toPass();
    expect(closeness([control[CONTROL.clip]], [expected.clip], 2 * ulp)).toPass();
    expect([...control.slice(0, 2), control[CONTROL.scale]]).toEqual([1, 1, 0.125]); // the caller's, untouched
  });
});

it("a clipped step moves as if the gradient had been shorter", async () => {
  const size = 1000;
  const { residents, run } = await open(size, (tensors) => {
    gradNorm(tensors, { maxNorm: 1 });
    adamw(tensors, { ...usual, eps: 1 }); // ε = 1: else the step would not depend on the gradient's length
  });
  const g = Float64Array.from(normals(size, 9), Math.fround);
  run(g, Float32Array.of(0.1, 1, 0, 0, 2));
  const expected = { p: new Float64Array(size), m: new Float64Array(size), v: new Float64Array(size) };
  const factor = 2 * gradNormReference(g, 2, 1).clip;
  adamwReference(expected, { ...usual, eps: 1, g, learningRate: Math.fround(0.1), step: 1, factor });
  expect(closeness(await runtime.readF32(residents.p), expected.p, 8 * ulp)).toPass();
});

type Tensors = Parameters<typeof adamw>[0];

async function open(size: number, record: (tensors: Tensors) => void) {
  const residents: Record<string, Resident> = { control: await runtime.allocate("control", [8]) };
  for (const name of ["p", "g", "m", "v"]) residents[name] = await runtime.allocate(name, [size]);
  const graph = new Graph();
  record(Object.fromEntries(Object.entries(residents).map(([n, r]) => [n, graph.resident(r)])) as unknown as Tensors);
  const program = await runtime.compile("optimizer", graph);
  const run = (g: Float64Array, control: Float32Array<ArrayBuffer>) => {
    runtime.write(residents.g, Float32Array.from(g));
    runtime.write(residents.control, control);
    program.replay();
  };
  return { residents, run };
}
