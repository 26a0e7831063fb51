import { describe, expect, it } from "vitest";
import { openDevice } from "../../../server/gpu.ts";
import { normals } from "../../../test/harness/random.ts";
import { bytesSource } from "../format/bytes.ts";
import { quantize } from "../format/quantize.ts";
import { slicesOf } from "../format/tensor.ts";
import { openSafetensors, writeSafetensors } from "../format/safetensors.ts";
import { sizeOf } from "../graph.ts";
import { Runtime } from "../runtime.ts";
import { decoderConfig } from "./config.ts";
import { loadWeights, weightSpecs, type Precision } from "./weights.ts";

// Sizes of which some parts are an odd number of f16: a norm (3), the embedding (5, 3); not q, k, v (2, 3).
const config = decoderConfig({
  ...{ architectures: ["LlamaForCausalLM"], hidden_size: 3, num_attention_heads: 1, head_dim: 2, num_hidden_layers: 1 },
  ...{ intermediate_size: 4, vocab_size: 5, max_position_embeddings: 16, tie_word_embeddings: true },
});

async function load(dtype: "F32" | "F16", precision: Precision) {
  const runtime = new Runtime(await openDevice());
  const parts = weightSpecs(config).flatMap((spec) => spec.parts);
  const tensors = parts.map((part, i) => ({ ...part, values: Float32Array.from(normals(sizeOf(part.shape), i)) }));
  const file = bytesSource("model.safetensors", writeSafetensors(tensors, dtype));
  const weights = await loadWeights(runtime, config, await openSafetensors(file), () => {}, precision);
  const values = await Promise.all([...weights.values()].map((w) => runtime.readF32(w)));
  return { dtypes: Object.fromEntries([...weights].map(([name, { dtype }]) => [name, dtype])), values };
}

describe("weights stored as F16", () => {
  it("stay so where every part is a whole number of words, with the values they have as f32", async () => {
    const [half, full] = [await load("F16", "half"), await load("F16", "full")];
    expect(half.dtypes).toEqual({
      ...{ embed: "f32", "layers.0.attnNorm": "f32", "layers.0.mlpNorm": "f32", norm: "f32" },
      ...{ "layers.0.qkv": "f16", "layers.0.o": "f16", "layers.0.gateUp": "f16", "layers.0.down": "f16" },
    });
    expect(half.values).toEqual(full.values);
  });
  it("are f32 unless it is asked for", async () => {
    expect(new Set(Object.values((await load("F16", "full")).dtypes))).toEqual(new Set(["f32"]));
  });
});

it("weights stored as F32 stay f32, whatever is asked for", async () => {
  expect(new Set(Object.values((await load("F32", "half")).dtypes))).toEqual(new Set(["f32"]));
});

describe("weights that are quantised on load", () => {
  // q, k and v have an odd number of blocks each; down has rows of 40: no whole blocks.
  const config = decoderConfig({
    ...{
      architectures: ["LlamaForCausalLM"],
      hidden_size: 32,
      num_attention_heads: 1,
      head_dim: 32,
      num_hidden_layers: 3,
    },
    ...{ intermediate_size: 40, vocab_size: 5, max_position_embeddings: 16, tie_word_embeddings: true },
  });

  it.each(["q8", "q4"] as const)(
    "%s: every part in its place, norms and rows that are no blocks as f32",
    async (precision) => {
      const runtime = new Runtime(await openDevice());
      const specs = weightSpecs(config);
      const values = new Map(specs.map(({ name, shape }, i) => [name, Float32Array.from(normals(sizeOf(shape), i))]));
      const tensors = specs.flatMap(({ name, parts }) => {
        let at = 0;
        return parts.map((part) => {
          const size = sizeOf(part.shape);
          return { ...part, values: values.get(name)!.subarray(at, (at += size)) };
        });
      });
      const stored = await openSafetensors(bytesSource("model.safetensors", writeSafetensors(tensors, "F32")));
      let read = 0;
      const weights = await loadWeights(runtime, config, stored, (bytes) => (read += bytes), precision);
      expect(read).toBe(4 * [...values.values()].reduce((sum, v) => sum + v.length, 0));
      const layer = (i: number, gateUp: string) => ({
        ...{ [`layers.${i}.qkv`]: "q8", [`layers.${i}.o`]: "q8", [`layers.${i}.gateUp`]: gateUp },
        ...{ [`layers.${i}.attnNorm`]: "f32", [`layers.${i}.mlpNorm`]: "f32", [`layers.${i}.down`]: "f32" },
      });
      expect(Object.fromEntries([...weights].map(([name, { dtype }]) => [name, dtype]))).toEqual({
        ...{ embed: "q8", norm: "f32", ...layer(0, "q8"), ...layer(1, precision), ...layer(2, "q8") },
      });
      for (const { name, shape } of specs) {
        const { dtype } = weights.get(name)!;
        const bytes = new Uint8Array(await runtime.read(weights.get(name)!));
        const of = values.get(name)!;
        expect(bytes).toEqual(dtype === "f32" ? new Uint8Array(of.buffer) : quantize(of, shape, dtype as "q8").bytes);
      }
    },
  );

  it("are read a slice of rows at a time", async () => {
    const tensor = { name: "W", shape: [7, 32], values: Float32Array.from(normals(7 * 32, 1)) };
    const stored = (await openSafetensors(bytesSource("m", writeSafetensors([tensor], "F16")))).get("W")!;
    const slices = slicesOf(stored, 100);
    expect(slices.map(({ shape }) => shape)).toEqual([[3, 32], [3, 32], [1, 32]]); // prettier-ignore
    expect(slices.map(({ byteStart, byteLength }) => [byteStart - stored.byteStart, byteLength])).toEqual([[0, 192], [192, 192], [384, 64]]); // prettier-ignore
  });
});
