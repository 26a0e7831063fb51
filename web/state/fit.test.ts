import { describe, expect, it } from "vitest";
import { judge } from "./fit.ts";

const GB = 2 ** 30;
const config = {
  architectures: ["LlamaForCausalLM"],
  hidden_size: 576,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  num_hidden_layers: 30,
  max_position_embeddings: 8192,
};
const trial = (memoryBytes: number, isAtLeast = false) => ({ memoryBytes, isAtLeast, bytesPerSecond: 10 * GB });

describe("whether a model fits", () => {
  it("counts weights, 2048 tokens of context and working memory", () => {
    // 2 (keys, values) · 30 layers · 192 · 2048 tokens · 4 bytes = 94 MB
    expect(judge(config, GB, trial(8 * GB)).neededBytes).toBe(GB + 94_371_840 + 128 * 2 ** 20);
    expect(judge({ ...config, max_position_embeddings: 512 }, GB, null).neededBytes).toBe(
      GB + 94_371_840 / 4 + 128 * 2 ** 20,
    );
  });
  it("fits within four fifths of the memory, is tight up to all of it, and too large beyond", () => {
    expect(judge(config, 0.5 * GB, trial(GB)).fit).toBe("fits");
    expect(judge(config, 0.7 * GB, trial(GB)).fit).toBe("tight");
    expect(judge(config, GB, trial(GB)).fit).toBe("too-large");
  });
  it("is tight at worst where the trial found no end of the memory", () => {
    expect(judge(config, 7 * GB, trial(6 * GB, true)).fit).toBe("tight");
  });
  it("says how fast it decodes: the weights are read once a token", () => {
    expect(judge(config, 0.5 * GB, trial(8 * GB)).tokensPerSecond).toBe(20);
  });
  it("knows nothing without a trial, and an architecture that Loam does not run", () => {
    expect(judge(config, GB, null)).toMatchObject({ fit: "unknown", tokensPerSecond: 0 });
    expect(judge({ architectures: ["MambaForCausalLM"] }, 1, trial(GB)).fit).toBe("unsupported");
    expect(judge({ architectures: ["MambaForCausalLM"] }, 1, trial(GB), "transformers").fit).toBe("fits");
    expect(judge({ architectures: ["XLMRobertaModel"] }, 1, trial(GB)).fit).toBe("fits");
    expect(judge(null, 1000, trial(GB)).fit).toBe("fits");
    expect(judge({ hidden_size: "x", num_attention_heads: null }, 1000, trial(GB)).fit).toBe("fits");
  });
});
