// Models from disk: checked in full before anything is kept, and nothing is kept of one that is refused.
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openFileStore } from "../../server/store.ts";
import { AppError, type AppErrorCode } from "../contract/errors.ts";
import { writeSafetensors } from "../engine/format/safetensors.ts";
import { decoderConfig } from "../engine/model/config.ts";
import { weightSpecs } from "../engine/model/weights.ts";
import { trainBpe } from "../tokenizer/train-bpe.ts";
import { ModelCatalog } from "./catalog.ts";
import { STATIC_ARCHITECTURE, STATIC_TENSOR } from "./static.ts";

const tokenizer = trainBpe(["a b c"], { vocabularySize: 260, specialTokens: ["<|end|>"] });
const config = {
  architectures: ["LlamaForCausalLM"],
  hidden_size: 8,
  intermediate_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  vocab_size: 260,
  tie_word_embeddings: true,
};
const tensors = weightSpecs(decoderConfig(config)).flatMap(({ parts }) =>
  parts.map((part) => ({ ...part, values: new Float32Array(part.shape.reduce((a, b) => a * b, 1)) })),
);
const weights = writeSafetensors(tensors, "F16");
const files = (changes: Record<string, unknown> = {}, bytes: Uint8Array<ArrayBuffer> = weights) => [
  { name: "config.json", bytes: new Blob([JSON.stringify({ ...config, ...changes })]) },
  { name: "tokenizer.json", bytes: new Blob([JSON.stringify(tokenizer)]) },
  { name: "model.safetensors", bytes: new Blob([bytes]) },
];

let folder: string;
let catalog: ModelCatalog;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "loam-catalog-"));
  catalog = new ModelCatalog(await openFileStore(folder), () => Promise.resolve(null));
});
const refusal = async (wrong: ReturnType<typeof files>): Promise<AppErrorCode> => {
  const error: unknown = await catalog.add("mine", wrong).then(() => null, (e: unknown) => e); // prettier-ignore
  return (error as AppError).detail;
};

it("a good folder is kept, listed, opened again and removed", async () => {
  const facts = await catalog.add("mine", files());
  expect(facts).toMatchObject({
    id: "mine",
    kind: "decoder",
    architecture: "LlamaForCausalLM",
    maxTokenCount: 2048,
    isDefault: false,
  });
  expect((await catalog.list()).map(({ id }) => id)).toEqual(["mine"]);
  expect((await catalog.folder("mine")).files.get("model.safetensors")?.size).toBe(weights.byteLength);
  expect((await catalog.add("mine", files())).id).toBe("mine 2"); // the same name twice is two models
  await catalog.remove("mine 2");
  expect((await catalog.folder("mine")).files.size).toBe(3); // their bytes are the same blobs: one's removal leaves the other's
  await catalog.remove("mine");
  expect(await catalog.list()).toEqual([]);
});

it.each([
  [
    "a truncated safetensors",
    files({}, weights.subarray(0, weights.length - 100)),
    { code: "bad-file", file: "model.safetensors" },
  ],
  [
    "a configuration that lies about a shape",
    files({ hidden_size: 16 }),
    { code: "bad-file", file: "model.safetensors" },
  ],
  ["a configuration with more layers than there are", files({ num_hidden_layers: 2 }), { code: "bad-file" }],
  ["a configuration of no sense", files({ num_attention_heads: -3 }), { code: "bad-file", file: "config.json" }],
  ["another architecture", files({ architectures: ["MambaForCausalLM"] }), { code: "model-unsupported" }],
  ["a folder without weights", files().slice(0, 2), { code: "bad-file", file: "model.safetensors" }],
  ["a folder without a tokenizer", [files()[0], files()[2]], { code: "bad-file", file: "tokenizer.json" }],
])("refuses %s and keeps nothing", async (_, wrong, expected) => {
  expect(await refusal(wrong)).toMatchObject(expected);
  expect(readdirSync(join(folder, "blobs"))).toEqual([]);
  expect(await catalog.list()).toEqual([]);
});

it("a static embedding from disk is kept as one for search; one whose vectors are of another size is refused", async () => {
  const table = (V: number, C: number) =>
    writeSafetensors([{ name: STATIC_TENSOR, shape: [V, C], values: new Float32Array(V * C) }], "F16");
  const changes = { architectures: [STATIC_ARCHITECTURE], vocab_size: 260, hidden_size: 8 };
  expect(await refusal(files(changes, table(260, 16)))).toMatchObject({ code: "bad-file", file: "model.safetensors" });
  expect(await catalog.list()).toEqual([]);
  expect(await catalog.add("words", files(changes, table(260, 8)))).toMatchObject({
    ...{ id: "words", kind: "static-embedding", parameterCount: 2080, isDefault: false },
  });
});

describe("a folder that MLC compiled", () => {
  const json = (name: string, content: unknown) => ({ name, bytes: new Blob([JSON.stringify(content)]) });
  const compiled = (shardBytes: number, more: readonly { name: string; bytes: Blob }[] = []) => [
    json("mlc-chat-config.json", { model_type: "qwen2", quantization: "q4f16_1", context_window_size: 4096 }),
    json("tensor-cache.json", { records: [{ dataPath: "params_shard_0.bin", nbytes: 16 }] }),
    json("tokenizer.json", tokenizer),
    { name: "params_shard_0.bin", bytes: new Blob([new Uint8Array(shardBytes)]) },
    ...more,
  ];
  it("is kept for WebLLM, with or without its library", async () => {
    const facts = { engine: "webllm", kind: "decoder", architecture: "qwen2, q4f16_1", maxTokenCount: 4096 };
    expect(await catalog.add("a", compiled(16))).toMatchObject({ ...facts, isWithoutLibrary: true });
    const whole = await catalog.add("b", compiled(16, [{ name: "b.wasm", bytes: new Blob(["x"]) }]));
    expect(whole).toMatchObject(facts);
    expect(whole.isWithoutLibrary).toBeUndefined();
  });
  it("is refused when a shard is cut or a file is missing", async () => {
    expect(await refusal(compiled(15))).toMatchObject({ code: "bad-file", file: "params_shard_0.bin" });
    for (const name of ["tensor-cache.json", "tokenizer.json", "params_shard_0.bin"])
      expect(await refusal(compiled(16).filter((file) => file.name !== name))).toMatchObject({
        code: "bad-file",
        file: name,
      });
    expect(await catalog.list()).toEqual([]);
  });
});
