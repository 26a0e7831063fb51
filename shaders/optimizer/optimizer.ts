// AdamW and gradient clipping, over one flat buffer of all trained parameters. The numbers that change from step to step lie in
// `control`, so that a compiled step is replayed. Knows nothing of schedules: the caller writes the learning rate.
import type { Kernel, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf } from "../lib/lib.ts";
import gradNormWgsl from "./grad-norm.wgsl?raw";
import optimizerWgsl from "./optimizer.wgsl?raw";

/**
 * Places in `control` (8) f32. `clip` and `norm` are written by gradNorm; a step without it needs clip = 1. `scale` multiplies
 * the gradient before anything else, e.g. 1/accumulated micro-steps. `step` counts from 1.
 */
export const CONTROL = { learningRate: 0, step: 1, clip: 2, norm: 3, scale: 4 } as const;

const adamwKernel: Kernel = {
  files: [gridFile, { path: "shaders/optimizer/optimizer.wgsl", text: optimizerWgsl }],
  entry: "adamw",
};
const PART_MIN = 4096; // elements a workgroup sums: fewer would cost more in barriers than in sums
const gradNormKernel = (entry: string): Kernel => ({
  files: [{ path: "shaders/optimizer/grad-norm.wgsl", text: gradNormWgsl }],
  entry,
});

export interface AdamwOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number; // λ
  readonly decayedCount: number; // λ is for elements [0, decayedCount)
}

/**
 * One step of AdamW, in place, in one dispatch: p = (1 − lr·λ)p − lr·m̂/(√v̂ + ε), as torch.optim.AdamW does it.
 *
 * @shape     p, g, m, v (N), control (8): CONTROL → p, m, v in place
 * @dtype     f32 by design: a step is far below the ulp of an f16 parameter, and √v̂ of small gradients below its range; gradients
 *            of f16 weights are f32 (see shaders/README)
 * @attr      beta1, beta2 = decay of m and v, [0, 1); eps > 0; weightDecay = λ; decayedCount = elements that decay, 0..N
 * @error     shape-mismatch when g, m, v are not (N) or control is not (8)
 * @tolerance 8 ulp of |p| + rms(p), and of the change where p is 0
 * @cost      ~20 FLOP and 28 bytes an element
 * @source    Loshchilov & Hutter 2019, arXiv:1711.05101, alg. 2
 *
 * The corrections 1 − βᵗ are −expm1(t·log β), with log β from float64: as 1 − pow(β, t) they would lose four digits at t = 1.
 */
export function adamw(
  { p, g, m, v, control }: Readonly<Record<"p" | "g" | "m" | "v" | "control", Tensor>>,
  { beta1, beta2, eps, weightDecay, decayedCount }: AdamwOptions,
): void {
  const size = p.shape[0];
  for (const t of [p, g, m, v]) t.expect("adamw", [size]);
  control.expect("adamw", [8]);
  p.graph.dispatch({
    kernel: adamwKernel,
    tensors: { p, g, m, v, control },
    params: {
      size,
      decayed_count: decayedCount,
      log_beta1: Math.log(beta1),
      log_beta2: Math.log(beta2),
      one_minus_beta1: 1 - beta1,
      one_minus_beta2: 1 - beta2,
      eps,
      weight_decay: weightDecay,
    },
    workgroups: gridOf(size, 256),
  });
}

/**
 * The norm of scale·g → control[norm], and min(1, maxNorm/(norm + 10⁻⁶)) → control[clip], as torch.nn.utils.clip_grad_norm_;
 * maxNorm 0 = no clipping, clip = 1. A gradient that is not finite makes the norm so: the caller looks there.
 *
 * @shape     g (N), control (8): CONTROL → control in place
 * @dtype     f32 by design, as the gradients of every weight are
 * @error     shape-mismatch when g is not flat or control is not (8)
 * @tolerance 2 ulp
 * @cost      3 FLOP and 4 bytes an element, two dispatches
 * @source    Pascanu et al. 2013, arXiv:1211.5063, alg. 1
 *
 * Two stages in a fixed order: up to 256 workgroups each sum their squares, at least 4096 of them, one sums the sums.
 */
export function gradNorm(
  { g, control }: Readonly<Record<"g" | "control", Tensor>>,
  { maxNorm }: { maxNorm: number },
): void {
  const size = g.shape[0];
  g.expect("grad_norm", [size]);
  control.expect("grad_norm", [8]);
  const part_count = Math.min(256, Math.ceil(size / PART_MIN));
  const parts = g.graph.tensor("squares", [part_count]);
  const params = { size, part_count, max_norm: maxNorm };
  g.graph.dispatch({
    kernel: gradNormKernel("grad_norm_parts"),
    tensors: { g, control, parts },
    params,
    workgroups: [part_count],
  });
  g.graph.dispatch({
    kernel: gradNormKernel("grad_norm_clip"),
    tensors: { clip: control, parts },
    params,
    workgroups: [1],
  });
}
