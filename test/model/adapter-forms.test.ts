// One adapter in three forms: peft's, MLX's and GGUF's. Whichever is read, the model gives peft's logits.
import { describe, expect, it } from "vitest";
import { fileSource, openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { bytesSource, type ByteSource } from "../../worker/engine/format/bytes.ts";
import { openGguf } from "../../worker/engine/format/gguf.ts";
import { writeSafetensors } from "../../worker/engine/format/safetensors.ts";
import { readTensor } from "../../worker/engine/format/tensor.ts";
import { decoderConfig, type DecoderConfig } from "../../worker/engine/model/config.ts";
import { scaleOf } from "../../worker/engine/model/adapter.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import type { AdapterWeights } from "../../worker/models/adapter.ts";
import { readAdapter } from "../../worker/models/adapter-files.ts";
import { layersOf } from "../../worker/models/adapter-parts.ts";
import { readConfig } from "../../worker/models/folder.ts";
import { writeGgufAdapter } from "../../worker/models/gguf/lora.ts";
import { closeness } from "../harness/close.ts";
import { itWith, sharedData } from "../harness/data.ts";
import expected from "../golden/peft-stories/expected.json" with { type: "json" };

const path = "models/stories260k";
const golden = "test/golden/peft-stories";
type Files = ReadonlyMap<string, ByteSource>;

const filesOf = (folder: string, names: readonly string[]): Files =>
  new Map(names.map((name) => [name, fileSource(`${folder}/${name}`)]));
const peft = () => filesOf(golden, ["adapter_config.json", "adapter_model.safetensors"]);
const jsonSource = (name: string, json: object) => bytesSource(name, new TextEncoder().encode(JSON.stringify(json)));

/** The adapter as mlx-lm would write it: both matrices the other way round, the scale said outright. */
function mlxOf(adapter: AdapterWeights, model: DecoderConfig, json: object = {}): Files {
  const r = adapter.config.rank;
  const turned = (values: Float32Array, rows: number, columns: number) =>
    Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
  const tensors = layersOf(adapter, model).flatMap(({ part: { module, width }, I, A, B }) => [
    { name: `${module}.lora_a`, shape: [I, r], values: turned(A, r, I) },
    { name: `${module}.lora_b`, shape: [r, width], values: turned(B, width, r) },
  ]);
  const config = {
    fine_tune_type: "lora",
    lora_parameters: { rank: r, scale: scaleOf(adapter.config), dropout: 0 },
    num_layers: model.L,
    ...json,
  };
  return new Map([
    ["adapter_config.json", jsonSource("adapter_config.json", config)],
    ["adapters.safetensors", bytesSource("adapters.safetensors", writeSafetensors(tensors))],
  ]);
}
const ggufOf = (adapter: AdapterWeights, model: DecoderConfig): Files => {
  const bytes = writeGgufAdapter(adapter, model, { name: "stories260k", fingerprint: "f0" });
  return new Map([["adapter.gguf", bytesSource("adapter.gguf", bytes)]]);
};

describe("an adapter that peft trained", () => {
  const test = itWith(path);
  const config = async () => decoderConfig(await readConfig(openFolder(sharedData(path))));
  const trained = async (model: DecoderConfig) => (await readAdapter(peft(), model)).adapter;

  test("gives peft's logits from each form", async () => {
    const model = await ChatModel.load(new Runtime(await openDevice()), openFolder(sharedData(path)));
    const adapter = await trained(model.config);
    for (const files of [peft(), mlxOf(adapter, model.config), ggufOf(adapter, model.config)]) {
      const read = await readAdapter(files, model.config);
      const logits = await model.logits(expected.prompt, read.adapter);
      expect(closeness(logits, expected.logits, 1e-3), [...files.keys()].join()).toPass();
    }
  });

  test("is the same to the bit through MLX's and GGUF's form, but for how its scale is said", async () => {
    const model = await config();
    const adapter = await trained(model);
    for (const files of [mlxOf(adapter, model), ggufOf(adapter, model)]) {
      const { adapter: again } = await readAdapter(files, model);
      expect(scaleOf(again.config)).toBeCloseTo(scaleOf(adapter.config), 6);
      for (const [name, values] of adapter.values) expect(again.values.get(name), name).toEqual(values);
    }
  });

  test("as GGUF has llama.cpp's names and metadata, q's rows in pairs and the base's fingerprint", async () => {
    const model = await config();
    const adapter = await trained(model);
    const [file] = ggufOf(adapter, model).values();
    const { metadata, tensors } = await openGguf(file);
    expect(Object.fromEntries(metadata)).toMatchObject({
      "general.architecture": "llama",
      "general.type": "adapter",
      "adapter.type": "lora",
      "adapter.lora.alpha": Math.fround((5 / Math.sqrt(3)) * 3),
    });
    expect(tensors.get("blk.0.attn_q.weight.lora_a")!.shape).toEqual([3, 64]);
    const B = tensors.get("blk.4.attn_q.weight.lora_b")!;
    expect(B.shape).toEqual([64, 3]);
    const own = layersOf(adapter, model).find(({ part }) => part.module === "model.layers.4.self_attn.q_proj")!.B;
    const rows = [0, 4, 1, 5, 2, 6, 3, 7]; // of the first head: D = 8
    expect([...(await readTensor(B)).subarray(0, 24)]).toEqual(rows.flatMap((row) => [...own.subarray(row * 3, row * 3 + 3)])); // prettier-ignore
    expect((await readAdapter(ggufOf(adapter, model), model)).baseFingerprint).toBe("f0");
  });

  test.each([
    ["an MLX adapter of DoRA", { json: { fine_tune_type: "dora" } }, /dora/],
    ["one without a scale", { json: { lora_parameters: { rank: 3 } } }, /no rank and scale/],
    ["one of another rank", { json: { lora_parameters: { rank: 4, scale: 1 } } }, /another base/],
    ["one of a deeper base", { sizes: { L: 3 } }, /another base/],
  ])("%s is refused, with the reason", async (_, { json, sizes }: { json?: object; sizes?: object }, reason) => {
    const model = await config();
    const files = mlxOf(await trained(model), model, json);
    await expect(readAdapter(files, { ...model, ...sizes })).rejects.toThrow(reason);
  });

  test("a GGUF model is no adapter; one for another kind of base says so", async () => {
    const model = await config();
    const whole = new Map([["m.gguf", fileSource(sharedData(`${path}/stories260k-f32.gguf`))]]);
    await expect(readAdapter(whole, model)).rejects.toThrow(/not a lora/);
    const files = ggufOf(await trained(model), model);
    await expect(readAdapter(files, { ...model, architecture: "Qwen2ForCausalLM" })).rejects.toThrow(/for llama/);
    await expect(readAdapter(files, { ...model, C: 32 })).rejects.toThrow(/another base/);
  });
});

describe("an adapter that mlx-lm wrote", () => {
  const folder = "adapters/mlx-qwen2.5-0.5b";
  // config.json of Qwen 2.5 0.5B, as far as an adapter needs it.
  const qwen = decoderConfig({
    architectures: ["Qwen2ForCausalLM"],
    hidden_size: 896,
    num_hidden_layers: 24,
    num_attention_heads: 14,
    num_key_value_heads: 2,
    intermediate_size: 4864,
    vocab_size: 151_936,
    tie_word_embeddings: true,
  });
  itWith(folder)("finds its place in the last two layers; the others stay as they are", async () => {
    const files = filesOf(sharedData(folder), ["adapter_config.json", "adapters.safetensors"]);
    const { adapter, baseName } = await readAdapter(files, qwen);
    expect(adapter.config).toEqual({ rank: 8, alpha: 160, isRankStabilized: false, targets: ["q_proj", "v_proj"] });
    expect(baseName).toBe("mlx-community/Qwen2.5-0.5B-Instruct-4bit");
    const isZero = (layer: number) => adapter.values.get(`layers.${layer}.qkv.A`)!.every((value) => value === 0);
    expect([0, 21, 22, 23].map(isZero)).toEqual([true, true, false, false]);
  });
});

it("a folder without an adapter is refused", async () => {
  await expect(readAdapter(new Map(), {} as DecoderConfig)).rejects.toThrow(/adapter_config/);
});
