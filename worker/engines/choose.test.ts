// The choice of a token on the CPU against the float64 reference of our sample op.
import { expect, it } from "vitest";
import { inverseCdfReference, probabilitiesReference, uniformReference } from "../../shaders/sample/sample.ref.ts";
import { normals } from "../../test/harness/random.ts";
import { greedy, type Sampling } from "../contract/inference.ts";
import { chooseToken } from "./choose.ts";
import { poolTokens } from "./pool.ts";

const V = 300;
const logits = Float32Array.from(normals(V, 3), (value) => 3 * value);
const seen = new Set([...logits.keys()].filter((id) => id % 3 === 0));
const counts = Array.from({ length: V }, (_, id) => (seen.has(id) ? 1 : 0));

it.each<[string, Partial<Sampling>]>([
  ["greedy", {}],
  ["greedy with a penalty", { repetitionPenalty: 1.5 }],
  ["the whole distribution", { temperature: 1 }],
  ["the best few", { temperature: 0.8, topK: 7 }],
  ["the most probable mass", { temperature: 1.2, topP: 0.7 }],
  ["all limits at once", { temperature: 1, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.2 }],
])("%s: every draw is the reference's", (_, change) => {
  const sampling = { ...greedy, seed: 9, ...change };
  const probabilities = probabilitiesReference({ logits, counts, ...sampling });
  const chosen = new Set<number>();
  for (let step = 0; step < 200; step++) {
    const id = chooseToken(logits, seen, sampling, step);
    expect(id).toBe(inverseCdfReference(probabilities, uniformReference(9, step)));
    chosen.add(id);
  }
  expect(chosen.size > 1).toBe(sampling.temperature > 0);
});

it("a text's vector is the direction of its first token, or of the mean of all", () => {
  const hidden = Float32Array.of(3, 0, 0, 4);
  expect([...poolTokens(hidden, 2, "cls")]).toEqual([1, 0]);
  expect([...poolTokens(hidden, 2, "mean")].map((v) => v.toFixed(6))).toEqual(["0.600000", "0.800000"]);
});
