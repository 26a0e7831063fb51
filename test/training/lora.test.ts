// Adapters against peft and PyTorch in float64, on the toy Llama (test/golden/peft_lora.py).
import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import type { Weights } from "../../worker/engine/model/weights.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { DecoderObjective, type DecoderOptions } from "../../worker/training/decoder-objective.ts";
import { normalise, pack, type PackedBatch } from "../../worker/training/packing.ts";
import { learningRate } from "../../worker/training/schedule.ts";
import { Trainer } from "../../worker/training/trainer.ts";
import golden from "../golden/peft_lora.json" with { type: "json" };
import { adapter, baseWeights, config, gradientErrors, initial, scheduleOf, settingsOf, wave } from "./toy-adapter.ts";

const { optimiser } = golden;
const T = optimiser.batch * optimiser.length;
const settings = settingsOf(optimiser);
const schedule = scheduleOf(optimiser);

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
    for (const { tensor, error } of gradientErrors(golden.gradients, gradients))
      expect(error, tensor).toBeLessThan(1e-4);
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
