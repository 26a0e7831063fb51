import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../../worker/contract/errors.ts";
import { evaluate, parseBeir } from "../../worker/search/evaluate.ts";
import type { Measures } from "../../worker/search/metrics.ts";
import { vectorPort } from "../collection.ts";
import { openRuntime, print, text, type Command } from "./command.ts";

/** The judgements of a BEIR folder: qrels/test.tsv, else the only file there is. */
function qrelsOf(folder: string): string {
  const names = existsSync(join(folder, "qrels")) ? readdirSync(join(folder, "qrels")) : [];
  return join("qrels", names.includes("test.tsv") ? "test.tsv" : (names[0] ?? "test.tsv"));
}

function read(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path)
    ? readFileSync(path, "utf8")
    : fail({ code: "bad-file", file: path, format: "BEIR folder", reason: "it is not there" });
}

const line = (name: string, { ndcg10, recall10, mrr10 }: Measures) =>
  `${name.padEnd(22)} nDCG@10 ${ndcg10.toFixed(4)}  recall@10 ${recall10.toFixed(4)}  MRR@10 ${mrr10.toFixed(4)}`;

export const evalRetrieval: Command = {
  name: "eval-retrieval",
  usage: "--data BEIR_DIR                        nDCG@10, recall@10 and MRR of search on a judged collection",
  options: { data: { type: "string" } },
  async run(values) {
    const folder = text(values, "data");
    const set = parseBeir({
      corpus: read(folder, "corpus.jsonl"),
      queries: read(folder, "queries.jsonl"),
      qrels: read(folder, qrelsOf(folder)),
    });
    const { fullText, hybrid, ...counts } = await evaluate(set, await vectorPort(await openRuntime()));
    const best = hybrid ?? fullText;
    print(
      values,
      {
        ...counts,
        "nDCG@10": best.ndcg10,
        "recall@10": best.recall10,
        MRR: best.mrr10,
        fullText,
        ...(hybrid && { hybrid }),
      },
      () => [line("words alone (BM25)", fullText), ...(hybrid ? [line("words and vectors", hybrid)] : [])].join("\n"),
    );
  },
};
