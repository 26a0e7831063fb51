// The default embedder: what it adds to full text on judged collections, that the GPU gives the vectors plain JavaScript
// gives, and how it ranks similar sentences. Collections are skipped where they are not at hand.
import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { openFolder } from "../../server/folder.ts";
import { staticVectors } from "../../test/harness/static-vectors.ts";
import { Runtime } from "../engine/runtime.ts";
import { evaluate, parseBeir } from "../search/evaluate.ts";
import { StaticEmbedder } from "./static.ts";

const model = "loam-embed";
const root = "../shared/data";
const isHere = existsSync(root);
if (!isHere) console.log(`${root} is not here: the embedder is not measured on collections`);

// Collection, and what full text alone must reach (nDCG@10, recall@10).
const collections: [string, number, number][] = [
  ["cranfield", 0.38, 0.4],
  ["xquad-en", 0.965, 0.99],
  ["xquad-de", 0.935, 0.97],
];

it.skipIf(!isHere).each(collections)(
  "%s: words reach nDCG %d and recall %d, vectors add to it",
  async (name, ndcg, recall) => {
    const read = (file: string) => readFileSync(`${root}/retrieval/${name}/${file}`, "utf8");
    const files = { corpus: read("corpus.jsonl"), queries: read("queries.jsonl"), qrels: read("qrels/test.tsv") };
    const { fullText, hybrid } = await evaluate(parseBeir(files), await staticVectors(model));
    console.log(`${name}: ${JSON.stringify(fullText)} by words, ${JSON.stringify(hybrid)} with vectors`);
    const baseline = JSON.parse(read("../BASELINES.json"))[name].bm25.ndcg10;
    expect(fullText.ndcg10).toBeGreaterThanOrEqual(Math.max(ndcg, baseline));
    expect(hybrid!.ndcg10).toBeGreaterThanOrEqual(fullText.ndcg10);
    expect(hybrid!.recall10).toBeGreaterThanOrEqual(recall);
  },
);

it.skipIf(!isHere)("sentence pairs: Spearman's rank correlation with people's scores is at least 0.7", async () => {
  const rows = readFileSync(`${root}/similarity/stsb-en-dev.csv`, "utf8").trim().split("\n");
  const pairs = rows.flatMap((row) => {
    const [, a, b, score] = /^("(?:[^"]|"")*"|[^,]*),("(?:[^"]|"")*"|[^,]*),([\d.]+)\s*$/.exec(row) ?? [];
    return score === undefined ? [] : [{ a: a!, b: b!, score: Number(score) }];
  });
  const port = await staticVectors(model);
  const { vectors, dimensions } = await port.embed(pairs.flatMap(({ a, b }) => [a, b]));
  const product = (i: number) => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++)
      sum += vectors[2 * i * dimensions + d]! * vectors[(2 * i + 1) * dimensions + d]!;
    return sum;
  };
  const correlation = spearman(
    pairs.map((_, i) => product(i)),
    pairs.map(({ score }) => score),
  );
  console.log(`stsb dev: ${pairs.length} pairs, Spearman ${correlation.toFixed(3)}`);
  expect(pairs.length).toBeGreaterThan(1400);
  expect(correlation).toBeGreaterThan(0.7);
});

it("the GPU gives the vectors that plain JavaScript gives", async () => {
  const texts = ["The K4 serves wells down to 45 metres.", "Öffnungszeiten", "", "a ".repeat(700)];
  const { vectors } = await (await staticVectors(model)).embed(texts);
  const embedder = await StaticEmbedder.load(new Runtime(await openDevice()), openFolder(model));
  const found = await embedder.embed(texts);
  embedder.dispose();
  expect(found.length).toBe(vectors.length);
  expect(Math.max(...found.map((value, i) => Math.abs(value - vectors[i]!)))).toBeLessThan(1e-5);
});

it("comes with the app in less than five megabytes", () => {
  const folder = `web/public/models/${model}`;
  const bytes = ["config.json", "tokenizer.json", "model.safetensors", "README.md"].map(
    (file) => statSync(`${folder}/${file}`).size,
  );
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(5e6);
});

/** Spearman's rank correlation; equals share their mean rank. */
function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const middle = (a.length - 1) / 2;
  const sum = (f: (i: number) => number) => a.reduce((total, _, i) => total + f(i), 0);
  return (
    sum((i) => (x[i]! - middle) * (y[i]! - middle)) /
    Math.sqrt(sum((i) => (x[i]! - middle) ** 2) * sum((i) => (y[i]! - middle) ** 2))
  );
}
function ranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2);
}
