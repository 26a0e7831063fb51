// Adapters against peft and PyTorch in float64, on the toy Llama (test/golden/peft_lora.py).
import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { adapterNames, adapterSpecs, ADAPTABLE } from "../../worker/engine/model/adapter.ts";
import { decoderConfig } from "../../worker/engine/model/config.ts";
import { weightSpecs, type Weights } from "../../worker/engine/model/weights.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { DecoderObjective, type DecoderOptions } from "../../worker/training/decoder-objective.ts";
import { normalise, pack, type PackedBatch } from "../../worker/training/packing.ts";
import { learningRate } from "../../worker/training/schedule.ts";
import { Trainer } from "../../worker/training/trainer.ts";
import golden from "../golden/peft_lora.json" with { type: "json" };
import base from "../golden/toy_llama_losses.json" with { type: "json" };

const config = decoderConfig({ architectures: ["LlamaForCausalLM"], ...base.config });
const adapter = {
  rank: golden.rank,
  alpha: golden.alpha,
  isRankStabilized: false,
  targets: [...ADAPTABLE],
  dropout: 0,
};
const { optimiser } = golden;
const T = optimiser.batch * optimiser.length;
const settings = {
  beta1: optimiser.betas[0],
  beta2: optimiser.betas[1],
  eps: optimiser.eps,
  weightDecay: 0,
  maxGradNorm: optimiser.clip,
};
const schedule = { peak: optimiser.lr, warmupSteps: optimiser.warmup, steps: optimiser.steps, finalFraction: 0 };
const wave = (count: number, scale: number, k: number) =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(1 + 12.9898 * i + 78.233 * k));

/** The frozen base, by the recipe of toy_llama.py. */
async function baseWeights(runtime: Runtime): Promise<Weights> {
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
const tensors = Array.from({ length: config.L }, (_, layer) => ADAPTABLE.map((target) => ({ layer, target })))
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

function initial(scaleOfB: number) {
  return ({ name, shape }: { name: string; shape: readonly number[] }): Float32Array<ArrayBuffer> => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    tensors.forEach(({ A, B }, i) => {
      if (A.name === name) values.set(wave(A.count, 0.2, 2 * i), A.start);
      if (B.name === name) values.set(wave(B.count, scaleOfB, 2 * i + 1), B.start);
    });
    return values;
  };
}

function batch(s: number): PackedBatch[] {
  const rows = Array.from({ length: optimiser.batch }, (_, b) => {
    const ids = Array.from(
      { length: optimiser.length + 1 },
      (_, t) => (7 * (s % 2) + 3 * b + t * t + 5 * t * (b + 1)) % 64,
    );
    return { ids, weights: ids.map((_, t) => (t >= golden.countedFrom ? 1 : 0)) };
  });
  const packed = [pack(rows, T, T)];
  normalise(packed);
  return packed;
}

describe("an adapter of a toy Llama", () => {
  let runtime: Runtime;
  let weights: Weights;
  beforeAll(async () => {
    runtime = new Runtime(await openDevice());
    weights = await baseWeights(runtime);
  });
  const create = (scaleOfB: number, options: DecoderOptions = {}, dropout = 0) =>
    Trainer.create(
      runtime,
      new DecoderObjective(config, T, T, { base: weights, adapter: { ...adapter, dropout }, ...options }),
      initial(scaleOfB),
      settings,
    );

  it.each([
    ["kept", {}],
    ["recorded twice, logits in chunks", { isCheckpointed: true, chunk: 64 }],
  ])("has PyTorch's gradients of every tensor within 1e-4, blocks %s", async (_, options) => {
    const trainer = await create(0.05, options);
    const gradients = await trainer.gradientsOf(batch(0));
    for (const { module, A, B } of tensors) {
      for (const [side, place] of [
        ["A", A],
        ["B", B],
      ] as const) {
        const expected = golden.gradients[module as keyof typeof golden.gradients][side];
        const got = gradients.get(place.name)!.subarray(place.start, place.start + place.count);
        const scale = Math.hypot(...expected);
        expect(Math.hypot(...expected.map((v, i) => v - got[i])) / scale, `${module} ${side}`).toBeLessThan(1e-4);
      }
    }
    trainer.dispose();
  });

  it("has the first 50 losses of peft and PyTorch within 0.5 %", async () => {
    const trainer = await create(0);
    for (let s = 0; s < optimiser.steps; s++) {
      await trainer.run(batch(s), learningRate(schedule, s));
      const { loss } = await trainer.report();
      expect(Math.abs(loss / golden.losses[s] - 1), `step ${s}`).toBeLessThan(5e-3);
    }
    trainer.dispose();
  });

  it("with dropout, resumed from its state, equals the uninterrupted run bit for bit; another share of inputs another loss", async () => {
    const run = async (trainer: Trainer<PackedBatch>, from: number, to: number) => {
      for (let s = from; s < to; s++) await trainer.run(batch(s), 1e-2);
      return (await trainer.report()).loss;
    };
    const whole = await create(0.05, { isCheckpointed: true }, 0.25);
    const loss = await run(whole, 0, 4);
    const half = await create(0.05, { isCheckpointed: true }, 0.25);
    await run(half, 0, 2);
    const resumed = await create(0.05, { isCheckpointed: true }, 0.25);
    resumed.restore(await half.save());
    expect(await run(resumed, 2, 4)).toBe(loss);
    const [a, b] = [await whole.save(), await resumed.save()];
    expect(Buffer.from(b.p.buffer).equals(Buffer.from(a.p.buffer))).toBe(true);
    const without = await create(0.05);
    expect(await run(without, 0, 4)).not.toBe(loss);
  });

  it("a step in the steady state creates nothing, and learns nothing of the base", async () => {
    const trainer = await create(0);
    await trainer.run(batch(0), 1e-2);
    const before = { ...runtime.counters };
    await trainer.run(batch(1), 1e-2);
    expect(runtime.counters.buffers - before.buffers).toBe(0);
    expect(runtime.counters.bindGroups - before.bindGroups).toBe(0);
    const embed = await runtime.readF32(weights.get("embed")!);
    expect([...embed.subarray(0, 3)]).toEqual([...wave(3, 0.08, 0)]);
    trainer.dispose();
  });
});
