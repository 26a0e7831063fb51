// The BERT family as prose, with the table of its weights. Every token sees its whole text, before and after it; texts are
// packed on one axis of rows, so there is no padding to see.
import { gelu, geluTanh } from "../../../shaders/activation/activation.ts";
import { attention } from "../../../shaders/attention/attention.ts";
import { add } from "../../../shaders/elementwise/elementwise.ts";
import { embedding } from "../../../shaders/embed/embed.ts";
import { linear } from "../../../shaders/matmul/matmul.ts";
import { layernorm } from "../../../shaders/norm/norm.ts";
import type { StoredTensor } from "../format/tensor.ts";
import type { Tensor } from "../graph.ts";
import type { Apply } from "../op.ts";
import type { EncoderConfig } from "./encoder-config.ts";
import { linearSpecs, vectorSpec, type WeightSpec } from "./weights.ts";

export interface EncoderParts {
  readonly apply: Apply;
  readonly config: EncoderConfig;
  readonly weight: (name: string) => Tensor;
}
/** T rows of texts that follow each other. */
export interface EncoderRows {
  readonly ids: Tensor; // (T) u32
  readonly positions: Tensor; // (T) u32: rows of the position table
  readonly types: Tensor; // (T) u32
  readonly ranges: Tensor; // (T, 2) u32: the rows of row t's text
}

/** → hidden states (T, C). */
export function encode(parts: EncoderParts, { ids, positions, types, ranges }: EncoderRows): Tensor {
  const { apply, weight, config } = parts;
  const words = apply(embedding, { table: weight("embed"), ids });
  const places = apply(embedding, { table: weight("positions"), ids: positions });
  const kinds = apply(embedding, { table: weight("types"), ids: types });
  let x = norm(parts, "embedNorm", apply(add, { a: apply(add, { a: words, b: places }), b: kinds }));
  for (let layer = 0; layer < config.L; layer++) x = block(parts, layer, x, ranges);
  return x;
}

/** One encoder block: the norms come after the sums. x (T, C) → (T, C). */
function block(parts: EncoderParts, layer: number, x: Tensor, ranges: Tensor): Tensor {
  const { apply, config: { H, D, activation } } = parts; // prettier-ignore
  const at = (name: string) => `layers.${layer}.${name}`;
  const seen = apply(attention, { qkv: project(parts, at("qkv"), x), ranges }, { H, K: H, D });
  const h = norm(parts, at("attnNorm"), project(parts, at("o"), seen, x));
  const up = apply(activation === "gelu" ? gelu : geluTanh, { x: project(parts, at("up"), h) });
  return norm(parts, at("mlpNorm"), project(parts, at("down"), up, h));
}

/** x Wᵀ + bias (+ plus). */
function project({ apply, weight }: EncoderParts, name: string, x: Tensor, plus?: Tensor): Tensor {
  return apply(linear, { x, W: weight(name), bias: weight(`${name}Bias`), ...(plus && { plus }) });
}

function norm({ apply, weight, config: { eps } }: EncoderParts, name: string, x: Tensor): Tensor {
  return apply(layernorm, { x, w: weight(name), b: weight(`${name}Bias`) }, { eps });
}

/** Every weight of an encoder, by the names that `plainNames` gives. */
export function encoderSpecs({ C, L, F, V, P, firstPosition, typeCount }: EncoderConfig): WeightSpec[] {
  const norms = (name: string, module: string) => [
    vectorSpec(name, [[`${module}.weight`, C]]),
    vectorSpec(`${name}Bias`, [[`${module}.bias`, C]]),
  ];
  const layer = (i: number): WeightSpec[] => {
    const at = `encoder.layer.${i}`;
    const seeing = `${at}.attention.self`;
    const qkv = ["query", "key", "value"].map((part) => [`${seeing}.${part}`, C] as const);
    return [
      ...linearSpecs(`layers.${i}.qkv`, C, true, qkv),
      ...linearSpecs(`layers.${i}.o`, C, true, [[`${at}.attention.output.dense`, C]]),
      ...norms(`layers.${i}.attnNorm`, `${at}.attention.output.LayerNorm`),
      ...linearSpecs(`layers.${i}.up`, C, true, [[`${at}.intermediate.dense`, F]]),
      ...linearSpecs(`layers.${i}.down`, F, true, [[`${at}.output.dense`, C]]),
      ...norms(`layers.${i}.mlpNorm`, `${at}.output.LayerNorm`),
    ];
  };
  return [
    ...linearSpecs("embed", C, false, [["embeddings.word_embeddings", V]]),
    ...linearSpecs("positions", C, false, [["embeddings.position_embeddings", P + firstPosition]]),
    ...linearSpecs("types", C, false, [["embeddings.token_type_embeddings", typeCount]]),
    ...norms("embedNorm", "embeddings.LayerNorm"),
    ...Array.from({ length: L }, (_, i) => layer(i)).flat(),
  ];
}

/** The tensors without the prefix that a model with a head puts before them, and with the norms' names of today. */
export function plainNames(stored: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor> {
  const plain = (name: string) =>
    name
      .replace(/^(bert|roberta)\./, "")
      .replace(/LayerNorm\.gamma$/, "LayerNorm.weight")
      .replace(/LayerNorm\.beta$/, "LayerNorm.bias");
  return new Map([...stored].map(([name, tensor]) => [plain(name), tensor]));
}
