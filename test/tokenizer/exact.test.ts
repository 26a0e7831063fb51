// Every id of every tokenizer at hand: against transformers (conformance), llama.cpp's cases, and Python's `tokenizers` on random
// texts. LOAM_TEXTS=100000 asks for all of them.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Tokenizer } from "../../worker/tokenizer/tokenizer.ts";
import { sharedData } from "../harness/data.ts";
import { randomText } from "./random-texts.ts";

const data = sharedData("tokenizers");
const textCount = Number(process.env.LOAM_TEXTS ?? 2000);
const BLOCK = 1000; // texts a digest

const json = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

function open(name: string): Tokenizer {
  const config = join(data, name, "tokenizer_config.json");
  return new Tokenizer({
    tokenizer: json(join(data, name, "tokenizer.json")),
    config: existsSync(config) ? json(config) : {},
  });
}

const opened = new Map<string, Tokenizer>();
function tokenizer(name: string): Tokenizer {
  const known = opened.get(name) ?? open(name);
  opened.set(name, known);
  return known;
}

interface Conformance {
  readonly entries: Readonly<Record<string, { readonly input_ids: readonly number[] }>>;
}
interface Inputs {
  readonly inputs: readonly { readonly id: string; readonly text: string }[];
}

describe.skipIf(!existsSync(data))("ids are exact", () => {
  it.each(["gpt2", "qwen2.5", "bert-uncased", "t5-small"])("%s: those of transformers", (name) => {
    const { inputs } = json(join(data, "conformance/inputs.json")) as Inputs;
    const expected = (json(join(data, `conformance/${name}.json`)) as Conformance).entries;
    const got = Object.fromEntries(inputs.map(({ id, text }) => [id, tokenizer(name).encode(text)]));
    expect(Object.keys(got).length).toBeGreaterThan(20);
    expect(got).toEqual(Object.fromEntries(inputs.map(({ id }) => [id, expected[id]?.input_ids])));
  });

  it.each([
    ["gpt-2", "gpt2"],
    ["qwen2", "qwen2.5"],
    ["falcon", "falcon"],
    ["bert-bge", "bert-uncased"],
  ])("those of llama.cpp's cases for %s", (vocabulary, name) => {
    const path = join(data, `llama-cpp/ggml-vocab-${vocabulary}.gguf`);
    const texts = readFileSync(`${path}.inp`, "utf8").split("\n__ggml_vocab_test__\n");
    const lines = readFileSync(`${path}.out`, "utf8").split("\n").slice(0, texts.length);
    const got = texts.map((text) => tokenizer(name).encode(text, { isRaw: true }).join(" "));
    expect(got).toEqual(lines.map((line) => line.trim()));
  });

  const digests = json("test/golden/random_texts.json") as Readonly<Record<string, readonly string[]>>;
  it.each(Object.keys(digests))(`%s: those of Python's tokenizers on ${textCount} random texts`, (name) => {
    const blocks = Array.from({ length: Math.ceil(textCount / BLOCK) }, (_, block) => {
      const texts = Array.from({ length: BLOCK }, (_, i) => randomText(block * BLOCK + i));
      const lines = texts.map((text) => tokenizer(name).encode(text).join(" ")).join("\n");
      return createHash("sha256").update(lines).digest("hex").slice(0, 16);
    });
    expect(blocks).toEqual(digests[name]?.slice(0, blocks.length));
  });
});
