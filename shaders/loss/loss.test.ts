import { expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { testOp, type OpCase } from "../../test/harness/op-suite.ts";
import { normals } from "../../test/harness/random.ts";
import { plan } from "../../worker/engine/plan.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { crossEntropy, linearCrossEntropy } from "./loss.ts";

/** Rows with targets all over the vocabulary, from its first token to its last; every fifth row is ignored, and its target is nonsense. */
function rowsOf(R: number, V: number) {
  const isIgnored = (t: number) => R > 1 && t % 5 === 3;
  return {
    integers: {
      targets: Array.from({ length: R }, (_, t) => (isIgnored(t) ? 4e9 : t === R - 1 ? V - 1 : (t * 7919) % V)),
    },
    weights: Array.from({ length: R }, (_, t) => (isIgnored(t) ? 0 : 0.25 + (t % 3))),
  };
}

function direct(name: string, R: number, V: number, spread = 1): OpCase {
  const { integers, weights } = rowsOf(R, V);
  return {
    name,
    dims: { rows: R, vocabulary: V },
    shapes: { logits: [R, V], targets: [R], weights: [R] },
    attrs: {},
    ulps: spread > 1 ? 64 : 4, // exp(l − lse): the rounding of l and lse, half an ulp of ~100 × spread, is its relative error
    integers,
    floats: { weights, logits: [...normals(R * V, 17)].map((v) => v * spread) },
  };
}
testOp(
  crossEntropy,
  [
    direct("one row", 1, 105),
    direct("one logit", 3, 1),
    direct("one workgroup's worth", 4, 256),
    direct("odd vocabulary", 7, 1041),
    direct("model vocabulary", 3, 4096),
    direct("far apart: softmax is all but one-hot, exp alone would overflow", 6, 300, 60),
  ],
  [["logits"]],
);

function fused(name: string, R: number, C: number, V: number, chunk: number, isFrozen = 0): OpCase {
  const { integers, weights } = rowsOf(R, V);
  return {
    name,
    dims: { rows: R, cols: C, vocabulary: V },
    shapes: { x: [R, C], W: [V, C], targets: [R], weights: [R] },
    attrs: { chunk, isFrozen },
    ulps: 16,
    integers,
    floats: { weights, W: [...normals(V * C, 18)].map((v) => v / Math.sqrt(C)) },
  };
}
testOp(
  linearCrossEntropy,
  [
    fused("one row", 1, 16, 40, 64),
    fused("one chunk, odd sizes", 9, 41, 105, 64),
    fused("two whole chunks", 128, 8, 36, 64),
    fused("three chunks, the last short", 135, 12, 105, 64),
    fused("one chunk, frozen", 9, 16, 40, 64, 1),
    fused("three chunks, odd vocabulary, frozen", 135, 12, 105, 64, 1),
  ],
  [["W"], ["x", "W"]],
);

it("adds to gradients given, in place", async () => {
  const runtime = new Runtime(await openDevice());
  const [R, C, V] = [130, 8, 12];
  const graph = new Graph();
  const put = async (label: string, shape: number[], values: ArrayLike<number>, dtype: "f32" | "u32" = "f32") => {
    const resident = await runtime.allocate(label, shape, dtype);
    runtime.write(resident, dtype === "u32" ? Uint32Array.from(values) : Float32Array.from(values));
    return graph.resident(resident);
  };
  const { integers, weights } = rowsOf(R, V);
  const x = await put("x", [R, C], normals(R * C, 1));
  const W = await put("W", [V, C], normals(V * C, 2));
  const targets = await put("targets", [R], integers.targets, "u32");
  const inputs = { x, W, targets, weights: await put("weights", [R], weights) };
  const { saved } = linearCrossEntropy.forward(inputs, { chunk: 64 });
  const dy = await put("dy", [R], normals(R, 3));
  const fresh = linearCrossEntropy.backward(dy, saved, { chunk: 64 });
  const [dx, dW] = [fresh.x(), fresh.W()];
  const sums = {
    x: await put("sum of dx", [R, C], new Float32Array(R * C).fill(100)),
    W: await put("sum of dW", [V, C], new Float32Array(V * C).fill(100)),
  };
  expect(fresh.x(sums.x)).toBe(sums.x);
  expect(fresh.W(sums.W)).toBe(sums.W);
  const program = await runtime.compile("accumulate", graph, [dx, dW]);
  program.replay();
  for (const [one, sum] of [
    [dx, sums.x],
    [dW, sums.W],
  ]) {
    const alone = await program.readF32(one);
    (await program.readF32(sum)).forEach((v, i) => expect(v).toBeCloseTo(100 + alone[i], 3));
  }
});

it("never holds more than a chunk of logits", () => {
  const graph = new Graph();
  const [R, C, V] = [1024, 4, 4096];
  const [x, W] = [graph.tensor("x", [R, C]), graph.tensor("W", [V, C])];
  const [targets, weights] = [graph.tensor("targets", [R], "u32"), graph.tensor("weights", [R])];
  for (const t of [x, W, targets, weights]) graph.clear(t);
  const { y, saved } = linearCrossEntropy.forward({ x, W, targets, weights }, { chunk: 64 });
  const thunks = linearCrossEntropy.backward(y, saved, { chunk: 64 });
  const { slotBytes, bytes } = plan(graph, [thunks.x(), thunks.W()]);
  expect(Math.max(...slotBytes)).toBe(64 * V * 4);
  expect(bytes.activations).toBeLessThan(R * V); // a quarter of the logits
});
