// The measure itself, on a collection small enough to be worked out by hand. Real collections are measured with the embedder
// (worker/embedding/loam-embed.test.ts).
import { expect, it } from "vitest";
import { hashPort } from "../../test/harness/hash-vectors.ts";
import { evaluate, parseBeir } from "./evaluate.ts";

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
