// The verbs over a folder of documents: index, search, ask.
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { AppError, fail } from "../../worker/contract/errors.ts";
import type { DocumentInfo } from "../../worker/contract/documents.ts";
import type { Runtime } from "../../worker/engine/runtime.ts";
import { ask as askGrounded, type AskPorts } from "../../worker/inference/ask.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { openCollection, settled, type OpenCollection } from "../collection.ts";
import type { Grounding } from "../../worker/contract/inference.ts";
import { readConfig, type ModelFolder } from "../../worker/models/folder.ts";
import { groundingOf } from "../../worker/models/grounding.ts";
import { openFolder } from "../folder.ts";
import { sentence } from "../sentence.ts";
import { count, openRuntime, print, text, type Command, type Values } from "./command.ts";
import { samplingOf, samplingOptions } from "./generate.ts";

const collection = { collection: { type: "string" }, embedder: { type: "string" } } as const;

export const index: Command = {
  name: "index",
  usage: "--collection DIR [--embedder DIR] FILES…       read documents into a collection",
  options: collection,
  async run(values, paths) {
    const folder = text(values, "collection");
    if (paths.length === 0) fail({ code: "invalid-argument", name: "FILES", reason: "name at least one file" });
    const open = await openCollection(folder, await runtimeIfAny(), embedderOf(values));
    const results = [];
    for (const path of paths) results.push(await indexOne(open, path)); // one after the other: a failure is named beside its file
    await settled(open);
    for (const result of results) if (result.error) console.error(`loam index: ${result.error}`);
    print(values, { documents: results }, ({ documents }) => documents.filter((d) => !d.error).map((d) => `${d.document}: ${d.passages} passages`).join("\n")); // prettier-ignore
    if (results.every(({ error }) => error))
      fail({ code: "invalid-argument", name: "FILES", reason: "none of them could be read" });
  },
};

/** Reads one file; what goes wrong with it is said, not thrown. */
async function indexOne({ library }: OpenCollection, path: string) {
  const name = basename(path);
  try {
    if (!existsSync(path) || !statSync(path).isFile()) fail({ code: "not-found", what: "file", id: path });
    const [added] = await library.add({ files: [{ name, bytes: new Blob([readFileSync(path)]) }] });
    await library.settled();
    const info = (await library.list()).find(({ id }) => id === added.id) as DocumentInfo;
    if (info.state === "failed") {
      await library.remove(info.id); // the collection holds what can be searched
      return { document: name, error: info.error ? sentence(info.error) : "it could not be read" };
    }
    return { document: name, id: info.id, passages: info.passageCount };
  } catch (error) {
    return { document: name, error: error instanceof AppError ? sentence(error.detail) : String(error) };
  }
}

export const search: Command = {
  name: "search",
  usage: "--collection DIR --query Q [--k 10] [--embedder DIR]  the nearest passages",
  options: { ...collection, query: { type: "string" }, k: { type: "string" } },
  async run(values) {
    const query = text(values, "query");
    const k = count(values, "k", 10, 1, 100);
    const { library } = await openExisting(values, await runtimeIfAny());
    const passages = await library.search({ query, k });
    const results = passages.map(({ documentName, start, end, text, headingPath, page, score }) => ({
      document: documentName,
      start,
      end,
      text,
      headingPath,
      ...(page && { page }),
      score,
    }));
    print(values, { results }, (r) =>
      r.results.map((p, i) => `${i + 1}. ${p.document} ${p.start}–${p.end}  ${p.text.replace(/\s+/g, " ")}`).join("\n"),
    );
  },
};

export const ask: Command = {
  name: "ask",
  usage: "--collection DIR --question Q [--model loam-chat]  an answer with its places in the documents",
  options: {
    ...collection,
    question: { type: "string" },
    model: { type: "string" },
    "max-tokens": { type: "string" },
    ...samplingOptions,
  },
  async run(values) {
    const question = text(values, "question");
    const folder = openFolder(typeof values.model === "string" ? values.model : "loam-chat");
    const sampling = samplingOf(values);
    const maxTokens = count(values, "max-tokens", 96, 1, 100_000);
    const runtime = await openRuntime();
    const open = await openExisting(values, runtime);
    const grounding = groundingOf(await readConfig(folder));
    const ports = portsOf(open, await ChatModel.load(runtime, folder), grounding);
    const result = await askGrounded(
      { id: "cli", question, model: folder.id, history: [], sampling, maxTokens },
      ports,
      () => {},
    );
    const citations = result.citations.map(({ document, start, end, quote, marker, status }) => ({
      marker,
      document,
      start,
      end,
      quote,
      status,
    }));
    print(values, { answer: result.answer, found: result.found, citations, timings: result.timings }, (r) =>
      [
        r.answer,
        ...r.citations.map(
          (c) =>
            `  [${c.marker}] ${c.document} ${c.start}–${c.end}: ${c.status === "located" ? c.quote : "not found in the source"}`,
        ),
      ].join("\n"),
    );
  },
};

function portsOf({ library }: OpenCollection, model: ChatModel, grounding: Grounding | undefined): AskPorts {
  return {
    hasDocuments: async () => (await library.list()).some((d) => d.state === "ready"),
    search: (request) => library.search(request),
    generate: (request, onEvent) => model.generate(request, { onEvent }),
    countTokens: ({ texts }) => Promise.resolve(texts.map((t) => model.tokenizer.encode(t, { isRaw: true }).length)),
    replyOdds: (request) => model.replyOdds(request),
    model: () => Promise.resolve({ maxTokenCount: model.session.capacity, ...(grounding && { grounding }) }),
  };
}

function openExisting(values: Values, runtime: Runtime | null): Promise<OpenCollection> {
  const folder = text(values, "collection");
  if (!existsSync(folder)) fail({ code: "not-found", what: "collection", id: folder });
  return openCollection(folder, runtime, embedderOf(values));
}

/** The model that `--embedder` names. A collection's vectors are one model's: another computes them anew. */
const embedderOf = ({ embedder }: Values): ModelFolder | undefined =>
  typeof embedder === "string" ? openFolder(embedder) : undefined;

/** Search goes on by words where there is no GPU; said once, on standard error. */
async function runtimeIfAny(): Promise<Runtime | null> {
  try {
    return await openRuntime();
  } catch (error) {
    if (!(error instanceof AppError) || error.detail.code !== "gpu-unavailable") throw error;
    console.error(`loam: ${sentence(error.detail)}; searching by words alone`);
    return null;
  }
}
