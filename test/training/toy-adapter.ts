// The toy Llama of test/golden/peft_lora.py: its frozen base, and its adapter's tensors by the recipe.
import { adapterNames, adapterSpecs, ADAPTABLE } from "../../worker/engine/model/adapter.ts";
import { decoderConfig } from "../../worker/engine/model/config.ts";
import { weightSpecs, type Weights } from "../../worker/engine/model/weights.ts";
import type { Runtime } from "../../worker/engine/runtime.ts";
import golden from "../golden/peft_lora.json" with { type: "json" };
import base from "../golden/toy_llama_losses.json" with { type: "json" };

export const config = decoderConfig({ architectures: ["LlamaForCausalLM"], ...base.config });
export const adapter = {
  rank: golden.rank,
  alpha: golden.alpha,
  isRankStabilized: false,
  targets: [...ADAPTABLE],
  dropout: 0,
};
/** The settings of a golden run's optimiser, as the trainer and the schedule take them. */
export const settingsOf = ({ betas, eps, clip }: { betas: number[]; eps: number; clip: number }) => ({
  beta1: betas[0],
  beta2: betas[1],
  eps,
  weightDecay: 0,
  maxGradNorm: clip,
});
export const scheduleOf = ({ lr, warmup, steps }: { lr: number; warmup: number; steps: number }) => ({
  peak: lr,
  warmupSteps: warmup,
  steps,
  finalFraction: 0,
});
export const wave = (count: number, scale: number, k: number) =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(1 + 12.9898 * i + 78.233 * k));

/** The frozen base, by the recipe of toy_llama.py. */
export async function baseWeights(runtime: Runtime): Promise<Weights> {
  const weights = new Map();
  for (const { name, shape, parts } of weightSpecs(config)) {
    const resident = await runtime.allocate(name, shape, "f32", "weights");
    const values = parts.flatMap((part) => {
      const size = part.shape.reduce((a, b) => a * b, 1);
      return part.shape.length === 1
        ? Array<number>(size).fill(1)
        : [
            ...wave(
              size,
              0.08,
              base.tensors.findIndex((t) => t.name === part.name),
            ),
          ];
    });
    runtime.write(resident, Float32Array.from(values));
    weights.set(name, resident);
  }
  return weights;
}

/** Where adapter tensor k of the recipe lies: our tensor, and the first of its elements. */
const specs = adapterSpecs(config, adapter);
export const tensors = Array.from({ length: config.L }, (_, layer) => ADAPTABLE.map((target) => ({ layer, target })))
  .flat()
  .map(({ layer, target }) => {
    const part = /gate|up|down/.test(target) ? "mlp" : "self_attn";
    const module = `model.layers.${layer}.${part}.${target}`;
    const spec = specs.find(({ parts }) => parts.some((p) => p.module === module))!;
    const p = spec.parts.findIndex((own) => own.module === module);
    const row = spec.parts.slice(0, p).reduce((sum, { width }) => sum + width, 0);
    const names = adapterNames(spec.matrix);
    const [R, I] = [golden.rank, spec.A[1]];
    return {
      module,
      A: { name: names.A, start: p * R * I, count: R * I },
      B: { name: names.B, start: row * R, count: spec.parts[p].width * R },
    };
  });

export function initial(scaleOfB: number) {
  return ({ name, shape }: { name: string; shape: readonly number[] }): Float32Array<ArrayBuffer> => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    tensors.forEach(({ A, B }, i) => {
      if (A.name === name) values.set(wave(A.count, 0.2, 2 * i), A.start);
      if (B.name === name) values.set(wave(B.count, scaleOfB, 2 * i + 1), B.start);
    });
    return values;
  };
}

/** How far the gradients of a golden file are from ours, relative to their size, tensor by tensor. */
export function* gradientErrors(
  expected: Readonly<Record<string, { readonly A: number[]; readonly B: number[] }>>,
  got: ReadonlyMap<string, Float32Array>,
): Generator<{ readonly tensor: string; readonly error: number }> {
  for (const { module, ...places } of tensors)
    for (const side of ["A", "B"] as const) {
      const { name, start, count } = places[side];
      const values = got.get(name)!.subarray(start, start + count);
      const differences = expected[module][side].map((v, i) => v - values[i]);
      yield { tensor: `${module} ${side}`, error: Math.hypot(...differences) / Math.hypot(...expected[module][side]) };
    }
}
