// Search measured on judged collections: full text must be at least as good as the BM25 written beside them. Skipped where
// the collections are not at hand. What the embedder adds is measured beside it (worker/embedding).
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { hashPort } from "../../test/harness/hash-vectors.ts";
import { evaluate, parseBeir } from "./evaluate.ts";

const root = "../shared/data/retrieval";
const isHere = existsSync(root);
if (!isHere) console.log(`${root} is not here: search on judged collections is not measured`);

const files = (name: string) => {
  const read = (file: string) => readFileSync(`${root}/${name}/${file}`, "utf8");
  return { corpus: read("corpus.jsonl"), queries: read("queries.jsonl"), qrels: read("qrels/test.tsv") };
};

it.skipIf(!isHere).each([
  ["cranfield", 0.38, 0.4],
  ["xquad-en", 0.965, 0.99],
  ["xquad-de", 0.935, 0.97],
])("%s: nDCG@10 of full text is at least %d and recall@10 %d, above the baseline", async (name, ndcg, recall) => {
  const { fullText } = await evaluate(parseBeir(files(name)));
  console.log(`${name}: ${JSON.stringify(fullText)}`);
  const baselines = JSON.parse(readFileSync(`${root}/BASELINES.json`, "utf8"));
  expect(fullText.ndcg10).toBeGreaterThanOrEqual(Math.max(ndcg, baselines[name].bm25.ndcg10));
  expect(fullText.recall10).toBeGreaterThanOrEqual(recall);
});

const tiny = {
  corpus: '{"_id":"a","title":"Pump","text":"lifts water"}\n{"_id":"b","text":"heals people"}\n',
  queries: '{"_id":"1","text":"water pump"}\n{"_id":"2","text":"unjudged"}\n{"_id":"3","text":"people"}',
  qrels: "query-id\tcorpus-id\tscore\n1\ta\t2\n3\ta\t1\n2\ta\t0\n",
};

it("a small collection comes out as a hand computes, with vectors beside it", async () => {
  const set = parseBeir(tiny);
  expect(set.queries.map(({ id }) => id)).toEqual(["1", "3"]);
  const { fullText, hybrid, documentCount } = await evaluate(set, hashPort());
  expect(documentCount).toBe(2);
  expect(fullText).toEqual({ ndcg10: 0.5, recall10: 0.5, recall100: 0.5, mrr10: 0.5 });
  expect(hybrid!.recall10).toBe(1); // vectors rank everything, so the other document follows
});

it("a broken file is named", () => {
  const broken = { ...tiny, corpus: '{"_id":"a"}\n{oops' };
  expect(() => parseBeir(broken)).toThrowError(
    expect.objectContaining({ detail: expect.objectContaining({ file: "corpus.jsonl" }) }),
  );
});
