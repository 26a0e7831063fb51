import { expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { testOp, type OpCase } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { pairMeasuresReference } from "./preference.ref.ts";
import { pairMargin, pairMeasures, preferenceLoss } from "./preference.ts";

/** Pairs side by side on `rows` rows, as [length of the chosen, of the rejected]; a gap stands before each. */
function margins(name: string, rows: number, lengths: readonly (readonly [number, number])[], beta = 0.1): OpCase {
  let at = 0;
  const ranges = lengths.flatMap(([chosen, rejected]) => {
    const begin = ++at;
    at += chosen + rejected;
    return [begin, begin + chosen, begin + chosen, at];
  });
  const P = lengths.length;
  return {
    name,
    dims: { pairs: P },
    shapes: { losses: [rows], ranges: [P, 4], reference: [P] },
    attrs: { beta },
    integers: { ranges },
    floats: { losses: Array.from(normals(rows, 5), Math.abs) },
    ulps: 1,
  };
}
testOp(pairMargin, [
  margins("one token against one", 3, [[1, 1]]),
  margins("unlike lengths, more than a workgroup", 300, [[7, 130], [64, 65], [1, 9]], 0.5), // prettier-ignore
  margins("a place without a pair, a text without rows", 40, [[5, 6], [0, 0], [0, 12]], 2), // prettier-ignore
]);

const losses = (name: string, values: readonly number[]): OpCase => ({
  name,
  dims: {},
  shapes: { margins: [values.length], weights: [values.length] },
  attrs: {},
  floats: { margins: values, weights: values.map((_, p) => (p % 4 === 2 ? 0 : 0.25 + p / 8)) },
  ulps: 8,
});
testOp(preferenceLoss, [
  losses("undecided", [0]),
  losses("a few", [0.3, -0.7, 1.5, -2, 0.001]),
  losses("far apart: the power of either sign would overflow", [120, -120, 5, 300, -40]),
  losses("all but learned: log(1 + e) where e is lost beside 1", [17, 18, 20, 25]),
  losses("more than a workgroup", [...normals(130, 4)]),
]);

it("adds the mean margin and the share that is won to what is there, a tie being half", async () => {
  const runtime = new Runtime(await openDevice());
  const margins = [0.5, -0.25, 1e-6, 2, -3];
  const weights = [0.25, 0.25, 0.125, 0.375, 0];
  const graph = new Graph();
  const put = async (label: string, values: readonly number[]) => {
    const resident = await runtime.allocate(label, [values.length]);
    runtime.write(resident, Float32Array.from(values));
    return resident;
  };
  const sums = await put("sums", [10, 20]);
  const given = { margins: graph.resident(await put("margins", margins)), weights: graph.resident(await put("weights", weights)) }; // prettier-ignore
  pairMeasures({ ...given, sums: graph.resident(sums) }, { tie: 1e-4 });
  (await runtime.compile("measures", graph)).replay();
  const [mean, won] = pairMeasuresReference(Float64Array.from(margins), Float64Array.from(weights), 1e-4);
  expect(won).toBe(0.25 + 0.375 + 0.0625);
  const got = await runtime.readF32(sums);
  expect(got[0]).toBeCloseTo(10 + mean, 5);
  expect(got[1]).toBeCloseTo(20 + won, 5);
});
