// The Llama family as prose. The same layers run and learn: `apply` either just runs ops or remembers them for the backward
// pass, and `attend` either looks into a cache or only at the rows at hand.
import { swiglu } from "../../../shaders/activation/activation.ts";
import { embedding } from "../../../shaders/embed/embed.ts";
import { linear } from "../../../shaders/matmul/matmul.ts";
import { rmsnorm } from "../../../shaders/norm/norm.ts";
import type { Tensor } from "../graph.ts";
import type { Apply } from "../op.ts";
import type { DecoderConfig } from "./config.ts";

export interface DecoderParts {
  readonly apply: Apply;
  readonly config: DecoderConfig;
  readonly weight: (name: string) => Tensor;
}
/** Rotates and attends: a layer's qkv (T, (H+2K)·D) → (T, H·D). */
export type Attend = (layer: number, qkv: Tensor) => Tensor;

/** Token ids (T) → hidden states (T, C), before the last norm. `order` is needed to train the embedding. */
export function decode(parts: DecoderParts, attend: Attend, ids: Tensor, order?: Tensor): Tensor {
  let x = parts.apply(embedding, { table: parts.weight("embed"), ids, ...(order && { order }) });
  for (let layer = 0; layer < parts.config.L; layer++) x = block(parts, attend, layer, x);
  return x;
}

/** One decoder block. x (T, C) → (T, C). */
function block({ apply, config: { eps }, weight }: DecoderParts, attend: Attend, layer: number, x: Tensor): Tensor {
  const w = (name: string) => weight(`layers.${layer}.${name}`);
  const attended = attend(layer, apply(linear, { x: apply(rmsnorm, { x, w: w("attnNorm") }, { eps }), W: w("qkv") }));
  const h = apply(linear, { x: attended, W: w("o"), plus: x });
  const gated = apply(swiglu, {
    gu: apply(linear, { x: apply(rmsnorm, { x: h, w: w("mlpNorm") }, { eps }), W: w("gateUp") }),
  });
  return apply(linear, { x: gated, W: w("down"), plus: h });
}

/** Hidden states (T, C) → normalised (T, C), what the head reads. */
export function finalNorm({ apply, config: { eps }, weight }: DecoderParts, x: Tensor): Tensor {
  return apply(rmsnorm, { x, w: weight("norm") }, { eps });
}

/** Hidden states (T, C) → logits (T, V). */
export function logitsOf(parts: DecoderParts, x: Tensor): Tensor {
  return parts.apply(linear, { x: finalNorm(parts, x), W: parts.weight("head") });
}
