import { expect, it } from "vitest";
import { testOp, type OpCase } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { dropout } from "./dropout.ts";
import { dropoutReference } from "./dropout.ref.ts";

const dropped = (name: string, shape: number[], rate: number, seed: number, stream: number): OpCase => ({
  name,
  dims: {},
  shapes: { x: shape, seed: [1] },
  attrs: { rate, stream },
  integers: { seed: [seed] },
  ulps: 1,
});

testOp(dropout, [
  dropped("a tenth", [7, 33], 0.1, 1, 0),
  dropped("half, a large seed", [3, 65], 0.5, 4_000_000_000, 5),
  dropped("nothing", [2, 16], 0, 3, 1),
]);

it("drops the share it is told, another one for another seed or stream, and keeps the mean", () => {
  const x = Float64Array.from(normals(20_000, 1), (v) => 1 + Math.abs(v));
  const mask = (seed: number, stream: number) =>
    dropoutReference.forward({ x, seed: Float64Array.of(seed) }, { rate: 0.2, stream });
  const zeros = (y: Float64Array) => y.filter((v) => v === 0).length / y.length;
  const sum = (y: Float64Array) => y.reduce((a, b) => a + b, 0);
  const first = mask(1, 0);
  expect(zeros(first)).toBeCloseTo(0.2, 1);
  expect(sum(first) / sum(x)).toBeCloseTo(1, 1);
  for (const other of [mask(2, 0), mask(1, 1)]) {
    const both = other.filter((v, i) => v === 0 && first[i] === 0).length / x.length;
    expect(both).toBeGreaterThan(0.03); // independent masks share 0.2²
    expect(both).toBeLessThan(0.05);
  }
});
