// Encoders against transformers (test/golden/encoders.py): vectors of texts as queries and as documents, cut where they are too
// long, alone and in company; the ids of WordPiece; and what is refused.
import { describe, expect, it } from "vitest";
import { openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { closeness } from "../../test/harness/close.ts";
import bertCls from "../../test/golden/encoders/bert-cls/expected.json" with { type: "json" };
import bertMean from "../../test/golden/encoders/bert-mean/expected.json" with { type: "json" };
import robertaMean from "../../test/golden/encoders/roberta-mean/expected.json" with { type: "json" };
import wordpiece from "../../test/golden/encoders/wordpiece.json" with { type: "json" };
import { bytesSource } from "../engine/format/bytes.ts";
import { Runtime } from "../engine/runtime.ts";
import { readTokenizer, type ModelFolder } from "../models/folder.ts";
import { readSentenceConfig } from "../models/sentence.ts";
import { loadEmbedder } from "./load.ts";

const runtime = new Runtime(await openDevice()); // one for all
const pathOf = (name: string) => `test/golden/encoders/${name}`;

describe.each([
  ["bert-mean", bertMean],
  ["bert-cls", bertCls],
  ["roberta-mean", robertaMean],
] as const)("%s", async (name, golden) => {
  const embedder = await loadEmbedder(runtime, openFolder(pathOf(name)));

  it.each(["query", "document"] as const)("a text as a %s has the vector of transformers", async (role) => {
    const vectors = await embedder.embed(golden.texts, role);
    expect(closeness(vectors, golden[role].flat(), 1e-4)).toPass();
  });

  it("the vector of a text does not depend on its company, in batches of any size", async () => {
    const many = Array.from({ length: 150 }, (_, i) => golden.texts[i % golden.texts.length]);
    const vectors = await embedder.embed(many);
    const C = embedder.dimensions;
    for (const i of [0, 31, 64, 149])
      expect(closeness(vectors.subarray(i * C, (i + 1) * C), golden.document[i % golden.texts.length], 1e-4)).toPass();
    const [alone] = golden.document;
    expect(closeness(await embedder.embed([golden.texts[0]]), alone, 1e-4)).toPass();
  });
});

it("a query and a document of the same words differ where the model has prompts, and only there", () => {
  expect(bertMean.query).not.toEqual(bertMean.document);
  expect(bertCls.query).toEqual(bertCls.document);
});

describe("WordPiece", async () => {
  const tokenizer = await readTokenizer(openFolder(pathOf("bert-mean")));
  it("gives the ids of tokenizers for 200 texts, and pads none", () => {
    expect(wordpiece.texts.map((text) => tokenizer.encode(text))).toEqual(wordpiece.ids);
  });
  it("cuts what is too long, and keeps the special tokens", () => {
    const text = bertMean.texts[4];
    const whole = tokenizer.encode(text);
    const cut = tokenizer.encodeWithin(text, 10);
    expect(cut).toEqual([...whole.slice(0, 9), whole.at(-1)]);
    expect(tokenizer.encodeWithin(text, whole.length)).toEqual(whole);
  });
});

describe("files of sentence-transformers", () => {
  const folder = (files: Readonly<Record<string, unknown>>): ModelFolder => ({
    id: "given",
    files: new Map(
      Object.entries(files).map(([name, json]) => [
        name,
        bytesSource(name, new TextEncoder().encode(JSON.stringify(json))),
      ]),
    ),
  });
  it("absent: the mean of all tokens", async () => {
    const plain = { pooling: "mean", maxTokens: Infinity, isLowered: false, prefixes: { query: "", document: "" } };
    expect(await readSentenceConfig(folder({}))).toEqual(plain);
  });
  it("a prompt for every text is that of both roles", async () => {
    const json = { prompts: { query: "Q: ", all: "T: " }, default_prompt_name: "all" };
    const { prefixes } = await readSentenceConfig(folder({ "config_sentence_transformers.json": json }));
    expect(prefixes).toEqual({ query: "Q: ", document: "T: " });
  });
  it.each([
    [{ "modules.json": [{ type: "sentence_transformers.models.Dense", path: "2_Dense" }] }, /modules\.json has Dense/],
    [{ "1_Pooling/config.json": { pooling_mode_max_tokens: true } }, /pooling is max_tokens/],
    [
      { "1_Pooling/config.json": { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true } },
      /cls_token and mean_tokens/,
    ],
  ])("%j is refused by name", async (files, reason) => {
    await expect(readSentenceConfig(folder(files))).rejects.toThrow(reason);
  });
});
