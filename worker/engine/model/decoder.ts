// The Llama family as prose. The same layers run and learn: `apply` either just runs ops or remembers them for the backward
// pass, and `attend` either looks into a cache or only at the rows at hand.
import { swiglu } from "../../../shaders/activation/activation.ts";
import { embedding } from "../../../shaders/embed/embed.ts";
import { fusedLinear, mayFuse } from "../../../shaders/fused/fused.ts";
import { loraLinear } from "../../../shaders/lora/lora.ts";
import { linear } from "../../../shaders/matmul/matmul.ts";
import { headnorm, rmsnorm } from "../../../shaders/norm/norm.ts";
import type { Tensor } from "../graph.ts";
import { run, type Apply, type Attrs, type Segment } from "../op.ts";
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

/** Which heads a layer has, and how far they see: for the ops that turn and attend. */
export const headsOf = ({ H, K, D, windows }: DecoderConfig, layer: number): Attrs => ({
  H,
  K,
  D,
  window: windows[layer],
});

/** One decoder block. x (T, C) → (T, C). */
function block(parts: DecoderParts, attend: Attend, layer: number, x: Tensor): Tensor {
  const { apply, weight, config: { eps, hasHeadNorm } } = parts; // prettier-ignore
  const at = (name: string) => `layers.${layer}.${name}`;
  const projected = projectNormed(parts, at("qkv"), at("attnNorm"), x);
  const heads = { ...headsOf(parts.config, layer), eps };
  const qkv = hasHeadNorm ? apply(headnorm, { qkv: projected, w: weight(at("headNorm")) }, heads) : projected;
  const h = project(parts, at("o"), attend(layer, qkv, apply), x);
  return project(parts, at("down"), gate(parts, at("gateUp"), at("mlpNorm"), h), h);
}

/** Whether a layer that reads x through a norm is one dispatch with it: when it only runs, over a few rows, without an adapter. */
const isFused = ({ apply, adapter, weight }: DecoderParts, name: string, x: Tensor): boolean =>
  apply === run && !adapter?.(name) && mayFuse(x, weight(name));

/** The norm called `norm` of x, then the layer. */
function projectNormed(parts: DecoderParts, name: string, norm: string, x: Tensor): Tensor {
  const { apply, weight, config: { eps } } = parts; // prettier-ignore
  const w = weight(norm);
  if (!isFused(parts, name, x)) return project(parts, name, apply(rmsnorm, { x, w }, { eps }));
  return fusedLinear({ x, W: weight(name), norm: w, ...biasOf(parts, name) }, { eps });
}

/** The same of a gate and an up that are stored as one, and the one gated by the other. */
function gate(parts: DecoderParts, name: string, norm: string, x: Tensor): Tensor {
  if (!isFused(parts, name, x)) return parts.apply(swiglu, { gu: projectNormed(parts, name, norm, x) });
  const { weight, config: { eps } } = parts; // prettier-ignore
  return fusedLinear({ x, W: weight(name), norm: weight(norm), ...biasOf(parts, name) }, { eps, isGated: true });
}

/** x Wᵀ (+ bias) (+ plus), with the matrix's adapter if it has one. */
function project(parts: DecoderParts, name: string, x: Tensor, plus?: Tensor): Tensor {
  const { apply, weight, adapter } = parts;
  const inputs = { x, W: weight(name), ...biasOf(parts, name), ...(plus && { plus }) };
  const own = adapter?.(name);
  if (!own) return apply(linear, inputs);
  const { A, B, attrs, read } = own;
  return apply(loraLinear, { ...inputs, A, B, ...(read && { xa: read(apply, x) }) }, attrs);
}

const biasOf = ({ config, weight }: DecoderParts, name: string): { bias?: Tensor } =>
  hasBias(config, name) ? { bias: weight(`${name}Bias`) } : {};

/** Whether the layer that is called `name` ("layers.0.qkv") has a bias. */
const hasBias = ({ hasBias: has }: DecoderConfig, name: string): boolean =>
  name.endsWith(".qkv") ? has.qkv : name.endsWith(".o") ? has.o : has.mlp;

/** Hidden states (T, C) → normalised (T, C), what the head reads. */
export function finalNorm({ apply, config: { eps }, weight }: DecoderParts, x: Tensor): Tensor {
  return apply(rmsnorm, { x, w: weight("norm") }, { eps });
}

/** Hidden states (T, C) → logits (T, V). */
export function logitsOf(parts: DecoderParts, x: Tensor): Tensor {
  const { apply, weight, config: { eps } } = parts; // prettier-ignore
  const W = weight("head");
  if (isFused(parts, "head", x)) return fusedLinear({ x, W, norm: weight("norm") }, { eps });
  return apply(linear, { x: finalNorm(parts, x), W });
}
