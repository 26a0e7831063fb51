// Models as GGUF files, read back: the same configuration, tokens and chat prompts, tensors as near as their type allows.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fileSource, openFolder } from "../../server/folder.ts";
import { bytesSource } from "../../worker/engine/format/bytes.ts";
import { readTensor } from "../../worker/engine/format/tensor.ts";
import { decoderConfig } from "../../worker/engine/model/config.ts";
import { writeGgufModel } from "../../worker/models/gguf/export.ts";
import { readConfig, readHeaders, readTokenizer, type ModelFolder } from "../../worker/models/folder.ts";
import { itWith, sharedData } from "../harness/data.ts";

const TEXTS = ["Once upon a time, 1234 pumps…", "  two  spaces\nand a line", "Ünïcode 漢字 🙂", "", "<|end|> [1]"];

async function exported(folder: ModelFolder, type: Parameters<typeof writeGgufModel>[1]): Promise<ModelFolder> {
  const bytes = await writeGgufModel(folder, type);
  return { id: "m.gguf", files: new Map([["m.gguf", bytesSource("m.gguf", bytes)]]) };
}

/** Σ (a − e)² / Σ e² of all matrices' values. */
async function lossOf(a: ModelFolder, e: ModelFolder): Promise<number> {
  const [actual, expected] = [await readHeaders(a), await readHeaders(e)];
  let [error, power] = [0, 0];
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, stored] of expected) {
    const [own, other] = [await readTensor(actual.get(name)!), await readTensor(stored)];
    for (let i = 0; i < other.length; i++) {
      error += (own[i] - other[i]) ** 2;
      power += other[i] ** 2;
    }
  }
  return error / power;
}

const LOSSES = { F32: 0, F16: 1e-7, Q8_0: 1e-4, Q4_0: 7e-3 } as const;

describe.each(["loam-chat", "models/stories260k", "models/babyllama105"])("%s", (path) => {
  const isOurs = !path.includes("/");
  const test = isOurs ? it : itWith(path);
  const folder = () => openFolder(isOurs ? path : sharedData(path));

  test.each(Object.entries(LOSSES) as [keyof typeof LOSSES, number][])("%s: the same model", async (type, loss) => {
    const again = await exported(folder(), type);
    const config = (of: ModelFolder) => readConfig(of).then(decoderConfig);
    const { eps, ...sizes } = await config(folder());
    const { eps: eps32, ...sizesAgain } = await config(again);
    expect(sizesAgain).toEqual(sizes);
    expect(eps32).toBe(Math.fround(eps));
    const found = await lossOf(again, folder());
    expect(found).toBeLessThanOrEqual(loss);
    if (type.startsWith("Q")) expect(found).toBeGreaterThan(loss / 100); // or nothing was quantised
  });

  test("the same tokens, texts and chat prompts", async () => {
    const [own, again] = [await readTokenizer(folder()), await readTokenizer(await exported(folder(), "F16"))];
    for (const text of TEXTS) {
      expect(again.encode(text)).toEqual(own.encode(text));
      expect(again.decode(own.encode(text))).toBe(own.decode(own.encode(text)));
    }
    if (own.endToken !== undefined) expect(again.endToken).toBe(own.endToken); // else the file says the configuration's
    expect(again.hasTemplate).toBe(own.hasTemplate);
    const messages = [{ role: "user", content: "How deep?" }] as const;
    if (own.hasTemplate) expect(again.chatPrompt(messages)).toBe(own.chatPrompt(messages));
  });
});

describe.each([
  "llama-linear",
  "llama-llama3",
  "llama-yarn",
  "mistral",
  "qwen2",
  "qwen3",
  "smollm2",
  "llama-bias",
  "llama-dynamic",
  "qwen2-window",
])("%s", (name) => {
  // prettier-ignore
  it("keeps its configuration and its values, or says what GGUF cannot say", async () => {
    const files = ["config.json", "model.safetensors"].map((f) => fileSource(`test/golden/architectures/${name}/${f}`));
    const tokenizer = JSON.parse(readFileSync("web/public/models/loam-chat/tokenizer.json", "utf8")) as {
      model: { vocab: Record<string, number>; merges: unknown[] };
      added_tokens: unknown[];
    };
    const { vocab_size } = JSON.parse(readFileSync(`test/golden/architectures/${name}/config.json`, "utf8")) as {
      vocab_size: number;
    };
    const { model } = tokenizer;
    model.vocab = Object.fromEntries(Object.entries(model.vocab).filter(([, id]) => id < vocab_size));
    [model.merges, tokenizer.added_tokens] = [[], []];
    const json = bytesSource("tokenizer.json", new TextEncoder().encode(JSON.stringify(tokenizer)));
    const folder: ModelFolder = { id: name, files: new Map([...files, json].map((f) => [f.name.split("/").at(-1)!, f])) };
    const refused = {
      ...{ "llama-dynamic": /ropeScaling/, "llama-llama3": /ropeScaling|scaled/, "llama-yarn": /betaFast/ },
      ...{ "qwen2-window": /window/, "llama-bias": /hasBias/ }, // of the feed-forward part
    };
    const reason = refused[name as keyof typeof refused];
    if (reason) await expect(exported(folder, "F32")).rejects.toThrow(reason);
    else expect(await lossOf(await exported(folder, "F32"), folder)).toBe(0);
  });
});
