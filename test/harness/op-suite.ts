// The three-way check every op must pass. GPU noise never enters the gradient check.
//
//   1. reference.backward  =  central differences of reference.forward   (float64: the calculus)
//   2. GPU forward         =  reference.forward                          (float32: the kernel)
//   3. GPU backward        =  reference.backward                         (float32: the other kernel)
//
// Inputs are seeded normals, or what `inputs` makes of them (ids, ranges, targets: those named there are u32).

import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { Graph, type Resident, type Shape, type Tensor, type Tuning } from "../../worker/engine/graph.ts";
import type { Arrays, Attrs, Op } from "../../worker/engine/op.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { closeness } from "./close.ts";
import { normals } from "./random.ts";

export interface OpCase {
  readonly name: string;
  readonly dims: Attrs; // sizes the reference needs
  readonly shapes: Readonly<Record<string, Shape>>; // of every input
  readonly attrs: Attrs;
  readonly tuning?: Tuning; // for ops with more than one kernel
  readonly ulps: number; // forward; twice that backward
  /** u32 inputs (ids, ranges, …), by name. */
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  /** f32 inputs that are not plain normals. */
  readonly floats?: Readonly<Record<string, readonly number[]>>;
}

const size = (shape: Shape) => shape.reduce((a, b) => a * b, 1);
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);

/** The inputs of a case, in float64, each a float32 value. */
export function inputsOf({ shapes, integers = {}, floats = {} }: OpCase): Arrays {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      Float64Array.from(integers[name] ?? floats[name] ?? normals(size(shape), 17 + i), Math.fround),
    ]),
  );
}

export function testOp(op: Op, cases: readonly OpCase[]): void {
  describe(op.name, () => {
    let device: GPUDevice;
    beforeAll(async () => void (device = await openDevice()));

    describe.each(cases)("$name", (opCase) => {
      const { dims, attrs, ulps } = opCase;
      const args = { ...dims, ...attrs };
      const inputs = inputsOf(opCase);
      const expected = op.reference.forward(inputs, args);
      const dy = Float64Array.from(normals(expected.length, 3), Math.fround);
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

      it("GPU forward = reference", async () => {
        const { runtime, graph, tensors } = await load(device, opCase, inputs);
        const { y } = op.forward(tensors, attrs);
        const program = await runtime.compile(op.name, graph, [y]);
        program.replay();
        expect(closeness(await program.readF32(y), expected, ulps * 2 ** -23)).toPass();
      });

      it.each(Object.keys(gradients))("GPU ∂L/∂%s = reference", async (name) => {
        const { runtime, graph, tensors, input } = await load(device, opCase, inputs);
        const { y, saved } = op.forward(tensors, attrs);
        const dyTensor = await input("dy", y.shape, dy);
        const gradient = op.backward(dyTensor, saved, attrs)[name]();
        const program = await runtime.compile(op.name, graph, [gradient]);
        program.replay();
        expect(closeness(await program.readF32(gradient), gradients[name], 2 * ulps * 2 ** -23)).toPass();
      });
    });
  });
}

/** `count` indices spread over [0, length), or all of them. */
const sample = (length: number, count: number): number[] =>
  Array.from({ length: Math.min(length, count) }, (_, i) => (length <= count ? i : Math.floor((i * length) / count)));

async function load(device: GPUDevice, { shapes, integers = {}, tuning }: OpCase, inputs: Arrays) {
  const runtime = new Runtime(device);
  const graph = new Graph(tuning);
  const input = async (name: string, shape: Shape, values: Float64Array): Promise<Tensor> => {
    const dtype = name in integers ? "u32" : "f32";
    const resident: Resident = await runtime.allocate(name, shape, dtype);
    runtime.write(resident, dtype === "u32" ? Uint32Array.from(values) : Float32Array.from(values));
    return graph.resident(resident);
  };
  const tensors: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries(shapes)) tensors[name] = await input(name, shape, inputs[name]);
  return { runtime, graph, tensors, input };
}
