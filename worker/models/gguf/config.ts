// config.json out of a GGUF file's metadata. What the metadata says that a folder's configuration cannot is refused by name.
// Source: github.com/ggml-org/ggml, docs/gguf.md, "Standardized key-value pairs".
import type { Gguf } from "../../engine/format/gguf.ts";
import { readTensor } from "../../engine/format/tensor.ts";
import type { Facts } from "./facts.ts";
import { ARCHITECTURES, WINDOWED } from "./names.ts";

/** Rotary frequencies divided by these factors, (D/2): a tensor beside the weights. */
export const ROPE_FACTORS = "rope_freqs.weight";

/** The configuration as a Hugging Face folder states it. Throws bad-file, model-unsupported. */
export async function configOf(gguf: Gguf, facts: Facts): Promise<Record<string, unknown>> {
  const key = facts.need(facts.text("general.architecture"), "general.architecture");
  const own =
    ARCHITECTURES.get(key) ?? facts.unsupported(`${key} is not one of ${[...ARCHITECTURES.keys()].join(", ")}`);
  const number = (name: string) => facts.number(`${key}.${name}`);
  const need = (name: string) => facts.need(number(name), `${key}.${name}`);
  if ((number("expert_count") ?? 0) > 0) facts.unsupported("it is a mixture of experts");
  const [channels, heads] = [need("embedding_length"), need("attention.head_count")];
  const headSize = number("attention.key_length") ?? Math.floor(channels / heads);
  if ((number("attention.value_length") ?? headSize) !== headSize)
    facts.unsupported("its keys and values are of different sizes");
  if ((number("rope.dimension_count") ?? headSize) !== headSize)
    facts.unsupported("it rotates only a part of each head");
  const theta = number("rope.freq_base") ?? 10_000;
  const window = number("attention.sliding_window");
  const architecture = key === "llama" && window !== undefined ? WINDOWED : own;
  if (window !== undefined && key !== "llama") facts.unsupported("some of its layers attend in a window");
  return {
    architectures: [architecture.name],
    model_type: architecture.modelType,
    hidden_act: "silu",
    hidden_size: channels,
    num_hidden_layers: need("block_count"),
    num_attention_heads: heads,
    num_key_value_heads: number("attention.head_count_kv") ?? heads,
    head_dim: headSize,
    intermediate_size: need("feed_forward_length"),
    vocab_size: facts.need(gguf.tensors.get("token_embd.weight"), "token_embd.weight").shape[0],
    max_position_embeddings: need("context_length"),
    rms_norm_eps: need("attention.layer_norm_rms_epsilon"),
    rope_theta: theta,
    rope_scaling: await ropeScaling(gguf, facts, { key, theta, headSize }),
    tie_word_embeddings: !gguf.tensors.has("output.weight"),
    // Qwen 2 has biases on q, k and v by its nature; a Llama says so.
    ...(key === "llama" && gguf.tensors.has("blk.0.attn_q.bias") && { attention_bias: true }),
    ...(window !== undefined && { sliding_window: window }),
    bos_token_id: facts.number("tokenizer.ggml.bos_token_id"),
    eos_token_id: endTokens(facts),
  };
}

/** The end of a text, and of a turn and a message where the file names them. */
function endTokens(facts: Facts): number[] {
  const ids = ["eos", "eot", "eom"].map((name) => facts.number(`tokenizer.ggml.${name}_token_id`));
  return [...new Set(ids.filter((id) => id !== undefined))];
}

interface Rotation {
  readonly key: string;
  readonly theta: number;
  readonly headSize: number;
}

async function ropeScaling(gguf: Gguf, facts: Facts, rotation: Rotation): Promise<Record<string, unknown> | null> {
  const { key } = rotation;
  const type = facts.text(`${key}.rope.scaling.type`) ?? "none";
  const stored = gguf.tensors.get(ROPE_FACTORS);
  if (stored) {
    const factors = await readTensor(stored);
    return (
      llama3Scaling(factors, rotation) ?? facts.unsupported("its rotary frequencies are scaled in a way of their own")
    );
  }
  if (type === "none") return null;
  const original = facts.number(`${key}.rope.scaling.original_context_length`);
  return {
    rope_type: type,
    factor: facts.number(`${key}.rope.scaling.factor`),
    ...(original !== undefined && { original_max_position_embeddings: original }),
  };
}

// The two context lengths of a Llama 3.1 configuration are not in the file; its factors follow from them, and they are checked.
const LLAMA3 = { low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 } as const;

/** Llama 3.1's scaling when the factors are those it gives, else null. Source: transformers, modeling_rope_utils.py. */
export function llama3Scaling(
  factors: ArrayLike<number>,
  { theta, headSize }: Pick<Rotation, "theta" | "headSize">,
): Record<string, unknown> | null {
  const factor = factors[factors.length - 1];
  const { low_freq_factor: low, high_freq_factor: high, original_max_position_embeddings: P } = LLAMA3;
  const isSame = Array.from(factors).every((given, i) => {
    const turns = P / (2 * Math.PI * theta ** ((2 * i) / headSize)); // of pair i over the original context
    const smooth = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return Math.abs(given * ((1 - smooth) / factor + smooth) - 1) < 1e-3;
  });
  return isSame && factors.length === headSize / 2 ? { rope_type: "llama3", factor, ...LLAMA3 } : null;
}
