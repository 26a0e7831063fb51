// What config.json says of an encoder of the BERT family, checked; what Loam cannot compute is refused by the name of its field.
import { ENCODERS } from "../../contract/inference.ts";
import { fieldsOf, positive, type Fields } from "./config-fields.ts";

/** Sizes by their letters, as a decoder's: C channels, L layers, H heads, D head size, F ffn, V vocabulary, P positions. */
export interface EncoderConfig {
  readonly architecture: string;
  readonly C: number;
  readonly L: number;
  readonly H: number;
  readonly D: number;
  readonly F: number;
  readonly V: number;
  readonly P: number; // context length, tokens
  readonly firstPosition: number; // row of the position table that a text's first token has
  readonly typeCount: number; // rows of the token type table; every token here has type 0
  readonly eps: number; // of LayerNorm, in units of x²
  readonly activation: "gelu" | "gelu-tanh";
}

/** Whether the position table begins with rows that no token has: pad_token_id + 1 of them (RoBERTa). */
const SKIPS_PADDING: Readonly<Record<(typeof ENCODERS)[number], boolean>> = {
  BertModel: false,
  BertForMaskedLM: false,
  RobertaModel: true,
  RobertaForMaskedLM: true,
  XLMRobertaModel: true,
  XLMRobertaForMaskedLM: true,
};
const ACTIVATIONS: Readonly<Record<string, EncoderConfig["activation"]>> = {
  gelu: "gelu",
  gelu_new: "gelu-tanh",
  gelu_pytorch_tanh: "gelu-tanh",
};
const MAX = { C: 65_536, L: 512, H: 1024, F: 1_048_576, V: 4_194_304, P: 1_048_576 };

const isEncoderName = (name: string): name is (typeof ENCODERS)[number] => Object.hasOwn(SKIPS_PADDING, name);

/** Whether this configuration is an encoder's, supported in full or not. */
export const isEncoder = (value: unknown): boolean => isEncoderName(fieldsOf(value, "").architecture);

/** Throws model-unsupported for what Loam cannot compute, bad-file for sizes that are missing or make no sense. */
export function encoderConfig(value: unknown, file = "config.json"): EncoderConfig {
  const fields = fieldsOf(value, file);
  const { architecture, json, count, bad } = fields;
  const activation = supported(fields);
  const [C, H] = [count("hidden_size", MAX.C), count("num_attention_heads", MAX.H)];
  if (C % H !== 0 || (C / H) % 2 !== 0) bad(`${C} channels are no even number for each of ${H} heads`);
  const firstPosition =
    isEncoderName(architecture) && SKIPS_PADDING[architecture] ? Number(json.pad_token_id ?? 1) + 1 : 0;
  const P = count("max_position_embeddings", MAX.P, 512) - firstPosition;
  if (!Number.isInteger(P) || P < 1) bad(`max_position_embeddings leaves no position after pad_token_id`);
  return {
    ...{ architecture, C, H, D: C / H, P, firstPosition, activation },
    L: count("num_hidden_layers", MAX.L),
    F: count("intermediate_size", MAX.F),
    V: count("vocab_size", MAX.V),
    typeCount: count("type_vocab_size", MAX.V, 2),
    eps: positive(json.layer_norm_eps ?? 1e-12) ?? bad("layer_norm_eps is no positive number"),
  };
}

function supported({ architecture, json, unsupported }: Fields): EncoderConfig["activation"] {
  if (!isEncoderName(architecture)) unsupported(`as an encoder it is not one of ${ENCODERS.join(", ")}`);
  const positions = json.position_embedding_type ?? "absolute";
  if (positions !== "absolute")
    unsupported(`position_embedding_type is ${String(positions)}; supported are absolute positions`);
  if (json.is_decoder === true) unsupported("is_decoder is true; supported are encoders, which see both ways");
  if (json.quantization_config) unsupported("it has a quantization_config; supported are weights in F32, F16 and BF16");
  const name = String(json.hidden_act ?? "gelu");
  return (
    new Map(Object.entries(ACTIVATIONS)).get(name) ??
    unsupported(`hidden_act is ${name}; supported are ${Object.keys(ACTIVATIONS).join(", ")}`)
  );
}
