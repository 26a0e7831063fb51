// Configurations out of GGUF metadata, as the engine then understands them.
import { expect, it } from "vitest";
import { bytesSource } from "../../worker/engine/format/bytes.ts";
import type { GgufValue } from "../../worker/engine/format/gguf.ts";
import type { StoredTensor } from "../../worker/engine/format/tensor.ts";
import { decoderConfig } from "../../worker/engine/model/config.ts";
import { configOf } from "../../worker/models/gguf/config.ts";
import { Facts } from "../../worker/models/gguf/facts.ts";
import { folderName, ggufName } from "../../worker/models/gguf/names.ts";

const tensor = (name: string, shape: number[]): [string, StoredTensor] => [
  name,
  { name, shape, dtype: "F32", byteStart: 0, byteLength: 0, file: bytesSource("a.gguf", new Uint8Array()) },
];
/** The configuration of a file that says `more` beside the sizes. */
async function read(key: string, more: Readonly<Record<string, GgufValue>> = {}, tensors: string[] = []) {
  const metadata = new Map<string, GgufValue>([
    ["general.architecture", key],
    [`${key}.embedding_length`, 64],
    [`${key}.attention.head_count`, 4],
    [`${key}.attention.head_count_kv`, 2],
    [`${key}.block_count`, 2],
    [`${key}.feed_forward_length`, 128],
    [`${key}.context_length`, 8192],
    [`${key}.attention.layer_norm_rms_epsilon`, 1e-6],
    ["tokenizer.ggml.eos_token_id", 2],
    ...Object.entries(more),
  ]);
  const gguf = {
    metadata,
    tensors: new Map([tensor("token_embd.weight", [300, 64]), ...tensors.map((n) => tensor(n, [64]))]),
  };
  return decoderConfig(await configOf(gguf, new Facts(gguf, "a.gguf")));
}

it("a Llama's sizes are the file's; without an output tensor its head is the embedding", async () => {
  const sizes = { C: 64, L: 2, H: 4, K: 2, D: 16, F: 128, V: 300, P: 8192, isTied: true, endTokens: [2] };
  expect(await read("llama")).toMatchObject({ architecture: "LlamaForCausalLM", ...sizes, ropeTheta: 10_000 });
  expect((await read("llama", { "tokenizer.ggml.eot_token_id": 7 }, ["output.weight"])).isTied).toBe(false);
  expect((await read("llama", { "tokenizer.ggml.eot_token_id": 7 })).endTokens).toEqual([2, 7]);
  expect((await read("llama", { "llama.attention.key_length": 32 })).D).toBe(32);
});

it("Qwen's biases and head norms, Mistral's window", async () => {
  expect((await read("qwen2")).hasBias).toEqual({ qkv: true, o: false, mlp: false });
  expect((await read("qwen3", { "qwen3.attention.key_length": 16 })).hasHeadNorm).toBe(true);
  const mistral = await read("llama", { "llama.attention.sliding_window": 4096 });
  expect(mistral).toMatchObject({ architecture: "MistralForCausalLM", windows: [4096, 4096] });
});

it("a linear scaling of positions is the file's", async () => {
  const scaling = { "llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": 4 };
  expect((await read("llama", scaling)).ropeScaling).toMatchObject({ type: "linear", factor: 4 });
});

it.each([
  ["gemma", {}, /gemma is not one of llama/],
  ["constructor", {}, /constructor is not one of/],
  ["llama", { "llama.expert_count": 8 }, /experts/],
  ["llama", { "llama.rope.dimension_count": 8 }, /a part of each head/],
  ["llama", { "llama.attention.value_length": 8 }, /different sizes/],
  ["llama", { "llama.context_length": "long" }, /no llama.context_length/],
  ["llama", { "llama.embedding_length": 2 ** 40 }, /hidden_size/],
  ["llama", { "llama.rope.scaling.type": "longrope" }, /longrope/],
] as const)("%s with %o is refused, with the reason", async (key, more, reason) => {
  await expect(read(key, more)).rejects.toThrow(reason);
});

it("names of tensors go both ways; what has no place has none", () => {
  for (const name of ["token_embd.weight", "blk.12.attn_q.bias", "blk.0.ffn_down.weight.lora_a", "output_norm.weight"])
    expect(ggufName(folderName(name)!)).toBe(name);
  expect(folderName("blk.3.attn_k_norm.weight")).toBe("model.layers.3.self_attn.k_norm.weight");
  for (const name of [
    "blk.0.output.weight",
    "attn_q.weight",
    "blk.0.attn_q",
    "blk.x.attn_q.weight",
    "rope_freqs.weight",
  ])
    expect(folderName(name), name).toBeNull();
});
