// The Llama family as prose. The same layers run and learn: `apply` either just runs ops or remembers them for the backward
// pass, and `attend` either looks into a cache or only at the rows at hand.
import { swiglu } from "../../../shaders/activation/activation.ts";
import { embedding } from "../../../shaders/embed/embed.ts";
import { loraLinear } from "../../../shaders/lora/lora.ts";
import { linear } from "../../../shaders/matmul/matmul.ts";
import { rmsnorm } from "../../../shaders/norm/norm.ts";
import type { Tensor } from "../graph.ts";
import type { Apply, Attrs, Segment } from "../op.ts";
import type { DecoderConfig } from "./config.ts";

/** A low-rank adapter beside one matrix; see loraLinear. */
export interface Adapter {
  readonly A: Tensor;
  readonly B: Tensor;
  readonly attrs: Attrs;
  /** What the adapter reads instead of the layer's input, when that is not the same. */
  readonly read?: (apply: Apply, x: Tensor) => Tensor;
}
export interface DecoderParts {
  readonly apply: Apply;
  readonly config: DecoderConfig;
  readonly weight: (name: string) => Tensor;
  readonly adapter?: (name: string) => Adapter | undefined; // by the matrix's name
  readonly segment?: Segment; // each block is one
}
/** Rotates and attends: a layer's qkv (T, (H+2K)·D) → (T, H·D). */
export type Attend = (layer: number, qkv: Tensor, apply: Apply) => Tensor;

/** Token ids (T) → hidden states (T, C), before the last norm. `order` is needed to train the embedding. */
export function decode(parts: DecoderParts, attend: Attend, ids: Tensor, order?: Tensor): Tensor {
  let x = parts.apply(embedding, { table: parts.weight("embed"), ids, ...(order && { order }) });
  const { segment = (record) => record(parts.apply) } = parts;
  for (let layer = 0; layer < parts.config.L; layer++) {
    const before = x;
    x = segment((apply) => block({ ...parts, apply }, attend, layer, before));
  }
  return x;
}

/** One decoder block. x (T, C) → (T, C). */
function block(parts: DecoderParts, attend: Attend, layer: number, x: Tensor): Tensor {
  const { apply, weight, config: { eps } } = parts; // prettier-ignore
  const at = (name: string) => `layers.${layer}.${name}`;
  const qkv = project(parts, at("qkv"), apply(rmsnorm, { x, w: weight(at("attnNorm")) }, { eps }));
  const h = project(parts, at("o"), attend(layer, qkv, apply), x);
  const gu = project(parts, at("gateUp"), apply(rmsnorm, { x: h, w: weight(at("mlpNorm")) }, { eps }));
  return project(parts, at("down"), apply(swiglu, { gu }), h);
}

/** x Wᵀ (+ plus), with the matrix's adapter if it has one. */
function project({ apply, weight, adapter }: DecoderParts, name: string, x: Tensor, plus?: Tensor): Tensor {
  const inputs = { x, W: weight(name), ...(plus && { plus }) };
  const own = adapter?.(name);
  if (!own) return apply(linear, inputs);
  const { A, B, attrs, read } = own;
  return apply(loraLinear, { ...inputs, A, B, ...(read && { xa: read(apply, x) }) }, attrs);
}

/** Hidden states (T, C) → normalised (T, C), what the head reads. */
export function finalNorm({ apply, config: { eps }, weight }: DecoderParts, x: Tensor): Tensor {
  return apply(rmsnorm, { x, w: weight("norm") }, { eps });
}

/** Hidden states (T, C) → logits (T, V). */
export function logitsOf(parts: DecoderParts, x: Tensor): Tensor {
  return parts.apply(linear, { x: finalNorm(parts, x), W: parts.weight("head") });
}
