import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { closeness } from "../../test/harness/close.ts";
import { rounded, skipWithoutHalves, storedAs } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { topKReference } from "./topk.ref.ts";
import { NO_ROW, topK, type TopKOptions } from "./topk.ts";

let runtime: Runtime;
beforeAll(async () => void (runtime = new Runtime(await openDevice())));

const tolerance = 4 * 2 ** -23;
const isEven = (row: number) => row % 2 === 0;
const everyRow = () => true;

describe.each<[N: number, D: number, k: number, isAllowed: (row: number) => boolean]>([
  [0, 8, 3, everyRow],
  [1, 8, 1, everyRow],
  [10, 33, 20, everyRow],
  [10, 33, 20, isEven],
  [1000, 64, 128, everyRow],
  [1000, 64, 10, () => false],
  [1000, 128, 10, (row) => row > 990],
  [2100, 1, 5, everyRow],
  [70_000, 8, 128, isEven],
  [70_000, 100, 10, everyRow],
])("N = %i, D = %i, k = %i", (N, D, k, isAllowed) => {
  it.for(["f32", "f16"] as const)(
    "the rows and scores of the reference, query after query: %s",
    async (dtype, test) => {
      if (dtype === "f16") skipWithoutHalves(test, runtime.device);
      const vectors = Float32Array.from(dtype === "f16" ? rounded(normals(N * D, 3)) : normals(N * D, 3));
      const search = await open(vectors, D, isAllowed, { k }, dtype);
      for (const seed of [4, 5]) {
        const query = Float32Array.from(normals(D, seed));
        const expected = topKReference(vectors, query, isAllowed, k);
        const { rows, scores } = await search(query);
        const found = rows.slice(0, expected.length);
        expect(new Set(found).size).toBe(expected.length);
        expect(found.every(isAllowed)).toBe(true);
        if (expected.length > 0) {
          const own = found.map((row) => dot(vectors.subarray(row * D, (row + 1) * D), query));
          const best = expected.map(({ score }) => score);
          expect(closeness(scores.slice(0, expected.length), own, tolerance)).toPass(); // each row has its own score
          expect(closeness(scores.slice(0, expected.length), best, tolerance)).toPass(); // and is the next best one
        }
        expect(rows.slice(expected.length).every((row) => row === NO_ROW)).toBe(true);
        expect(scores.slice(expected.length).every((score) => score === Math.fround(-3.4e38))).toBe(true);
      }
    },
  );
});

it("equal scores stand by rising row, across workgroups too", async () => {
  const [N, D] = [9000, 8];
  const vectors = Float32Array.from(normals(N * D, 6), (v) => Math.round(v)); // small integers: every score is exact
  const query = Float32Array.of(1, -1, 2, 0, 1, 0, -2, 1);
  const search = await open(vectors, D, everyRow, { k: 128 });
  const { rows, scores } = await search(query);
  const expected = topKReference(vectors, query, everyRow, 128);
  expect(rows).toEqual(expected.map(({ row }) => row));
  expect(scores).toEqual(expected.map(({ score }) => score));
  expect(new Set(scores).size).toBeLessThan(20); // the case has ties
});

it("a slab's rows count from its first one, in the result and in the mask", async () => {
  const vectors = Float32Array.from(normals(100 * 8, 6));
  const query = Float32Array.from(normals(8, 7));
  const whole = await (await open(vectors, 8, (row) => row >= 40 && row % 3 > 0, { k: 30 }))(query);
  const slab = await (await open(vectors.slice(40 * 8), 8, (row) => row % 3 > 0, { k: 30, firstRow: 40 }))(query);
  expect(slab).toEqual(whole);
});

it("refuses a k that its list cannot hold", async () => {
  await expect(open(new Float32Array(8), 8, everyRow, { k: 129 })).rejects.toThrow("invalid-argument");
});

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, v, i) => sum + v * b[i], 0);

/** A compiled search over `vectors`; isAllowed takes rows of the collection. */
async function open(
  vectors: Float32Array,
  D: number,
  isAllowed: (row: number) => boolean,
  options: TopKOptions,
  dtype: "f32" | "f16" = "f32",
) {
  const N = vectors.length / D;
  const end = (options.firstRow ?? 0) + N;
  const bits = new Uint32Array(Math.ceil(end / 32));
  for (let row = 0; row < end; row++) if (isAllowed(row)) bits[row >> 5] |= 1 << (row & 31);
  const residents = {
    vectors: await runtime.allocate("vectors", [N, D], dtype),
    query: await runtime.allocate("query", [D]),
    mask: await runtime.allocate("mask", [bits.length], "u32"),
  };
  runtime.write(residents.vectors, storedAs[dtype](Float64Array.from(vectors)));
  runtime.write(residents.mask, bits);
  const graph = new Graph();
  const tensors = {
    vectors: graph.resident(residents.vectors),
    query: graph.resident(residents.query),
    mask: graph.resident(residents.mask),
  };
  const { rows, scores } = topK(tensors, options);
  const program = await runtime.compile("topk", graph, [rows, scores]);
  return async (query: Float32Array) => {
    runtime.write(residents.query, Float32Array.from(query));
    program.replay();
    const at = program.place(rows);
    return {
      rows: [...new Uint32Array(await runtime.readBytes(at.buffer, at.offset, at.size))],
      scores: [...(await program.readF32(scores))],
    };
  };
}
