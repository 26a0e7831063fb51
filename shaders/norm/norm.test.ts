import { describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { closeness } from "../../test/harness/close.ts";
import { testOp, type OpCase } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph, type Tensor } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { layernorm, rmsnorm } from "./norm.ts";

const rms = (name: string, rows: number, cols: number, eps: number, ulps = 2): OpCase => ({
  name,
  dims: { rows, cols },
  shapes: { x: [rows, cols], w: [cols] },
  attrs: { eps },
  ulps,
});
const layer = (name: string, rows: number, cols: number, eps: number): OpCase => ({
  ...rms(name, rows, cols, eps, 4),
  shapes: { x: [rows, cols], w: [cols], b: [cols] },
});

testOp(
  rmsnorm,
  [
    rms("one row, one lane's worth", 1, 64, 1e-6),
    rms("odd width", 3, 41, 1e-6),
    rms("model width", 5, 576, 1e-5),
    rms("more rows than the parts of a column", 37, 20, 1e-6),
    rms("ε dominates", 2, 64, 1),
    { ...rms("odd width, without barriers", 3, 41, 1e-2, 8), tuning: { hasCheapBarriers: false } },
    { ...rms("more rows than a workgroup, without barriers", 67, 24, 1e-6, 8), tuning: { hasCheapBarriers: false } },
  ],
  [["w"], ["x"], ["x", "w"]],
);

testOp(
  layernorm,
  [
    layer("one row, one lane's worth", 1, 64, 1e-12),
    layer("odd width", 3, 41, 1e-6),
    layer("model width", 5, 384, 1e-12),
    layer("more rows than the parts of a column", 37, 20, 1e-6),
    layer("ε dominates", 2, 64, 1),
    {
      ...layer("a mean far from zero", 2, 48, 1e-6),
      floats: { x: [...normals(96, 5).map((v) => 100 + v)] },
      ulps: 100,
    }, // x − μ has lost the 7 bits that the mean of 100 takes
  ],
  [["w"], ["x", "b"], ["x", "w", "b"]],
);

type Op = typeof rmsnorm;
type Values = Record<string, Float64Array>;

/** Normals for every input of an op, and for dy. */
function valuesOf(op: Op, rows: number, cols: number): Values {
  const shapes = { x: rows * cols, w: cols, ...(op === layernorm ? { b: cols } : {}), dy: rows * cols };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, count], i) => [name, Float64Array.from(normals(count, i), Math.fround)]),
  );
}

async function begin() {
  const runtime = new Runtime(await openDevice());
  const graph = new Graph();
  const put = async (name: string, shape: number[], values: ArrayLike<number>): Promise<Tensor> => {
    const resident = await runtime.allocate(name, shape);
    runtime.write(resident, Float32Array.from(values));
    return graph.resident(resident);
  };
  const putAll = async ({ dy, ...values }: Values, rows: number, cols: number) => {
    const tensors: Record<string, Tensor> = {};
    for (const [name, v] of Object.entries(values))
      tensors[name] = await put(name, name === "x" ? [rows, cols] : [cols], v);
    return { tensors, dy: await put("dy", [rows, cols], dy) };
  };
  return { runtime, graph, put, putAll };
}

describe.each([rmsnorm, layernorm])("$name", (op) => {
  const eps = 1e-5;

  it("adds a parameter's gradient to the tensor it is given", async () => {
    const [rows, cols] = [21, 33];
    const { runtime, graph, put, putAll } = await begin();
    const values = valuesOf(op, rows, cols);
    const { tensors, dy } = await putAll(values, rows, cols);
    const thunks = op.backward(dy, op.forward(tensors, { eps }).saved, { eps });
    const expected = op.reference.backward(values.dy, values, { rows, cols, eps });
    const parameters = Object.keys(tensors).filter((name) => name !== "x");
    const sums = await Promise.all(parameters.map((name) => put(`d${name}`, [cols], Array(cols).fill(1))));
    parameters.forEach((name, i) => expect(thunks[name](sums[i])).toBe(sums[i]));
    const program = await runtime.compile(op.name, graph, sums);
    program.replay();
    for (const [i, name] of parameters.entries()) {
      const total = expected[name].map((v) => v + 1);
      expect(closeness(await program.readF32(sums[i]), total, 8 * 2 ** -23)).toPass();
    }
  });

  it("takes more rows than one axis of a grid holds", async () => {
    const [rows, cols] = [65_600, 4];
    const { runtime, graph, putAll } = await begin();
    const values = valuesOf(op, rows, cols);
    const { tensors } = await putAll(values, rows, cols);
    const { y } = op.forward(tensors, { eps: 1 });
    const program = await runtime.compile(op.name, graph, [y]);
    program.replay();
    const expected = op.reference.forward(values, { rows, cols, eps: 1 });
    expect(closeness(await program.readF32(y), expected, 4 * 2 ** -23)).toPass();
  });
});
