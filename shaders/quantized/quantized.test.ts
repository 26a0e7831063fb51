import { expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { quantized, testOp, type OpCase } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { quantize } from "../../worker/engine/format/quantize.ts";
import { Graph, type Quantized } from "../../worker/engine/graph.ts";
import { run } from "../../worker/engine/op.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { embedding } from "../embed/embed.ts";
import { linear, mm } from "../matmul/matmul.ts";
import { quantizedLinear } from "./quantized.ts";

function product(name: string, dtype: Quantized, [T, I, O]: number[], more: Partial<OpCase["shapes"]> = {}): OpCase {
  return {
    name: `${dtype}, ${name}`,
    dims: { T, I, O },
    shapes: { x: [T, I], W: [O, I], ...(more as OpCase["shapes"]) },
    attrs: {},
    ulps: 16,
    blocks: { W: dtype },
  };
}
const both = (["q8", "q4"] as const).flatMap((dtype) => [
  product("odd rows and columns, an odd number of scales, a residual", dtype, [11, 96, 7], { plus: [11, 7] }),
  product("more than one tile", dtype, [70, 64, 37]),
]);

testOp(
  quantizedLinear,
  [...both, product("one row", "q4", [1, 64, 41]), product("a bias", "q8", [5, 32, 10], { bias: [10] })],
  [["x", "plus"]],
);

it.each(["q8", "q4"] as const)("embedding reads the rows of a %s table", async (dtype) => {
  const [V, C] = [9, 96];
  const runtime = new Runtime(await openDevice());
  const graph = new Graph();
  const values = normals(V * C, 3);
  const table = await runtime.allocate("table", [V, C], dtype);
  runtime.write(table, quantize(Float32Array.from(values), [V, C], dtype).bytes);
  const ids = await runtime.allocate("ids", [4], "u32");
  runtime.write(ids, Uint32Array.of(8, 0, 5, 1000)); // the last one counts as 8
  const y = run(embedding, { table: graph.resident(table), ids: graph.resident(ids) });
  const program = await runtime.compile("gather", graph, [y]);
  program.replay();
  const expected = quantized(values, dtype);
  expect([...(await program.readF32(y))]).toEqual([8, 0, 5, 8].flatMap((id) => [...expected.subarray(id * C, (id + 1) * C)])); // prettier-ignore
});

it("linear takes a quantised matrix for one of its own; columns times it are refused", () => {
  const graph = new Graph();
  const [x, W] = [graph.tensor("x", [8, 64]), graph.tensor("W", [5, 64], "q8")];
  const { y, saved } = linear.forward({ x, W }, {});
  const gradients = linear.backward(y, saved, {});
  expect(gradients.x().shape).toEqual([8, 64]);
  expect(graph.steps.map((s) => s.kind === "dispatch" && s.kernel.entry)).toEqual(["quantized_nt", "quantized_nn"]);
  expect(() => mm(y.T, W)).toThrow(/transposed/);
});

it("refuses a matrix that is not quantised", () => {
  const graph = new Graph();
  const [x, W] = [graph.tensor("x", [8, 64]), graph.tensor("W", [5, 64])];
  expect(() => quantizedLinear.forward({ x, W }, {})).toThrow(/W/);
});
