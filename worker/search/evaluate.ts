// How well search finds what people judged relevant: a collection in BEIR's layout (corpus.jsonl, queries.jsonl, qrels), every
// query asked by full text alone and, with a port for vectors, by both. Does not read files; their texts are handed in.
import { fail, type Passage } from "../contract/index.ts";
import { Collection } from "./collection.ts";
import { mean, measure, type Judgements, type Measures } from "./metrics.ts";
import type { VectorPort } from "./vectors.ts";

/** The texts of a BEIR folder's files. */
export interface BeirFiles {
  readonly corpus: string; // corpus.jsonl: {_id, title?, text} a line
  readonly queries: string; // queries.jsonl: {_id, text} a line
  readonly qrels: string; // qrels/test.tsv: query-id, corpus-id, score, with a head line
}
export interface BeirSet {
  readonly documents: readonly { readonly id: string; readonly title: string; readonly text: string }[];
  readonly queries: readonly { readonly id: string; readonly text: string; readonly judged: Judgements }[];
}
export interface Evaluation {
  readonly documentCount: number;
  readonly queryCount: number;
  readonly fullText: Measures;
  readonly hybrid?: Measures; // absent without vectors
}
const depth = 100;

/** Parses a BEIR folder; queries without a relevant document are left out, as trec_eval does. Throws bad-file. */
export function parseBeir({ corpus, queries, qrels }: BeirFiles): BeirSet {
  const judgements = new Map<string, Map<string, number>>();
  for (const line of lines(qrels).slice(1)) {
    const [query, document, score] = line.split("\t");
    if (query === undefined || document === undefined || Number.isNaN(Number(score)))
      fail({ code: "bad-file", file: "qrels", format: "BEIR", reason: `not three columns: ${line.slice(0, 80)}` });
    if (!judgements.has(query)) judgements.set(query, new Map());
    judgements.get(query)!.set(document, Number(score));
  }
  const asked = rows(queries, "queries.jsonl").map(({ _id, text }) => ({
    id: String(_id),
    text: String(text),
    judged: judgements.get(String(_id)) ?? new Map<string, number>(),
  }));
  return {
    documents: rows(corpus, "corpus.jsonl").map(({ _id, title, text }) => ({
      id: String(_id),
      title: String(title ?? ""),
      text: String(text ?? ""),
    })),
    queries: asked.filter(({ judged }) => Array.from(judged.values()).some((score) => score > 0)),
  };
}

/** Measures search on a collection; each document is one passage, its title the heading above it. */
export async function evaluate(set: BeirSet, port?: VectorPort, vectorWeight?: number): Promise<Evaluation> {
  const collection = new Collection(vectorWeight === undefined ? {} : { vectorWeight });
  for (const document of set.documents) collection.set(document.id, [passageOf(document)]);
  const counts = { documentCount: set.documents.length, queryCount: set.queries.length };
  const fullText = await ask(collection, set);
  if (port === undefined) return { ...counts, fullText };
  await collection.complete(port);
  return { ...counts, fullText, hybrid: await ask(collection, set) };
}

async function ask(collection: Collection, set: BeirSet): Promise<Measures> {
  const all: Measures[] = [];
  for (const { text, judged } of set.queries) {
    const found = await collection.search({ query: text, k: depth });
    all.push(
      measure(
        found.map((passage) => passage.documentId),
        judged,
      ),
    );
  }
  return mean(all);
}

function passageOf({ id, title, text }: BeirSet["documents"][number]): Passage {
  const headingPath = title === "" ? [] : [title];
  return { id: `${id}:0`, documentId: id, documentName: "", start: 0, end: text.length, text, headingPath };
}

const lines = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

function rows(text: string, file: string): Record<string, unknown>[] {
  return lines(text).map((line, i) => {
    try {
      return JSON.parse(line) as Record<string, unknown>;
    } catch (cause) {
      return fail({ code: "bad-file", file, format: "JSON Lines", reason: `line ${i + 1} is not JSON` }, cause);
    }
  });
}
