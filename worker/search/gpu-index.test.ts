// Vectors on the GPU: cut into slabs, as bytes with exact scoring anew, behind a bit mask. Each against plain float64.
import { existsSync, readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { topKReference } from "../../shaders/topk/topk.ref.ts";
import { normals } from "../../test/harness/random.ts";
import { staticVectors } from "../../test/harness/static-vectors.ts";
import { Runtime } from "../engine/runtime.ts";
import { GpuIndex } from "./gpu-index.ts";
import { int8Rows, paddedDimensions } from "./int8.ts";

let runtime: Runtime;
beforeAll(async () => void (runtime = new Runtime(await openDevice())));

function unitVectors(count: number, D: number, seed: number): Float32Array<ArrayBuffer> {
  const vectors = Float32Array.from(normals(count * D, seed));
  for (let at = 0; at < vectors.length; at += D) {
    const row = vectors.subarray(at, at + D);
    const length = Math.hypot(...row);
    row.forEach((v, d) => (row[d] = v / length));
  }
  return vectors;
}
function maskOf(count: number, isAllowed: (row: number) => boolean): Uint32Array<ArrayBuffer> {
  const mask = new Uint32Array(Math.ceil(count / 32));
  for (let row = 0; row < count; row++) if (isAllowed(row)) mask[row >>> 5]! |= 1 << (row & 31);
  return mask;
}
const everyRow = () => true;

/** The share of the true ten best that are found, over the queries; every score must be the row's own. */
async function recallOf(index: GpuIndex, vectors: Float32Array, queries: Float32Array<ArrayBuffer>, D: number) {
  let [hits, asked] = [0, 0];
  for (let at = 0; at < queries.length; at += D) {
    const query = queries.slice(at, at + D);
    const best = topKReference(vectors, query, everyRow, 10);
    const found = await index.topK(query, 10);
    best.forEach(({ row, score }, i) => {
      const place = found.rows.indexOf(row);
      if (place >= 0) expect(Math.abs(found.scores[place]! - score)).toBeLessThan(1e-6);
      hits += Number(place >= 0);
      if (place === i) expect(found.scores[i]).toBeCloseTo(score, 6);
    });
    asked += best.length;
  }
  return hits / asked;
}

it("a row of bytes is within half a scale of its vector, padded with zeros, and an empty one is zero", () => {
  const D = 20;
  const vectors = Float32Array.from(normals(50 * D, 1));
  vectors.fill(0, 3 * D, 4 * D);
  const { numbers, scales } = int8Rows(vectors, D);
  const width = paddedDimensions(D);
  expect(width).toBe(32);
  for (let row = 0; row < 50; row++)
    for (let d = 0; d < width; d++) {
      const v = d < D ? vectors[row * D + d]! : 0;
      expect(Math.abs(v - scales[row]! * numbers[row * width + d]!)).toBeLessThanOrEqual(scales[row]! * 0.5001);
    }
  expect(scales[3]).toBe(0);
});

it.each(["f32", "int8"] as const)(
  "%s in many small bindings finds what one binding does, also masked",
  async (storedAs) => {
    const [N, D] = [3000, 20];
    const vectors = unitVectors(N, D, 2);
    const exactBytesMax = storedAs === "f32" ? Infinity : 0;
    const whole = await GpuIndex.create(runtime, vectors, D, { exactBytesMax });
    const split = await GpuIndex.create(runtime, vectors, D, { exactBytesMax, slabBytes: 16_384 });
    expect(whole.facts).toMatchObject({ count: N, storedAs, isRescored: storedAs === "int8", slabCount: 1 });
    expect(split.facts.slabCount).toBe(storedAs === "f32" ? 15 : 6);
    const query = unitVectors(1, D, 3);
    const isAllowed = (row: number) => row % 7 === 2 && row > 100;
    for (const mask of [undefined, maskOf(N, isAllowed), maskOf(N, (row) => row === 2999), maskOf(N, () => false)])
      for (const k of [1, 10, 128]) expect(await split.topK(query, k, mask)).toEqual(await whole.topK(query, k, mask));
    const masked = await split.topK(query, 10, maskOf(N, isAllowed));
    expect([...masked.rows]).toEqual(topKReference(vectors, query, isAllowed, 10).map(({ row }) => row));
    const before = runtime.allocatedBytes;
    split.dispose();
    expect(before - runtime.allocatedBytes).toBeGreaterThanOrEqual(split.facts.gpuBytes);
  },
);

it("int8 finds at least 99 % of the ten best of random unit vectors, in a quarter of the memory", async () => {
  const [N, D] = [8000, 384];
  const vectors = unitVectors(N, D, 4);
  const index = await GpuIndex.create(runtime, vectors, D, { exactBytesMax: 8 * 2 ** 20 });
  expect(index.facts.storedAs).toBe("int8");
  expect(vectors.byteLength / index.facts.gpuBytes).toBeGreaterThan(3.9);
  const recall = await recallOf(index, vectors, unitVectors(20, D, 5), D);
  console.log(`recall@10 of int8, ${N} random unit vectors of ${D}: ${recall}`);
  expect(recall).toBeGreaterThanOrEqual(0.99);
});

const folder = "../shared/data/retrieval/cranfield";
const isHere = existsSync(folder);
if (!isHere) console.warn(`skipped: ${folder} is not on this machine`);
it.skipIf(!isHere)("int8 finds at least 99 % of the ten best of real embeddings", async () => {
  const port = await staticVectors("loam-embed");
  const texts = (file: string) =>
    readFileSync(`${folder}/${file}`, "utf8").trim().split("\n").map((line) => (JSON.parse(line) as { text: string }).text); // prettier-ignore
  const { vectors, dimensions } = await port.embed(texts("corpus.jsonl"));
  const queries = await port.embed(texts("queries.jsonl").slice(0, 100), "query");
  const values = vectors as Float32Array<ArrayBuffer>;
  const index = await GpuIndex.create(runtime, values, dimensions, { exactBytesMax: 0 });
  const recall = await recallOf(index, vectors, queries.vectors as Float32Array<ArrayBuffer>, dimensions);
  console.log(`recall@10 of int8, ${index.facts.count} passages of cranfield: ${recall}`);
  expect(recall).toBeGreaterThanOrEqual(0.99);
});

it("two searches at once, the first of their size, answer each for itself", async () => {
  const D = 8;
  const vectors = unitVectors(200, D, 6);
  const index = await GpuIndex.create(runtime, vectors, D);
  const queries = [unitVectors(1, D, 7), unitVectors(1, D, 8)];
  const found = await Promise.all(queries.map((query) => index.topK(query, 5)));
  queries.forEach((query, i) =>
    expect([...found[i]!.rows]).toEqual(topKReference(vectors, query, everyRow, 5).map(({ row }) => row)),
  );
});
