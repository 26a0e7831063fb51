import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { closeness } from "../../test/harness/close.ts";
import { rounded, skipWithoutHalves, storedAs } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph, type Tensor } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { topKReference } from "./topk.ref.ts";
import { NO_ROW, topK, topKInt8, type Int8Vectors } from "./topk.ts";

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
  [1000, 16, 400, isEven],
  [2100, 1, 5, everyRow],
  [70_000, 8, 128, isEven],
  [70_000, 8, 512, isEven],
  [20_000, 100, 10, everyRow],
])("N = %i, D = %i, k = %i", (N, D, k, isAllowed) => {
  it.for(["f32", "f16"] as const)(
    "the rows and scores of the reference, query after query: %s",
    async (dtype, test) => {
      if (dtype === "f16") skipWithoutHalves(test, runtime.device);
      const vectors = Float32Array.from(dtype === "f16" ? rounded(normals(N * D, 3)) : normals(N * D, 3));
      const search = await open([vectors], D, isAllowed, k, dtype);
      for (const seed of [4, 5]) {
        const query = Float32Array.from(normals(D, seed));
        const expected = topKReference(vectors, query, isAllowed, k);
        check(await search(query), expected, (row) => dot(vectors.subarray(row * D, (row + 1) * D), query));
        expect(expected.every(({ row }) => isAllowed(row))).toBe(true);
      }
    },
  );
});

it("equal scores stand by rising row, across workgroups too", async () => {
  const [N, D] = [9000, 8];
  const vectors = Float32Array.from(normals(N * D, 6), (v) => Math.round(v)); // small integers: every score is exact
  const query = Float32Array.of(1, -1, 2, 0, 1, 0, -2, 1);
  const search = await open([vectors], D, everyRow, 128);
  const { rows, scores } = await search(query);
  const expected = topKReference(vectors, query, everyRow, 128);
  expect(rows).toEqual(expected.map(({ row }) => row));
  expect(scores).toEqual(expected.map(({ score }) => score));
  expect(new Set(scores).size).toBeLessThan(20); // the case has ties
});

it.each([8, 10])("slabs of any sizes, one of none, find what the whole does: D = %i", async (D) => {
  const N = 5000;
  const vectors = Float32Array.from(normals(N * D, 6));
  const query = Float32Array.from(normals(D, 7));
  const isAllowed = (row: number) => row % 3 > 0;
  const slabs = [0, 40, 40, 2741, N].map((end, i, ends) => vectors.slice((ends[i - 1] ?? 0) * D, end * D));
  const [whole, split] = [await open([vectors], D, isAllowed, 30), await open(slabs, D, isAllowed, 30)];
  expect(await split(query)).toEqual(await whole(query));
});

describe.each<[N: number, D: number, k: number, isAllowed: (row: number) => boolean]>([
  [0, 16, 3, everyRow],
  [1, 16, 1, everyRow],
  [1000, 48, 400, isEven],
  [1000, 384, 10, (row) => row > 990],
  [70_000, 16, 64, isEven],
])("signed bytes, N = %i, D = %i, k = %i", (N, D, k, isAllowed) => {
  it("the rows and scores of the reference, whole and in slabs", async () => {
    const bytes = Int8Array.from(normals(N * D, 8), (v) => Math.max(-127, Math.min(127, Math.round(v * 50))));
    const scales = Float32Array.from(normals(N, 9), (v) => Math.abs(v) / 127);
    const query = Float32Array.from(normals(D, 10));
    const expected = topKReference(bytes, query, isAllowed, k, scales);
    const own = (row: number) => scales[row] * dot(bytes.subarray(row * D, (row + 1) * D), query);
    const whole = await (await openInt8(bytes, scales, D, isAllowed, k, [N]))(query);
    check(whole, expected, own);
    const cut = Math.floor(N / 3);
    expect(await (await openInt8(bytes, scales, D, isAllowed, k, [cut, N - cut]))(query)).toEqual(whole);
  });
});

it("refuses a k that its list cannot hold, and slabs of different widths", async () => {
  await expect(open([new Float32Array(8)], 8, everyRow, 513)).rejects.toThrow("invalid-argument");
  await expect(open([new Float32Array(8)], 8, everyRow, 0)).rejects.toThrow("invalid-argument");
  const graph = new Graph();
  const [a, b, query] = [[2, 8], [2, 4], [8]].map((shape) => graph.tensor("t", shape));
  const mask = graph.tensor("mask", [1], "u32");
  expect(() => topK({ vectors: [a, b], query, mask }, { k: 1 })).toThrow("shape-mismatch");
});

function dot(a: Float32Array | Int8Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += a[i] * b[i];
  return sum;
}

interface Hits {
  readonly rows: number[];
  readonly scores: number[];
}
/** As many as expected, no row twice, each with its own score, the scores those of the best; the rest is filled. */
function check(
  { rows, scores }: Hits,
  expected: readonly { row: number; score: number }[],
  own: (row: number) => number,
) {
  const found = rows.slice(0, expected.length);
  expect(new Set(found).size).toBe(expected.length);
  if (expected.length > 0) {
    const best = expected.map(({ score }) => score);
    expect(closeness(scores.slice(0, expected.length), found.map(own), tolerance)).toPass();
    expect(closeness(scores.slice(0, expected.length), best, tolerance)).toPass();
  }
  expect(rows.slice(expected.length).every((row) => row === NO_ROW)).toBe(true);
  expect(scores.slice(expected.length).every((score) => score === Math.fround(-3.4e38))).toBe(true);
}

type Search = (query: Float32Array) => Promise<Hits>;

/** A compiled search over slabs of vectors, rows of D. */
async function open(
  slabs: readonly Float32Array[],
  D: number,
  isAllowed: (row: number) => boolean,
  k: number,
  dtype: "f32" | "f16" = "f32",
): Promise<Search> {
  const graph = new Graph();
  const vectors: Tensor[] = [];
  for (const slab of slabs) {
    const resident = await runtime.allocate("vectors", [slab.length / D, D], dtype);
    runtime.write(resident, storedAs[dtype](Float64Array.from(slab)));
    vectors.push(graph.resident(resident));
  }
  const count = slabs.reduce((sum, slab) => sum + slab.length / D, 0);
  return compiled(graph, D, count, isAllowed, (asked) => topK({ vectors, ...asked }, { k }));
}

/** The same over signed bytes, in slabs of `counts` vectors. */
async function openInt8(
  bytes: Int8Array<ArrayBuffer>,
  scales: Float32Array<ArrayBuffer>,
  D: number,
  isAllowed: (row: number) => boolean,
  k: number,
  counts: readonly number[],
): Promise<Search> {
  const graph = new Graph();
  const slabs: Int8Vectors[] = [];
  let first = 0;
  for (const count of counts) {
    const numbers = await runtime.allocate("numbers", [count, D / 4], "u32");
    const own = await runtime.allocate("scales", [count]);
    runtime.write(numbers, bytes.subarray(first * D, (first + count) * D));
    runtime.write(own, scales.subarray(first, first + count));
    slabs.push({ numbers: graph.resident(numbers), scales: graph.resident(own) });
    first += count;
  }
  return compiled(graph, D, first, isAllowed, (asked) => topKInt8({ slabs, ...asked }, { k }));
}

async function compiled(
  graph: Graph,
  D: number,
  count: number,
  isAllowed: (row: number) => boolean,
  record: (asked: { query: Tensor; mask: Tensor }) => { rows: Tensor; scores: Tensor },
): Promise<Search> {
  const bits = new Uint32Array(Math.ceil(count / 32));
  for (let row = 0; row < count; row++) if (isAllowed(row)) bits[row >> 5] |= 1 << (row & 31);
  const asked = await runtime.allocate("query", [D]);
  const mask = await runtime.allocate("mask", [bits.length], "u32");
  runtime.write(mask, bits);
  const { rows, scores } = record({ query: graph.resident(asked), mask: graph.resident(mask) });
  const program = await runtime.compile("topk", graph, [rows, scores]);
  return async (query) => {
    runtime.write(asked, Float32Array.from(query));
    program.replay();
    return { rows: [...(await program.readU32(rows))], scores: [...(await program.readF32(scores))] };
  };
}
