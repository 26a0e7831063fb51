// How a configuration stretches the positions its model was trained on: `rope_scaling`, or since transformers 5
// `rope_parameters`, with the defaults of transformers' modeling_rope_utils.
import type { RopeScaling } from "../../../shaders/rope/table.ts";
import { positive, type Json, type Refusals } from "./config-fields.ts";

const TYPES = ["default", "linear", "dynamic", "llama3", "yarn"];

/** `P`: max_position_embeddings. */
export function ropeScalingOf(rope: Json, P: number, { bad, unsupported }: Refusals): RopeScaling | null {
  const type = String(rope.rope_type ?? rope.type ?? "default");
  if (!TYPES.includes(type)) unsupported(`rope_type is ${type}; supported are ${TYPES.join(", ")}`);
  if (type === "default") return null;
  const number = (name: string, fallback?: number): number =>
    positive(rope[name] ?? fallback) ?? bad(`${name} of the rope scaling is no positive number`);
  const trained = number("original_max_position_embeddings", P);
  if (type === "yarn") return yarnOf(rope, P, trained, number);
  const factor = number("factor");
  if (type === "linear") return { type, factor };
  if (type === "dynamic") return { type, factor, originalPositions: P };
  const [lowFreqFactor, highFreqFactor] = [number("low_freq_factor"), number("high_freq_factor")];
  return { type: "llama3", factor, lowFreqFactor, highFreqFactor, originalPositions: trained };
}

function yarnOf(
  rope: Json,
  P: number,
  originalPositions: number,
  number: (name: string, fallback?: number) => number,
): RopeScaling {
  const factor = number("factor", P / originalPositions);
  const scaleOf = (weight: number) => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  const isWeighted = rope.mscale && rope.mscale_all_dim;
  const byFactor = isWeighted ? scaleOf(number("mscale")) / scaleOf(number("mscale_all_dim")) : scaleOf(1);
  return {
    type: "yarn",
    factor,
    attentionFactor: number("attention_factor", byFactor),
    betaFast: number("beta_fast", 32),
    betaSlow: number("beta_slow", 1),
    isTruncated: rope.truncate !== false,
    originalPositions,
  };
}
