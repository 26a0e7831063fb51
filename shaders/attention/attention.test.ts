import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { closeness } from "../../test/harness/close.ts";
import {
  rounded,
  skipWithCheapLoads,
  skipWithoutHalves,
  storedAs,
  testOp,
  valuesOf,
  type OpCase,
} from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { attention, attentionCached, type AttentionVariant } from "./attention.ts";

type Heads = [H: number, K: number, D: number];
type Range = readonly [first: number, last: number];

const causal = (T: number): Range[] => Array.from({ length: T }, (_, t) => [0, t + 1]);
const all = (T: number): Range[] => Array.from({ length: T }, () => [0, T]);
/** Sequences of these lengths, one after the other, each causal. */
const packed = (...lengths: number[]): Range[] => {
  let first = 0;
  return lengths.flatMap((length) => {
    const rows: Range[] = Array.from({ length }, (_, t) => [first, first + t + 1]);
    first += length;
    return rows;
  });
};

/** For each key the narrowest rows [first, last) that hold all who see it. */
const queriesOf = (ranges: readonly Range[]): Range[] =>
  ranges.map((_, j) => {
    const rows = ranges.flatMap(([first, last], t) => (first <= j && j < last ? [t] : []));
    return rows.length === 0 ? [0, 0] : [rows[0], rows.at(-1)! + 1];
  });

const of = (name: string, [H, K, D]: Heads, ranges: readonly Range[], window?: number): OpCase => ({
  name,
  dims: {},
  shapes: { qkv: [ranges.length, (H + 2 * K) * D], ranges: [ranges.length, 2], queries: [ranges.length, 2] },
  attrs: { H, K, D, ...(window && { window }) },
  integers: { ranges: ranges.flat(), queries: queriesOf(ranges).flat() },
  ulps: 20, // a score sums D products and goes under an exp; the gradient subtracts Δ, which cancels
  halfUlps: 2, // Δ sums D products with y, which was rounded: of the largest head that alone is 1.7 f16 ulps of the gradient
});

// Up to 16 rows take the kernels for few rows.
testOp(
  attention,
  [
    of("one row: y = v", [1, 1, 4], causal(1)),
    of("few rows, causal", [2, 1, 8], causal(7)),
    of("few rows, bidirectional, grouped heads", [4, 2, 16], all(16)),
    { ...of("few rows, without barriers", [4, 2, 12], all(9)), tuning: { hasCheapBarriers: false } },
    of("few rows, some see nothing", [2, 2, 8], [[0, 0], [0, 2], [2, 2], [1, 4]]), // prettier-ignore
    of("one workgroup exactly", [1, 1, 4], causal(64)),
    of("odd rows, D no multiple of 4", [3, 1, 6], causal(41)),
    of("more than one workgroup, grouped heads", [4, 2, 8], causal(75)),
    of("packed sequences", [2, 1, 12], packed(5, 66, 1, 9)),
    {
      ...of("packed sequences where loads are cheap", [4, 2, 8], packed(5, 66, 9)),
      tuning: { hasCheapBarriers: true },
    },
    of("bidirectional", [2, 2, 8], all(67)),
    of(
      "a window that slides",
      [2, 1, 8],
      Array.from({ length: 70 }, (_, t): Range => [Math.max(0, t - 9), t + 1]),
    ),
    of("the same window said by its width, packed", [2, 1, 8], packed(70, 3), 10),
    of("a window over few rows", [4, 2, 16], causal(9), 4),
    of("a window over both sides, wider than some ranges", [1, 1, 4], [...all(30), ...packed(41).slice(30)], 20),
    of(
      "some rows see nothing, some keys are never seen",
      [2, 1, 8],
      packed(10, 30).map((r, t) => (t % 3 ? r : [4, 4])),
    ),
    of("a later start than the rows of its workgroup", [2, 1, 8], [...all(3), ...causal(40).slice(3)]),
    of("model size", [6, 2, 64], causal(24)),
    of("the largest head, few rows", [2, 1, 128], causal(9)),
    of("the largest head", [1, 1, 128], causal(18)),
  ],
  [["qkv"]],
);

describe("attentionCached", () => {
  let device: GPUDevice;
  beforeAll(async () => void (device = await openDevice()));

  interface Given {
    readonly heads: Heads;
    readonly S: number;
    readonly ranges: readonly Range[];
    readonly window?: number | undefined;
    readonly variant: AttentionVariant;
    readonly dtypes: readonly [rows: "f32" | "f16", caches: "f32" | "f16"];
  }
  async function cached({ heads: [H, K, D], S, ranges, window = 0, variant, dtypes }: Given) {
    const T = ranges.length;
    const runtime = new Runtime(device);
    const graph = new Graph();
    const put = async (name: string, shape: number[], seed: number, dtype: "f32" | "f16") => {
      const drawn = normals(shape[0] * shape[1], seed);
      const values = dtype === "f16" ? rounded(drawn) : drawn.map(Math.fround);
      const resident = await runtime.allocate(name, shape, dtype);
      runtime.write(resident, storedAs[dtype](values));
      return { tensor: graph.resident(resident), values };
    };
    const q = await put("q", [T, H * D], 1, dtypes[0]);
    const kCache = await put("kCache", [S, K * D], 2, dtypes[1]);
    const vCache = await put("vCache", [S, K * D], 3, dtypes[1]);
    const rangesResident = await runtime.allocate("ranges", [T, 2], "u32");
    runtime.write(rangesResident, Uint32Array.from(ranges.flat()));
    const y = attentionCached(
      { q: q.tensor, kCache: kCache.tensor, vCache: vCache.tensor, ranges: graph.resident(rangesResident) },
      { H, K, D, window },
      variant,
    );
    const program = await runtime.compile("attention_cached", graph, [y]);
    program.replay();
    return {
      y: await valuesOf(program, y),
      expected: expectedOf([H, K, D], S, ranges, window, q.values, kCache.values, vCache.values),
    };
  }

  /** The op's reference on S packed rows that hold the caches; the query of row t is put in row 0, one at a time. */
  function expectedOf(
    [H, K, D]: Heads,
    S: number,
    ranges: readonly Range[],
    window: number,
    ...[q, k, v]: Float64Array[]
  ): number[] {
    const stride = (H + 2 * K) * D;
    return ranges.flatMap((range, t) => {
      const qkv = new Float64Array(S * stride);
      for (let j = 0; j < S; j++) {
        qkv.set(k.subarray(j * K * D, (j + 1) * K * D), j * stride + H * D);
        qkv.set(v.subarray(j * K * D, (j + 1) * K * D), j * stride + (H + K) * D);
      }
      qkv.set(q.subarray(t * H * D, (t + 1) * H * D));
      const first = window ? Math.max(range[0], range[1] - window) : range[0];
      const seen = Float64Array.of(first, Math.min(range[1], S));
      return [...attention.reference.forward({ qkv, ranges: seen }, { H, K, D })];
    });
  }

  const variants: AttentionVariant[] = ["split", "group", "rows", "broadcast"];
  const cases: [string, Heads, number, Range[], number?][] = [
    ["one row over a short cache", [4, 2, 8], 5, [[0, 3]]],
    ["one row over a long cache", [9, 3, 64], 1024, [[0, 1001]]],
    ["one row that sees nothing", [4, 2, 8], 5, [[0, 0]]],
    ["a range that ends past the cache ends with it", [2, 1, 8], 70, [[60, 90]]],
    ["a few rows, D no multiple of 4", [2, 1, 6], 130, [[0, 127], [0, 128], [3, 129]]], // prettier-ignore
    ["many rows after a prefix", [4, 2, 16], 100, Array.from({ length: 40 }, (_, t): Range => [0, 61 + t])],
    ["the largest head", [2, 1, 128], 130, [[0, 128]]],
    ["a window, wider than the first range", [2, 1, 8], 130, [[0, 90], [0, 130], [0, 3]], 40], // prettier-ignore
  ];
  const dtypes: Given["dtypes"][] = [
    ["f32", "f32"],
    ["f32", "f16"],
    ["f16", "f16"],
  ];
  describe.each(variants.flatMap((variant) => dtypes.map((pair) => ({ variant, dtypes: pair }))))(
    "$variant, rows and caches $dtypes",
    (kind) => {
      it.for(cases)("%s", async ([, heads, S, ranges, window], test) => {
        if (kind.dtypes.includes("f16")) skipWithoutHalves(test, device);
        if (kind.variant === "broadcast") skipWithCheapLoads(test, device);
        const { y, expected } = await cached({ ...kind, heads, S, ranges, window });
        expect(closeness(y, expected, 20 * 2 ** -23 + (kind.dtypes[0] === "f16" ? 2 ** -10 : 0))).toPass();
      });
    },
  );
});

it("says so when heads do not fit together, or the gradient lacks the rows that see a key", () => {
  const graph = new Graph();
  const inputs = { qkv: graph.tensor("qkv", [2, 20]), ranges: graph.tensor("ranges", [2, 2], "u32") };
  expect(() => attention.forward(inputs, { H: 3, K: 1, D: 4 }).y).not.toThrow();
  expect(() => attention.forward(inputs, { H: 1, K: 2, D: 4 })).toThrow("invalid-argument");
  expect(() => attention.forward(inputs, { H: 2, K: 1, D: 5 })).toThrow("invalid-argument");
  const { y, saved } = attention.forward(inputs, { H: 3, K: 1, D: 4 });
  expect(() => attention.backward(y, saved, { H: 3, K: 1, D: 4 }).qkv()).toThrow("invalid-argument");
});
