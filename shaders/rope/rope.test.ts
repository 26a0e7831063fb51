import { describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { closeness } from "../../test/harness/close.ts";
import { rounded, skipWithoutHalves, storedAs, testOp, valuesOf, type OpCase } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { rope, ropeAppend, ropeTable } from "./rope.ts";

interface Size {
  H: number;
  K: number;
  D: number;
}
const of = (name: string, { H, K, D }: Size, P: number, positions: number[]): OpCase => ({
  name,
  dims: {},
  shapes: { qkv: [positions.length, (H + 2 * K) * D], positions: [positions.length], table: [P, D] },
  attrs: { H, K, D },
  integers: { positions },
  floats: { table: [...ropeTable(P, D, 10_000)] },
  ulps: 2,
});

testOp(
  rope,
  [
    of("one row", { H: 1, K: 1, D: 8 }, 4, [3]),
    of("one workgroup exactly", { H: 2, K: 1, D: 32 }, 4, [1, 2, 3, 0]),
    of("a head of no whole vec4s, odd counts", { H: 3, K: 1, D: 6 }, 40, [7, 0, 39, 1, 1]),
    of("positions past the table read its last row", { H: 1, K: 1, D: 8 }, 4, [3, 4, 900]),
    of("packed sequences: positions start again", { H: 2, K: 2, D: 16 }, 8, [0, 1, 2, 0, 1, 0, 7]),
    of("model size", { H: 9, K: 3, D: 64 }, 2048, [0, 1, 500, 2047, 63, 64]),
  ],
  [["qkv"]],
);

it.for([
  { D: 16, rows: "f32", cache: "f32" },
  { D: 16, rows: "f32", cache: "f16" },
  { D: 6, rows: "f32", cache: "f16" },
  { D: 16, rows: "f16", cache: "f16" },
] as const)(
  "ropeAppend turns q, fills the caches at the positions, and leaves rows outside alone: $D $rows $cache",
  async ({ D, rows, cache: cacheType }, test) => {
    const [H, K, S, P] = [4, 2, 6, 16];
    const positions = [2, 9, 5];
    const heads = H + 2 * K;
    const [T, tableValues] = [positions.length, ropeTable(P, D, 100)];
    const qkvValues = rounded(normals(T * heads * D, 1));
    const runtime = new Runtime(await openDevice());
    if (cacheType === "f16") skipWithoutHalves(test, runtime.device);
    const residents = {
      qkv: await runtime.allocate("qkv", [T, heads * D], rows),
      positions: await runtime.allocate("positions", [T], "u32"),
      table: await runtime.allocate("table", [P, D]),
      kCache: await runtime.allocate("kCache", [S, K * D], cacheType),
      vCache: await runtime.allocate("vCache", [S, K * D], cacheType),
    };
    runtime.write(residents.qkv, storedAs[rows](qkvValues));
    runtime.write(residents.positions, Uint32Array.from(positions));
    runtime.write(residents.table, tableValues);
    for (const cache of [residents.kCache, residents.vCache])
      runtime.write(cache, storedAs[cacheType](new Float64Array(S * K * D).fill(-7)));

    const graph = new Graph();
    const [qkv, at, table, kCache, vCache] = Object.values(residents).map((r) => graph.resident(r));
    const q = ropeAppend({ qkv, positions: at, table, kCache, vCache }, { H, K, D });
    const program = await runtime.compile("rope_append", graph, [q]);
    program.replay();

    const turned = rope.reference.forward(
      {
        qkv: qkvValues,
        positions: Float64Array.from(positions),
        table: Float64Array.from(tableValues),
      },
      { H, K, D },
    );
    const part = (t: number, first: number, count: number) =>
      turned.subarray((t * heads + first) * D, (t * heads + first + count) * D);
    const expectedQ = positions.flatMap((_, t) => [...part(t, 0, H)]);
    const cacheOf = (first: number) => {
      const cache = new Float64Array(S * K * D).fill(-7);
      positions.forEach((p, t) => p < S && cache.set(part(t, first, K), p * K * D));
      return cache;
    };
    const tolerance = { f32: 2 ** -23, f16: 2 ** -10 };
    expect(closeness(await valuesOf(program, q), expectedQ, tolerance[rows])).toPass();
    expect(closeness(await runtime.readF32(residents.kCache), cacheOf(H), tolerance[cacheType])).toPass();
    expect(closeness(await runtime.readF32(residents.vCache), cacheOf(H + K), tolerance[cacheType])).toPass();
  },
);

describe("ropeTable", () => {
  const frequenciesOf = (table: Float32Array, D: number) =>
    Array.from({ length: D / 2 }, (_, i) => Math.atan2(table[D + D / 2 + i], table[D + i])); // row 1: angle = frequency

  it("holds cosines, then sines, of p·θ^(−2i/D)", () => {
    const table = ropeTable(3, 4, 10_000);
    const expected = [0, 1, 2].flatMap((p) => [Math.cos(p), Math.cos(p / 100), Math.sin(p), Math.sin(p / 100)]);
    expect(closeness(table, expected, 2 ** -24)).toPass();
  });

  it("keeps a linear stretch's angles: position p·factor is where p was", () => {
    const stretched = ropeTable(9, 16, 10_000, { type: "linear", factor: 4 });
    const plain = ropeTable(3, 16, 10_000);
    expect(closeness(stretched.subarray(8 * 16), plain.subarray(2 * 16), 2 ** -23)).toPass();
  });

  // The frequencies of Llama-3.2-1B (θ = 500000, D = 64), by the rule of Hugging Face's _compute_llama3_parameters.
  it("stretches long waves, keeps short ones, and mixes between, as llama3 does", () => {
    const scaling = {
      type: "llama3",
      factor: 32,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalPositions: 8192,
    } as const;
    const plain = frequenciesOf(ropeTable(2, 64, 500_000), 64);
    const ratios = frequenciesOf(ropeTable(2, 64, 500_000, scaling), 64).map((f, i) => f / plain[i]);
    expect(ratios.slice(0, 15).every((r) => Math.abs(r - 1) < 1e-5)).toBe(true); // wavelength < 2048
    expect(ratios.slice(18).every((r) => Math.abs(r * 32 - 1) < 1e-3)).toBe(true); // wavelength > 8192
    for (const i of [15, 16, 17]) {
      const turns = (8192 * 500_000 ** (-i / 32)) / (2 * Math.PI);
      const smooth = (turns - 1) / 3;
      expect(ratios[i]).toBeCloseTo((1 - smooth) / 32 + smooth, 4);
    }
  });
});
