// Tokenizers out of GGUF metadata, against ids by transformers: a vocabulary file of llama.cpp, and real tokenizers' tokens and
// merges laid out as a GGUF file keeps them.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fileSource } from "../../server/folder.ts";
import { openGguf, type GgufValue } from "../../worker/engine/format/gguf.ts";
import { Facts } from "../../worker/models/gguf/facts.ts";
import { tokenizerOf } from "../../worker/models/gguf/tokenizer.ts";
import { Tokenizer } from "../../worker/tokenizer/tokenizer.ts";
import { itWith, sharedData } from "../harness/data.ts";

interface Entry {
  readonly input_ids: readonly number[];
}
const json = (path: string): unknown => JSON.parse(readFileSync(sharedData(`tokenizers/${path}`), "utf8"));
const readerOf = (metadata: ReadonlyMap<string, GgufValue>) =>
  new Tokenizer(tokenizerOf(new Facts({ metadata, tensors: new Map() }, "test.gguf")));

/** Every input of the conformance set, encoded raw. */
function expectIds(tokenizer: Tokenizer, name: string): void {
  const { entries } = json(`conformance/${name}.json`) as { entries: Record<string, Entry> };
  const inputs = json("conformance/inputs.json") as { inputs: { id: string; text: string }[] };
  for (const { id, text } of inputs.inputs)
    expect(tokenizer.encode(text, { isRaw: true }), id).toEqual(entries[id].input_ids);
  expect(inputs.inputs.length).toBeGreaterThan(20);
}

interface HfTokenizer {
  readonly model: { readonly vocab: Record<string, number>; readonly merges: readonly (string | [string, string])[] };
  readonly added_tokens: readonly { id: number; content: string; special: boolean }[];
}
/** What a converter writes of a byte-level tokenizer.json. */
function metadataOf(name: string, pre: string, more: readonly [string, GgufValue][] = []): Map<string, GgufValue> {
  const { model, added_tokens: added } = json(`${name}/tokenizer.json`) as HfTokenizer;
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
  for (const { id, content } of added) tokens[id] = content;
  const types = new Int32Array(tokens.length).fill(1);
  for (const { id, special } of added) types[id] = special ? 3 : 4;
  return new Map<string, GgufValue>([
    ["tokenizer.ggml.model", "gpt2"],
    ["tokenizer.ggml.pre", pre],
    ["tokenizer.ggml.tokens", tokens],
    ["tokenizer.ggml.token_type", types],
    ["tokenizer.ggml.merges", model.merges.map((m) => (typeof m === "string" ? m : m.join(" ")))],
    ...more,
  ]);
}

describe("byte-level vocabularies", () => {
  itWith("tokenizers/llama-cpp")("a vocabulary file of llama.cpp gives GPT-2's ids", async () => {
    const { metadata } = await openGguf(fileSource(sharedData("tokenizers/llama-cpp/ggml-vocab-gpt-2.gguf")));
    expectIds(readerOf(metadata), "gpt2");
  });

  itWith("tokenizers/qwen2.5")("Qwen 2.5's gives its ids, and its chat template renders", () => {
    const { chat_template: template } = json("qwen2.5/tokenizer_config.json") as { chat_template: string };
    const tokenizer = readerOf(metadataOf("qwen2.5", "qwen2", [["tokenizer.chat_template", template]]));
    expectIds(tokenizer, "qwen2.5");
    const prompt = tokenizer.chatPrompt([{ role: "user", content: "Hello" }]);
    expect(prompt).toContain("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n");
    expect(tokenizer.encode(prompt)[0]).toBe(tokenizer.idOf("<|im_start|>"));
  });

  itWith("tokenizers/smollm")("SmolLM's gives the folder's ids", () => {
    const given = new Tokenizer({ tokenizer: json("smollm/tokenizer.json"), config: {} });
    const tokenizer = readerOf(metadataOf("smollm", "smollm"));
    for (const text of ["In 2024, 1234 pumps held 24 l.", "don't  \n\n stop", "Grüße, 漢字 ☃", "<|im_start|>user"])
      expect(tokenizer.encode(text), text).toEqual(given.encode(text));
  });

  it.each([
    ["of a division that is not known", ["tokenizer.ggml.pre", "martian"], "model-unsupported", /martian/],
    ["with a merge of one piece", ["tokenizer.ggml.merges", ["ab"]], "bad-file", /no merge/],
    ["with other types than tokens", ["tokenizer.ggml.token_type", new Int32Array(2)], "bad-file", /2 types/],
    ["with an end that is no token", ["tokenizer.ggml.eos_token_id", 7], "bad-file", /eos token is 7/],
    ["of another kind", ["tokenizer.ggml.model", "rwkv"], "model-unsupported", /rwkv/],
    ["whose tokens are no strings", ["tokenizer.ggml.tokens", 5], "bad-file", /tokens/],
  ] as const)("one %s is refused", (_, change, code, reason) => {
    const metadata = new Map<string, GgufValue>([
      ["tokenizer.ggml.model", "gpt2"],
      ["tokenizer.ggml.pre", "gpt-2"],
      ["tokenizer.ggml.tokens", ["a", "b", "ab"]],
      ["tokenizer.ggml.merges", ["a b"]],
    ]);
    expect(readerOf(metadata).encode("ab")).toEqual([2]);
    const [key, value] = change;
    const broken = () => readerOf(metadata.set(key, value));
    expect(broken).toThrow(expect.objectContaining({ detail: expect.objectContaining({ code }) as unknown }));
    expect(broken).toThrow(reason);
  });
});
