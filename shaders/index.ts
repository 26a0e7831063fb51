// Every op, for whoever walks them all (the registry test, the bench, the lab). Models import the ops they use by family.
import type { Op } from "../worker/engine/op.ts";
import { gelu, geluTanh, swiglu } from "./activation/activation.ts";
import { attention } from "./attention/attention.ts";
import { bpeMerge } from "./bpe/bpe.ts";
import { add, scale } from "./elementwise/elementwise.ts";
import { dropout } from "./dropout/dropout.ts";
import { embedding } from "./embed/embed.ts";
import { fusedLinear } from "./fused/fused.ts";
import { crossEntropy, linearCrossEntropy } from "./loss/loss.ts";
import { loraLinear } from "./lora/lora.ts";
import { linear } from "./matmul/matmul.ts";
import { guess } from "./guess/guess.ts";
import { headnorm, layernorm, rmsnorm } from "./norm/norm.ts";
import { adamw, gradNorm } from "./optimizer/optimizer.ts";
import { meanPool, normalize } from "./pool/pool.ts";
import { pairMargin, pairMeasures, preferenceLoss } from "./preference/preference.ts";
import { quantizedLinear } from "./quantized/quantized.ts";
import { rope } from "./rope/rope.ts";
import { sample, sampleGreedy } from "./sample/sample.ts";
import { softmax } from "./softmax/softmax.ts";
import { topK, topKInt8 } from "./topk/topk.ts";

export const ops: readonly Op[] = [
  add,
  attention,
  crossEntropy,
  dropout,
  embedding,
  gelu,
  geluTanh,
  headnorm,
  layernorm,
  linear,
  linearCrossEntropy,
  loraLinear,
  meanPool,
  normalize,
  pairMargin,
  preferenceLoss,
  quantizedLinear,
  rmsnorm,
  rope,
  scale,
  softmax,
  swiglu,
];

/** What runs on the GPU but is no differentiable op: it changes residents in place, or has no gradient. */
export const functions = {
  adamw,
  bpeMerge,
  fusedLinear,
  gradNorm,
  guess,
  pairMeasures,
  sample,
  sampleGreedy,
  topK,
  topKInt8,
} as const;
