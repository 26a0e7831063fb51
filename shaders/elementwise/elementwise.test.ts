import { expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { skipWithoutHalves, storedAs, testOp } from "../../test/harness/op-suite.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { accumulate, add, scale } from "./elementwise.ts";

testOp(
  add,
  [
    { name: "one element", dims: {}, shapes: { a: [1], b: [1] }, attrs: {}, ulps: 1 },
    { name: "odd shape", dims: {}, shapes: { a: [5, 41], b: [5, 41] }, attrs: {}, ulps: 1 },
    { name: "more than one workgroup", dims: {}, shapes: { a: [3, 67], b: [3, 67] }, attrs: {}, ulps: 1 },
  ],
  [["a", "b"], ["a"], ["b"]],
);

testOp(
  scale,
  [
    { name: "odd shape", dims: {}, shapes: { a: [5, 41] }, attrs: { factor: -2.5 }, ulps: 1 },
    { name: "factor 0", dims: {}, shapes: { a: [65] }, attrs: { factor: 0 }, ulps: 1 },
  ],
  [["a"]],
);

it.for([
  ["f32", "f32"],
  ["f16", "f32"],
  ["f16", "f16"],
] as const)("accumulate adds in place: %s to %s", async ([from, to], test) => {
  const runtime = new Runtime(await openDevice());
  if (from === "f16") skipWithoutHalves(test, runtime.device);
  const [a, y] = [await runtime.allocate("a", [3], from), await runtime.allocate("y", [3], to)];
  runtime.write(a, storedAs[from](Float64Array.of(1, 2, 3)));
  runtime.write(y, storedAs[to](Float64Array.of(10, 20, 30)));
  const graph = new Graph();
  accumulate(graph.resident(a), graph.resident(y));
  (await runtime.compile("accumulate", graph)).replay();
  expect([...(await runtime.readF32(y))]).toEqual([11, 22, 33]);
});
