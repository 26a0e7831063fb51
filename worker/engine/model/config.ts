// What config.json says of a decoder, checked. Knows the Llama family; anything else gets a clear refusal.
import { fail } from "../../contract/errors.ts";

/** Sizes by their letters: C channels, L layers, H heads, K kv-heads, D head size, F ffn, V vocabulary, P positions. */
export interface DecoderConfig {
  readonly architecture: string;
  readonly C: number;
  readonly L: number;
  readonly H: number;
  readonly K: number;
  readonly D: number;
  readonly F: number;
  readonly V: number;
  readonly P: number; // context length, tokens
  readonly eps: number; // of RMSNorm, in units of x²
  readonly ropeTheta: number;
  readonly ropeScaling: RopeScaling | null;
  readonly isTied: boolean; // the head is the embedding
  readonly endTokens: readonly number[];
}
export interface RopeScaling {
  readonly type: "linear" | "llama3";
  readonly factor: number;
  readonly lowFreqFactor: number;
  readonly highFreqFactor: number;
  readonly originalPositions: number;
}

const ARCHITECTURES = ["LlamaForCausalLM", "MistralForCausalLM"];
const MAX = { C: 65_536, L: 512, H: 1024, F: 1_048_576, V: 4_194_304, P: 16_777_216 };

/** Throws model-unsupported for another architecture, bad-file for sizes that are missing or make no sense. */
export function decoderConfig(json: unknown, file = "config.json"): DecoderConfig {
  const raw = (json && typeof json === "object" ? json : {}) as Record<string, unknown>;
  const bad = (reason: string): never => fail({ code: "bad-file", file, format: "model configuration", reason });
  const architecture = String(
    (Array.isArray(raw.architectures) && raw.architectures[0]) ?? raw.model_type ?? "unknown",
  );
  if (!ARCHITECTURES.includes(architecture))
    fail({
      code: "model-unsupported",
      model: architecture,
      reason: `${architecture} is not one of ${ARCHITECTURES.join(", ")}`,
    });
  if (raw.hidden_act !== undefined && raw.hidden_act !== "silu")
    fail({
      code: "model-unsupported",
      model: architecture,
      reason: `activation ${String(raw.hidden_act)}; silu is supported`,
    });
  if (raw.attention_bias === true || raw.mlp_bias === true)
    fail({ code: "model-unsupported", model: architecture, reason: "it has biases" });
  const count = (name: string, max: number, fallback?: number): number => {
    const value = raw[name] ?? fallback;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > max)
      return bad(`${name} is ${String(value)}, expected a whole number from 1 to ${max}`);
    return value;
  };
  const C = count("hidden_size", MAX.C);
  const H = count("num_attention_heads", MAX.H);
  const K = count("num_key_value_heads", MAX.H, H);
  const D = count("head_dim", 1024, Math.floor(C / H));
  if (H % K !== 0) bad(`${H} heads cannot share ${K} kv-heads evenly`);
  if (D % 2 !== 0) bad(`head_dim ${D} is odd; rotary embedding needs pairs`);
  if (typeof raw.sliding_window === "number" && raw.sliding_window < count("max_position_embeddings", MAX.P, 2048))
    fail({ code: "model-unsupported", model: architecture, reason: "it attends in a sliding window" });
  return {
    architecture,
    C,
    H,
    K,
    D,
    L: count("num_hidden_layers", MAX.L),
    F: count("intermediate_size", MAX.F),
    V: count("vocab_size", MAX.V),
    P: count("max_position_embeddings", MAX.P, 2048),
    eps: positive(raw.rms_norm_eps ?? 1e-6) ?? bad("rms_norm_eps is no positive number"),
    ropeTheta:
      positive(raw.rope_theta ?? ropeParameters(raw)?.rope_theta ?? 10_000) ?? bad("rope_theta is no positive number"),
    ropeScaling: ropeScaling(raw.rope_scaling ?? ropeParameters(raw), architecture),
    isTied: raw.tie_word_embeddings === true,
    endTokens: [raw.eos_token_id].flat().filter((id): id is number => Number.isInteger(id)),
  };
}

const positive = (value: unknown): number | null =>
  typeof value === "number" && value > 0 && Number.isFinite(value) ? value : null;
const ropeParameters = (raw: Record<string, unknown>) => raw.rope_parameters as Record<string, unknown> | undefined; // transformers 5

function ropeScaling(json: unknown, architecture: string): RopeScaling | null {
  const raw = (json ?? {}) as Record<string, unknown>;
  const type = raw.rope_type ?? raw.type ?? "default";
  if (type === "default") return null;
  if (type !== "linear" && type !== "llama3")
    return fail({ code: "model-unsupported", model: architecture, reason: `rope scaling ${String(type)}` });
  return {
    type,
    factor: positive(raw.factor) ?? 1,
    lowFreqFactor: positive(raw.low_freq_factor) ?? 1,
    highFreqFactor: positive(raw.high_freq_factor) ?? 4,
    originalPositions: positive(raw.original_max_position_embeddings) ?? 8192,
  };
}
