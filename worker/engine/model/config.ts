// What config.json says of a decoder, checked. Knows the Llama family; what Loam cannot compute is refused by the name of its
// field, never guessed.
import { DECODERS } from "../../contract/inference.ts";
import type { RopeScaling } from "../../../shaders/rope/table.ts";
import { fieldsOf, positive, type Fields, type Json } from "./config-fields.ts";
import { ropeScalingOf } from "./rope-config.ts";

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
  readonly windows: readonly number[]; // by layer: how many tokens a row sees, itself included; 0: all
  readonly hasBias: { readonly qkv: boolean; readonly o: boolean; readonly mlp: boolean };
  readonly hasHeadNorm: boolean; // q and k heads are normalised before they are turned
  readonly isTied: boolean; // the head is the embedding
  readonly endTokens: readonly number[];
}

/** What the architectures differ in, each as its class in transformers has it. */
interface Family {
  readonly P: number; // where the file does not say
  readonly D?: number; // the same; absent: C/H
  readonly hasBias?: (json: Json) => Partial<DecoderConfig["hasBias"]>;
  readonly hasHeadNorm?: boolean;
  readonly window?: (json: Json) => unknown; // tokens, or null
  readonly firstWindowed?: (json: Json) => unknown; // the first layer with a window
}
const attentionBias = ({ attention_bias: has }: Json) => ({ qkv: has === true, o: has === true });
const qwenWindow: Pick<Family, "window" | "firstWindowed"> = {
  window: (json) => (json.use_sliding_window === true ? (json.sliding_window ?? 4096) : null),
  firstWindowed: (json) => json.max_window_layers ?? 28,
};
const FAMILIES: Readonly<Record<(typeof DECODERS)[number], Family>> = {
  LlamaForCausalLM: { P: 2048, hasBias: (json) => ({ ...attentionBias(json), mlp: json.mlp_bias === true }) },
  MistralForCausalLM: {
    P: 131_072,
    window: ({ sliding_window: window }) => (window === undefined ? 4096 : window),
  },
  Qwen2ForCausalLM: { P: 32_768, hasBias: () => ({ qkv: true }), ...qwenWindow },
  Qwen3ForCausalLM: { P: 32_768, D: 128, hasBias: attentionBias, hasHeadNorm: true, ...qwenWindow },
};
const NAMES = DECODERS.join(", ");
const MAX = { C: 65_536, L: 512, H: 1024, F: 1_048_576, V: 4_194_304, P: 16_777_216 };

/** Throws model-unsupported for what Loam cannot compute, bad-file for sizes that are missing or make no sense. */
export function decoderConfig(value: unknown, file = "config.json"): DecoderConfig {
  const fields = fieldsOf(value, file);
  const { architecture, json, count, bad, unsupported } = fields;
  const family =
    new Map<string, Family>(Object.entries(FAMILIES)).get(architecture) ?? unsupported(`it is not one of ${NAMES}`);
  refuseOthers(fields);
  const C = count("hidden_size", MAX.C);
  const H = count("num_attention_heads", MAX.H);
  const K = count("num_key_value_heads", MAX.H, H);
  const D = count("head_dim", 1024, family.D ?? Math.floor(C / H));
  const positions = count("max_position_embeddings", MAX.P, family.P);
  if (H % K !== 0) bad(`${H} heads cannot share ${K} kv-heads evenly`);
  if (D % 2 !== 0) bad(`head_dim ${D} is odd; rotary embedding needs pairs`);
  const rope = (json.rope_scaling ?? json.rope_parameters ?? {}) as Json; // transformers before and since 5
  const ropeScaling = ropeScalingOf(rope, positions, fields);
  const P = ropeScaling?.type === "dynamic" ? Math.floor(positions * ropeScaling.factor) : positions;
  return {
    ...{ architecture, C, H, K, D, P, ropeScaling },
    L: count("num_hidden_layers", MAX.L),
    F: count("intermediate_size", MAX.F),
    V: count("vocab_size", MAX.V),
    eps: positive(json.rms_norm_eps ?? 1e-6) ?? bad("rms_norm_eps is no positive number"),
    ropeTheta: positive(json.rope_theta ?? rope.rope_theta ?? 10_000) ?? bad("rope_theta is no positive number"),
    windows: windowsOf(fields, family, P),
    hasBias: { qkv: false, o: false, mlp: false, ...family.hasBias?.(json) },
    hasHeadNorm: family.hasHeadNorm ?? false,
    isTied: json.tie_word_embeddings === true,
    endTokens: [json.eos_token_id].flat().filter((id): id is number => Number.isInteger(id)),
  };
}

/** Fields that would change what a model computes, beside those that are read. */
function refuseOthers({ json, unsupported }: Fields): void {
  if (json.hidden_act !== undefined && json.hidden_act !== "silu")
    unsupported(`hidden_act is ${String(json.hidden_act)}; supported is silu`);
  if (json.quantization_config)
    unsupported("it has a quantization_config; supported are weights in F32, F16 and BF16, and GGUF files");
  const partial = json.partial_rotary_factor ?? (json.rope_parameters as Json | undefined)?.partial_rotary_factor ?? 1;
  if (partial !== 1) unsupported(`partial_rotary_factor is ${String(partial)}; supported is 1`);
  const experts = ["num_experts", "num_local_experts", "n_routed_experts"].find((name) => Number(json[name]) > 1);
  if (experts) unsupported(`${experts} is ${String(json[experts])}; supported are models without experts`);
}

/** By layer: from `layer_types` where the file has them, else as the architecture has it. A window of P or more sees all. */
function windowsOf({ json, count, bad, unsupported }: Fields, family: Family, P: number): number[] {
  const window = family.window?.(json) ?? null;
  if (window !== null && !(Number.isInteger(window) && Number(window) >= 1))
    bad(`sliding_window is ${String(window)}, expected a whole number from 1, or null`);
  const L = count("num_hidden_layers", MAX.L);
  const types = json.layer_types as unknown[] | null | undefined;
  if (types && (!Array.isArray(types) || types.length !== L)) bad(`layer_types is no list of ${L}`);
  const first = Number(family.firstWindowed?.(json) ?? 0);
  return Array.from({ length: L }, (_, layer) => {
    const type = types ? types[layer] : layer < first ? "full_attention" : "sliding_attention";
    if (type !== "full_attention" && type !== "sliding_attention")
      unsupported(`layer_types holds ${String(type)}; supported are full_attention and sliding_attention`);
    return type === "sliding_attention" && window !== null && Number(window) < P ? Number(window) : 0;
  });
}
