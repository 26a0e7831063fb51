import { describe, expect, it } from "vitest";
import { decoderConfig } from "./config.ts";
import { encoderConfig } from "./encoder-config.ts";

const sizes = {
  ...{ hidden_size: 64, num_attention_heads: 4, num_hidden_layers: 4, intermediate_size: 128, vocab_size: 100 },
  ...{ max_position_embeddings: 4096 },
};
const of = (architecture: string, json: object = {}) =>
  decoderConfig({ architectures: [architecture], ...sizes, ...json });
const encoderOf = (architecture: string, json: object = {}) =>
  encoderConfig({ architectures: [architecture], ...sizes, ...json });

describe("windows", () => {
  it.each([
    ["Mistral's, in every layer", "MistralForCausalLM", { sliding_window: 32 }, [32, 32, 32, 32]],
    ["Mistral's, off", "MistralForCausalLM", { sliding_window: null }, [0, 0, 0, 0]],
    ["Mistral's default holds the whole context", "MistralForCausalLM", {}, [0, 0, 0, 0]],
    ["Mistral's default, of a longer context", "MistralForCausalLM", { max_position_embeddings: 8192 }, Array(4).fill(4096)], // prettier-ignore
    ["Qwen2's, said but not used", "Qwen2ForCausalLM", { sliding_window: 32, max_window_layers: 2 }, [0, 0, 0, 0]],
    ["Qwen2's, from a layer on", "Qwen2ForCausalLM", { use_sliding_window: true, sliding_window: 32, max_window_layers: 2 }, [0, 0, 32, 32]], // prettier-ignore
    ["by layer_types", "Qwen3ForCausalLM", { use_sliding_window: true, sliding_window: 32, layer_types: ["sliding_attention", "full_attention", "full_attention", "sliding_attention"] }, [32, 0, 0, 32]], // prettier-ignore
    ["none in Llama", "LlamaForCausalLM", { sliding_window: 32 }, [0, 0, 0, 0]],
  ])("%s", (_, architecture, json, windows) => expect(of(architecture, json).windows).toEqual(windows));
});

describe("positions", () => {
  const trained = { original_max_position_embeddings: 1024 };
  it.each([
    ["transformers 4", { rope_theta: 5, rope_scaling: { type: "linear", factor: 2 } }],
    ["transformers 5", { rope_parameters: { rope_theta: 5, rope_type: "linear", factor: 2 } }],
  ])("as %s writes them", (_, json) => {
    const { ropeTheta, ropeScaling } = of("LlamaForCausalLM", json);
    expect({ ropeTheta, ropeScaling }).toEqual({ ropeTheta: 5, ropeScaling: { type: "linear", factor: 2 } });
  });
  it("dynamic scaling makes the context longer by its factor", () =>
    expect(of("LlamaForCausalLM", { rope_scaling: { rope_type: "dynamic", factor: 4 } }).P).toBe(16_384));
  it("yarn's factor follows from the contexts where it is not said", () =>
    expect(of("Qwen2ForCausalLM", { rope_scaling: { rope_type: "yarn", ...trained } }).ropeScaling).toMatchObject({
      factor: 4,
      attentionFactor: 0.1 * Math.log(4) + 1,
      betaFast: 32,
      isTruncated: true,
    }));
});

it("Qwen3's head size does not follow from its width", () => expect(of("Qwen3ForCausalLM").D).toBe(128));

describe("refused by name", () => {
  it.each([
    [
      "MixtralForCausalLM",
      {},
      "it is not one of LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM",
    ],
    ["toString", {}, "it is not one of"],
    ["LlamaForCausalLM", { num_local_experts: 8 }, "num_local_experts is 8; supported are models without experts"],
    ["LlamaForCausalLM", { rope_scaling: { rope_type: "longrope", factor: 4 } }, "rope_type is longrope; supported are default, linear, dynamic, llama3, yarn"], // prettier-ignore
    ["LlamaForCausalLM", { hidden_act: "gelu" }, "hidden_act is gelu; supported is silu"],
    ["LlamaForCausalLM", { quantization_config: {} }, "quantization_config"],
    ["LlamaForCausalLM", { partial_rotary_factor: 0.5 }, "partial_rotary_factor is 0.5; supported is 1"],
    ["Qwen3ForCausalLM", { layer_types: Array(4).fill("chunked_attention") }, "layer_types holds chunked_attention"],
  ])("%s %j", (architecture, json, reason) => {
    expect(() => of(architecture, json)).toThrow("model-unsupported");
    expect(() => of(architecture, json)).toThrow(reason);
  });
  it.each([
    ["MPNetModel", {}, "it is not one of BertModel"],
    ["BertModel", { position_embedding_type: "relative_key" }, "position_embedding_type is relative_key"],
    ["BertModel", { hidden_act: "relu" }, "hidden_act is relu; supported are gelu, gelu_new, gelu_pytorch_tanh"],
    ["BertModel", { is_decoder: true }, "is_decoder is true"],
  ])("encoder %s %j", (architecture, json, reason) => {
    expect(() => encoderOf(architecture, json)).toThrow("model-unsupported");
    expect(() => encoderOf(architecture, json)).toThrow(reason);
  });
});

it.each([
  ["sliding_window is -1", "MistralForCausalLM", { sliding_window: -1 }],
  ["factor of the rope scaling", "LlamaForCausalLM", { rope_scaling: { rope_type: "linear" } }],
  ["layer_types is no list of 4", "Qwen2ForCausalLM", { layer_types: ["full_attention"] }],
])("bad: %s", (reason, architecture, json) => {
  expect(() => of(architecture, json)).toThrow("bad-file");
  expect(() => of(architecture, json)).toThrow(reason);
});
