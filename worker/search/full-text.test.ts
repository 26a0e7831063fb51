// Full text: endings, accents, scripts without spaces, slips of the pen. And BM25 by hand on three texts.
import { expect, it } from "vitest";
import { FullText } from "./full-text.ts";
import { fuse } from "./fuse.ts";
import { mean, measure } from "./metrics.ts";
import { terms, words } from "./words.ts";

const index = (...texts: string[]) => {
  const full = new FullText();
  full.add(texts.map((text, i) => ({ id: String(i), text, title: "" })));
  return full;
};
const found = (full: FullText, query: string) => full.search(query, 10).map(({ id }) => id);

it("scores by BM25+ as written down", () => {
  const full = index("pump pump well", "pump", "handle");
  const [k, b, d] = [0.9, 0.75, 0.1];
  const idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5));
  const averageLength = (2 + 1 + 1) / 3; // lengths are of distinct words
  const score = (count: number, length: number) =>
    idf * (d + (count * (k + 1)) / (count + k * (1 - b + (b * length) / averageLength)));
  const results = full.search("pump", 10);
  expect(results.length).toBe(2);
  expect(results.find(({ id }) => id === "0")!.score).toBeCloseTo(score(2, 2), 10);
  expect(results.find(({ id }) => id === "1")!.score).toBeCloseTo(score(1, 1), 10);
});

it("finds other endings of a word, and no other words", () => {
  const full = index("It serves wells", "a serving of rice", "well", "welcome");
  expect(found(full, "Which wells does it serve?").toSorted()).toEqual(["0", "1", "2"]);
});

it("finds words without their accents, numbers with decimals whole, and Chinese and Japanese by pairs", () => {
  const full = index("Crème brûlée", "weighs 3.5 kg", "weighs 5 kg", "井戸の深さは四十五メートル");
  expect(found(full, "creme")).toEqual(["0"]);
  expect(found(full, "3.5")).toEqual(["1"]);
  expect(found(full, "深さ")).toEqual(["3"]);
});

it("forgives a slip only where the word itself stands nowhere", () => {
  const full = index("the galvanised handle", "the candle");
  expect(found(full, "galvansied")).toEqual(["0"]);
  expect(found(full, "candle")).toEqual(["1"]);
});

it("a removed word is as if it had never been there", () => {
  const full = index("the candle");
  const entry = { id: "x", text: "the handle", title: "" };
  full.add([entry]);
  full.remove([entry]);
  expect(full.search("handle", 10)).toEqual(index("the candle").search("handle", 10));
});

it("words that say nothing find nothing", () => {
  expect(found(index("what is the of and"), "what is it")).toEqual([]);
  expect(Array.from(terms("How deep are the wells?"))).toEqual(["deep", "well"]);
  expect(words("K4's 1,200 Zoë")).toEqual(["k4", "s", "1,200", "zoe"]);
});

it("fusion adds each ranking's share of its best score, and keeps each rank", () => {
  const found = (...pairs: [string, number][]) => pairs.map(([id, score]) => ({ id, score }));
  const fused = fuse([
    { found: found(["a", 8], ["b", 6]), weight: 1, zero: 0 },
    { found: found(["b", 0.9], ["c", 0.5], ["d", 0.4]), weight: 0.5 },
  ]);
  expect(fused.map(({ id, ranks }) => [id, ...ranks])).toEqual([
    ["b", 2, 1],
    ["a", 1, undefined],
    ["c", undefined, 2],
    ["d", undefined, 3],
  ]);
  expect(fused.map(({ score }) => score)).toEqual([6 / 8 + 0.5, 1, expect.closeTo((0.5 * 0.1) / 0.5, 12), 0]);
  expect(fuse([{ found: found(["a", 2], ["b", 2]), weight: 1 }]).map(({ score }) => score)).toEqual([1, 1]);
});

it("nDCG, recall and MRR are what a hand computes", () => {
  const judged = new Map([
    ["a", 3],
    ["b", 1],
    ["z", 0],
  ]);
  const { ndcg10, recall10, mrr10 } = measure(["x", "b", "a"], judged);
  expect(ndcg10).toBeCloseTo((1 / Math.log2(3) + 3 / 2) / (3 + 1 / Math.log2(3)), 12);
  expect([recall10, mrr10]).toEqual([1, 0.5]);
  expect(mean([measure([], judged), measure(["a", "b"], judged)]).ndcg10).toBe(0.5);
});
