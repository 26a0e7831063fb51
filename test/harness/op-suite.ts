// The three-way check every op must pass. GPU noise never enters the gradient check.
//
//   1. reference.backward  =  central differences of reference.forward   (float64: the calculus)
//   2. GPU forward         =  reference.forward                          (float32: the kernel)
//   3. GPU backward        =  reference.backward                         (float32: the other kernel)
//
// Inputs are seeded normals, or what `inputs` makes of them (ids, ranges, targets: those named there are u32).
//
// Then 2 and 3 once more for each set of inputs that may be stored in f16. They are rounded to f16 first, so the reference is
// as exact as before; what an output stored in f16 may lose besides is its own rounding (WGSL promises one of the two f16 beside
// the number, so 1 f16 ulp forward), and backward that of a saved tensor too (twice that).

import { beforeAll, describe, expect, it, type TestContext } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { f16ToF32, f32ToF16 } from "../../worker/engine/format/half.ts";
import { dequantize, quantize } from "../../worker/engine/format/quantize.ts";
import {
  Graph,
  sizeOf,
  type DType,
  type Quantized,
  type Shape,
  type Tensor,
  type Tuning,
} from "../../worker/engine/graph.ts";
import type { Arrays, Attrs, Op } from "../../worker/engine/op.ts";
import type { Program } from "../../worker/engine/program.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { closeness } from "./close.ts";
import { normals } from "./random.ts";

export interface OpCase {
  readonly name: string;
  readonly dims: Attrs; // sizes the reference needs
  readonly shapes: Readonly<Record<string, Shape>>; // of every input
  readonly attrs: Attrs;
  readonly tuning?: Tuning; // for ops with more than one kernel; absent: what the adapter's kind says
  readonly ulps: number; // forward; twice that backward
  readonly halfUlps?: number; // besides, where the result is stored in f16: 1 when left out; twice that backward
  /** Inputs that are quantised, by name. */
  readonly blocks?: Readonly<Record<string, Quantized>>;
  /** u32 inputs (ids, ranges, …), by name. */
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  /** f32 inputs that are not plain normals. */
  readonly floats?: Readonly<Record<string, readonly number[]>>;
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);

/** The inputs of a case, in float64, each a float32 value. */
export function inputsOf({ shapes, integers = {}, floats = {}, blocks = {} }: OpCase): Arrays {
  const stored = (name: string, values: Float64Array) =>
    name in blocks ? quantized(values, blocks[name]) : values.map(Math.fround);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      stored(name, Float64Array.from(integers[name] ?? floats[name] ?? normals(sizeOf(shape), 17 + i))),
    ]),
  );
}

/** Each number as f16 stores it. */
export const rounded = (values: Float64Array): Float64Array =>
  Float64Array.from(f16ToF32(f32ToF16(Float32Array.from(values))));

/** `halves`: sets of inputs that are stored in f16, each a run of all cases where the adapter has the feature shader-f16. */
export function testOp(op: Op, cases: readonly OpCase[], halves: readonly (readonly string[])[] = []): void {
  describe(op.name, () => {
    let device: GPUDevice;
    beforeAll(async () => void (device = await openDevice()));

    describe.each(cases)("$name", (opCase) => {
      const inputs = inputsOf(opCase);
      testReference(op, opCase, inputs);
      testGpu(op, opCase, inputs, [], () => device);
      describe.each(halves.map((half) => ({ half })))("$half in f16", ({ half }) => {
        const given = half.filter((name) => name in inputs); // an input may be left out of a case
        const halved = Object.fromEntries(given.map((name) => [name, rounded(inputs[name])]));
        testGpu(op, opCase, { ...inputs, ...halved }, half, () => device);
      });
    });
  });
}

/** Ends a test that binds f16, with a message, where the adapter cannot. */
export function skipWithoutHalves({ skip }: TestContext, device: GPUDevice): void {
  skip(!device.features.has("shader-f16"), "the adapter has no shader-f16");
}

/** The same for a kernel that only adapters with dear loads have. */
export function skipWithCheapLoads({ skip }: TestContext, device: GPUDevice): void {
  skip(!new Runtime(device).untimed.hasDearLoads, "the adapter's loads are cheap, or not shared");
}

/** dy of a case: seeded too. */
const dyOf = (count: number): Float64Array => Float64Array.from(normals(count, 3), Math.fround);

function testReference(op: Op, { dims, attrs }: OpCase, inputs: Arrays): void {
  const args = { ...dims, ...attrs };
  const dy = dyOf(op.reference.forward(inputs, args).length);
  const gradients = op.reference.backward(dy, inputs, args);

  it.each(Object.keys(gradients))("∂L/∂%s of the reference = central differences", (name) => {
    const h = 1e-5;
    const sampled = sample(inputs[name].length, 400); // of a large tensor, some elements
    const numeric = sampled.map((i) => {
      const at = (value: number) =>
        dot(dy, op.reference.forward({ ...inputs, [name]: inputs[name].with(i, value) }, args));
      return (at(inputs[name][i] + h) - at(inputs[name][i] - h)) / (2 * h);
    });
    expect(
      closeness(
        numeric,
        sampled.map((i) => gradients[name][i]),
        1e-7,
      ),
    ).toPass();
  });
}

function testGpu(op: Op, opCase: OpCase, inputs: Arrays, half: readonly string[], device: () => GPUDevice): void {
  const { dims, attrs } = opCase;
  const args = { ...dims, ...attrs };
  const expected = op.reference.forward(inputs, args);
  const dy = half.length > 0 ? rounded(dyOf(expected.length)) : dyOf(expected.length);
  const gradients = op.reference.backward(dy, inputs, args);

  it("GPU forward = reference", async (test) => {
    if (half.length > 0) skipWithoutHalves(test, device());
    const { runtime, graph, tensors } = await load(device(), opCase, inputs, half);
    const { y } = op.forward(tensors, attrs);
    const program = await runtime.compile(op.name, graph, [y]);
    program.replay();
    expect(closeness(await valuesOf(program, y), expected, toleranceOf(y, opCase))).toPass();
  });

  it.for(Object.keys(gradients))("GPU ∂L/∂%s = reference", async (name, test) => {
    if (half.length > 0) skipWithoutHalves(test, device());
    const { runtime, graph, tensors, input } = await load(device(), opCase, inputs, half);
    const { y, saved } = op.forward(tensors, attrs);
    const dyTensor = await input("dy", y.shape, dy, y.dtype);
    const gradient = op.backward(dyTensor, saved, attrs)[name]();
    const program = await runtime.compile(op.name, graph, [gradient]);
    program.replay();
    expect(closeness(await valuesOf(program, gradient), gradients[name], 2 * toleranceOf(gradient, opCase))).toPass();
  });
}

/** Of |e| + rms(e): the f32 ulps of the arithmetic, and the f16 ulps of a result that is stored so. */
const toleranceOf = ({ dtype }: Tensor, { ulps, halfUlps = 1 }: OpCase): number =>
  ulps * 2 ** -23 + (dtype === "f16" ? halfUlps * 2 ** -10 : 0);

/** A kept tensor's values, of f32 or f16. */
export async function valuesOf(program: Program, tensor: Tensor): Promise<Float32Array> {
  if (tensor.dtype === "f32") return program.readF32(tensor);
  const { buffer, offset, size } = program.place(tensor);
  return f16ToF32(new Uint16Array(await program.player.readBytes(buffer, offset, size), 0, sizeOf(tensor.shape)));
}

/** `count` indices spread over [0, length), or all of them. */
const sample = (length: number, count: number): number[] =>
  Array.from({ length: Math.min(length, count) }, (_, i) => (length <= count ? i : Math.floor((i * length) / count)));

async function load(device: GPUDevice, opCase: OpCase, inputs: Arrays, half: readonly string[]) {
  const { shapes, integers = {}, blocks = {}, tuning } = opCase;
  const runtime = new Runtime(device);
  const graph = new Graph(tuning ?? runtime.untimed);
  const input = async (name: string, shape: Shape, values: Float64Array, dtype: DType): Promise<Tensor> => {
    const resident = await runtime.allocate(name, shape, dtype);
    runtime.write(resident, storedAs[dtype](values));
    return graph.resident(resident);
  };
  const dtypeOf = (name: string): DType =>
    blocks[name] ?? (name in integers ? "u32" : half.includes(name) ? "f16" : "f32");
  const tensors: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries(shapes))
    tensors[name] = await input(name, shape, inputs[name], dtypeOf(name));
  return { runtime, graph, tensors, input };
}

/** What a resident of each dtype is written from. */
export const storedAs = {
  f32: (values: Float64Array) => Float32Array.from(values),
  f16: (values: Float64Array) => f32ToF16(Float32Array.from(values)),
  u32: (values: Float64Array) => Uint32Array.from(values),
  q8: (values: Float64Array) => quantize(Float32Array.from(values), [1, values.length], "q8").bytes,
  q4: (values: Float64Array) => quantize(Float32Array.from(values), [1, values.length], "q4").bytes,
};

/** Each number as a quantised matrix stores it. */
export const quantized = (values: Float64Array, dtype: Quantized): Float64Array =>
  Float64Array.from(dequantize(quantize(Float32Array.from(values), [1, values.length], dtype)));
