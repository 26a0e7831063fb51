// The trainer against PyTorch in float64, on a toy Llama whose weights and data are formulas (test/golden/toy_llama.py).
import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { decoderConfig } from "../../worker/engine/model/config.ts";
import { weightSpecs } from "../../worker/engine/model/weights.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { DecoderObjective } from "../../worker/training/decoder-objective.ts";
import { normalise, pack, type PackedBatch } from "../../worker/training/packing.ts";
import { learningRate } from "../../worker/training/schedule.ts";
import { Trainer, type TrainerState } from "../../worker/training/trainer.ts";
import golden from "../golden/toy_llama_losses.json" with { type: "json" };

const config = decoderConfig({ architectures: ["LlamaForCausalLM"], ...golden.config });
const { optimiser } = golden;
const schedule = { peak: optimiser.lr, warmupSteps: optimiser.warmup, steps: optimiser.steps, finalFraction: 0 };
const settings = {
  beta1: optimiser.betas[0],
  beta2: optimiser.betas[1],
  eps: optimiser.eps,
  weightDecay: optimiser.weightDecay,
  maxGradNorm: optimiser.clip,
};

/** The recipe's initial values of one of our weights: its parts, as the golden file names them. */
function initial({ name }: { name: string }): Float32Array<ArrayBuffer> {
  const { parts } = weightSpecs(config).find((s) => s.name === name)!;
  const values = parts.flatMap((part) => {
    const tensorIndex = golden.tensors.findIndex((t) => t.name === part.name);
    const size = part.shape.reduce((a, b) => a * b, 1);
    return Array.from({ length: size }, (_, i) =>
      part.shape.length === 1 ? 1 : 0.08 * Math.sin(1 + 12.9898 * i + 78.233 * tensorIndex),
    );
  });
  return Float32Array.from(values);
}

/** Step s: rows 0..3 of 16 tokens, in `count` micro-batches. */
function batches(s: number, count = 1): PackedBatch[] {
  const rows = Array.from({ length: optimiser.batch }, (_, b) => {
    const ids = Array.from(
      { length: optimiser.length + 1 },
      (_, t) => (7 * (s % 2) + 3 * b + t * t + 5 * t * (b + 1)) % 64,
    );
    return { ids, weights: ids.map(() => 1) };
  });
  const T = (optimiser.batch * optimiser.length) / count;
  const packed = Array.from({ length: count }, (_, i) =>
    pack(rows.slice((i * rows.length) / count, ((i + 1) * rows.length) / count), T, T),
  );
  normalise(packed);
  return packed;
}

const create = (runtime: Runtime, count = 1) =>
  Trainer.create(
    runtime,
    new DecoderObjective(config, (optimiser.batch * optimiser.length) / count),
    initial,
    settings,
  );

async function lossesOf(trainer: Trainer<PackedBatch>, from: number, to: number, count = 1) {
  const reports = [];
  for (let s = from; s < to; s++) {
    await trainer.run(batches(s, count), learningRate(schedule, s));
    reports.push(await trainer.report());
  }
  return reports;
}

describe("a toy Llama", () => {
  let runtime: Runtime;
  beforeAll(async () => void (runtime = new Runtime(await openDevice())));

  it("has PyTorch's first 20 losses and gradient norms within 1e-3", async () => {
    const trainer = await create(runtime);
    const reports = await lossesOf(trainer, 0, 20);
    reports.forEach(({ loss, gradNorm }, s) => {
      expect(Math.abs(loss - golden.losses[s]), `loss of step ${s}`).toBeLessThan(1e-3);
      expect(Math.abs(gradNorm / golden.gradientNorms[s] - 1), `norm of step ${s}`).toBeLessThan(1e-3);
    });
    trainer.dispose();
  });

  it("learns the same from two micro-batches as from one", async () => {
    const trainer = await create(runtime, 2);
    (await lossesOf(trainer, 0, 5, 2)).forEach(({ loss }, s) =>
      expect(Math.abs(loss - golden.losses[s])).toBeLessThan(1e-3),
    );
    trainer.dispose();
  });

  it("resumed from its state, equals the uninterrupted run bit for bit", async () => {
    const whole = await create(runtime);
    await lossesOf(whole, 0, 6);
    const half = await create(runtime);
    await lossesOf(half, 0, 3);
    const resumed = await create(runtime);
    resumed.restore(await half.save());
    await lossesOf(resumed, 3, 6);
    const [a, b]: TrainerState[] = [await whole.save(), await resumed.save()];
    expect(b.step).toBe(a.step);
    for (const part of ["p", "m", "v"] as const)
      expect(Buffer.from(b[part].buffer).equals(Buffer.from(a[part].buffer)), part).toBe(true);
  });

  it("replays: a step in the steady state creates nothing", async () => {
    const trainer = await create(runtime);
    await lossesOf(trainer, 0, 1);
    const before = { ...runtime.counters };
    await trainer.run(batches(1), 1e-3);
    expect(runtime.counters.buffers - before.buffers).toBe(0);
    expect(runtime.counters.bindGroups - before.bindGroups).toBe(0);
    expect(runtime.counters.submits - before.submits).toBe(2);
  });
});
