import { expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { testOp, type OpCase } from "../../test/harness/op-suite.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { embedding, orderOf } from "./embed.ts";

const of = (name: string, V: number, C: number, ids: number[]): OpCase => ({
  name,
  dims: { V, C },
  shapes: { table: [V, C], ids: [ids.length], order: [ids.length] },
  attrs: {},
  integers: { ids, order: [...orderOf(ids)] },
  ulps: 3, // a row of the gradient is a sum of up to a dozen terms
});
const scattered = (count: number, V: number) => Array.from({ length: count }, (_, t) => (t * t * 7 + 3 * t) % V);

testOp(
  embedding,
  [
    of("one row", 3, 64, [2]),
    of("every id the same: one run", 4, 5, [1, 1, 1, 1, 1, 1, 1]),
    of("odd width, repeated ids, rows nobody names", 11, 41, scattered(17, 8)),
    of("ids past the table read its last row", 5, 7, [4, 9, 0, 4_000_000_000, 4]),
    of("one workgroup exactly", 2, 64, [1]),
    of("model width", 50, 576, scattered(33, 50)),
  ],
  [["table"]],
);

it("the gradient adds to the tensor it is given, and only where an id points", async () => {
  const runtime = new Runtime(await openDevice());
  const graph = new Graph();
  const put = async (name: string, shape: number[], values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>) => {
    const resident = await runtime.allocate(name, shape, values instanceof Uint32Array ? "u32" : "f32");
    runtime.write(resident, values);
    return graph.resident(resident);
  };
  const table = await put("table", [3, 2], new Float32Array(6));
  const ids = await put("ids", [3], Uint32Array.of(2, 0, 2));
  const order = await put("order", [3], orderOf([2, 0, 2]));
  const dy = await put("dy", [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6));
  const gradient = await put("gradient", [3, 2], Float32Array.of(10, 20, 30, 40, 50, 60));
  const { saved } = embedding.forward({ table, ids, order }, {});
  expect(embedding.backward(dy, saved, {}).table(gradient)).toBe(gradient);
  const program = await runtime.compile("embedding", graph, [gradient]);
  program.replay();
  expect([...(await program.readF32(gradient))]).toEqual([13, 24, 30, 40, 56, 68]);
});

it("more rows than one axis of a grid holds", async () => {
  const runtime = new Runtime(await openDevice());
  const graph = new Graph();
  const rows = 70_001;
  const ids = Uint32Array.from({ length: rows }, (_, t) => (t * 31) % 1000);
  const residents = {
    table: await runtime.allocate("table", [1000, 1]),
    ids: await runtime.allocate("ids", [rows], "u32"),
    order: await runtime.allocate("order", [rows], "u32"),
    dy: await runtime.allocate("dy", [rows, 1]),
  };
  runtime.write(
    residents.table,
    Float32Array.from({ length: 1000 }, (_, v) => v),
  );
  runtime.write(residents.ids, ids);
  runtime.write(residents.order, orderOf(ids));
  runtime.write(residents.dy, new Float32Array(rows).fill(1));
  const [table, tokens, order, dy] = Object.values(residents).map((r) => graph.resident(r));
  const { y, saved } = embedding.forward({ table, ids: tokens, order }, {});
  const dtable = embedding.backward(dy, saved, {}).table();
  const program = await runtime.compile("embedding", graph, [y, dtable]);
  program.replay();
  expect(await program.readF32(y)).toEqual(Float32Array.from(ids));
  const uses = new Float32Array(1000);
  for (const id of ids) uses[id]++;
  expect(await program.readF32(dtable)).toEqual(uses);
});

it("says so when the gradient is asked for without the order of the rows", () => {
  const graph = new Graph();
  const [table, ids, dy] = [graph.tensor("table", [3, 2]), graph.tensor("ids", [1], "u32"), graph.tensor("dy", [1, 2])];
  const { saved } = embedding.forward({ table, ids }, {});
  expect(() => embedding.backward(dy, saved, {}).table()).toThrow("invalid-argument");
});
