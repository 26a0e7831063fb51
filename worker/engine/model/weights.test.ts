import { describe, expect, it } from "vitest";
import { openDevice } from "../../../server/gpu.ts";
import { normals } from "../../../test/harness/random.ts";
import { bytesSource } from "../format/bytes.ts";
import { openSafetensors, writeSafetensors } from "../format/safetensors.ts";
import { sizeOf } from "../graph.ts";
import { Runtime } from "../runtime.ts";
import { decoderConfig } from "./config.ts";
import { loadWeights, weightSpecs } from "./weights.ts";

// Sizes of which some parts are an odd number of f16: a norm (3), the embedding (5, 3); not q, k, v (2, 3).
const config = decoderConfig({
  ...{ architectures: ["LlamaForCausalLM"], hidden_size: 3, num_attention_heads: 1, head_dim: 2, num_hidden_layers: 1 },
  ...{ intermediate_size: 4, vocab_size: 5, max_position_embeddings: 16, tie_word_embeddings: true },
});

async function load(dtype: "F32" | "F16", keepsHalf: boolean) {
  const runtime = new Runtime(await openDevice());
  const parts = weightSpecs(config).flatMap((spec) => spec.parts);
  const tensors = parts.map((part, i) => ({ ...part, values: Float32Array.from(normals(sizeOf(part.shape), i)) }));
  const file = bytesSource("model.safetensors", writeSafetensors(tensors, dtype));
  const weights = await loadWeights(runtime, config, await openSafetensors(file), () => {}, keepsHalf);
  const values = await Promise.all([...weights.values()].map((w) => runtime.readF32(w)));
  return { dtypes: Object.fromEntries([...weights].map(([name, { dtype }]) => [name, dtype])), values };
}

describe("weights stored as F16", () => {
  it("stay so where every part is a whole number of words, with the values they have as f32", async () => {
    const [half, full] = [await load("F16", true), await load("F16", false)];
    expect(half.dtypes).toEqual({
      ...{ embed: "f32", "layers.0.attnNorm": "f32", "layers.0.mlpNorm": "f32", norm: "f32" },
      ...{ "layers.0.qkv": "f16", "layers.0.o": "f16", "layers.0.gateUp": "f16", "layers.0.down": "f16" },
    });
    expect(half.values).toEqual(full.values);
  });
  it("are f32 unless it is asked for", async () => {
    expect(new Set(Object.values((await load("F16", false)).dtypes))).toEqual(new Set(["f32"]));
  });
});

it("weights stored as F32 stay f32, whatever is asked for", async () => {
  expect(new Set(Object.values((await load("F32", true)).dtypes))).toEqual(new Set(["f32"]));
});
