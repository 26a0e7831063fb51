// Whether a model will run on this device, before anything of it is downloaded: what it needs by its config.json against what
// the device's trial found. An estimate, and said to be one. Pure.
import { DECODERS, ENCODERS, type DeviceTrial, type ForeignEngine } from "../../worker/contract/index.ts";

export type Fit = "fits" | "tight" | "too-large" | "unsupported" | "unknown";

export interface Verdict {
  readonly fit: Fit;
  readonly neededBytes: number; // weights, context and working memory on the GPU
  readonly tokensPerSecond: number; // of decoding; 0 when unknown
  readonly contextTokens: number; // the model's longest; 0 when unknown
}

const ARCHITECTURES: readonly string[] = [...DECODERS, ...ENCODERS];
const TOKENS = 2048; // of context that memory is planned for
const WORKING_BYTES = 128 * 2 ** 20;
const ROOMY = 0.8; // of the memory: beyond it other programs may push it out

/**
 * `weightBytes`: of the files; they take as much on the GPU. `trial`: null when there was none yet. `engine`: of others, which
 * architectures it runs is known when it loads.
 */
export function judge(
  config: unknown,
  weightBytes: number,
  trial: DeviceTrial | null,
  engine?: ForeignEngine,
): Verdict {
  const c = (typeof config === "object" && config !== null ? config : {}) as Record<string, unknown>;
  const number = (key: string, otherwise: number): number => {
    const value = c[key];
    return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
  };
  const heads = number("num_attention_heads", 1);
  const headSize = number("head_dim", number("hidden_size", 0) / heads);
  const keyValue = number("num_key_value_heads", heads) * headSize;
  const contextTokens = number("max_position_embeddings", 0);
  const cacheBytes = 2 * number("num_hidden_layers", 0) * keyValue * Math.min(TOKENS, contextTokens || TOKENS) * 4;
  const neededBytes = weightBytes + cacheBytes + WORKING_BYTES;
  const tokensPerSecond = trial ? trial.bytesPerSecond / weightBytes : 0;
  const shared = { neededBytes, contextTokens, tokensPerSecond };
  const architecture = Array.isArray(c.architectures) ? String(c.architectures[0]) : null;
  if (!engine && architecture !== null && !ARCHITECTURES.includes(architecture))
    return { ...shared, fit: "unsupported" };
  return { ...shared, fit: trial ? sizeFit(neededBytes, trial) : "unknown" };
}

function sizeFit(neededBytes: number, { memoryBytes, isAtLeast }: DeviceTrial): Fit {
  if (neededBytes <= memoryBytes * ROOMY) return "fits";
  return neededBytes <= memoryBytes || isAtLeast ? "tight" : "too-large";
}
