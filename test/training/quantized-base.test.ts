// Adapters over a quantised base learn what they would over the values it stands for: nothing else of the base is seen.
import { expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { dequantize, quantize } from "../../worker/engine/format/quantize.ts";
import { isQuantized, type Resident } from "../../worker/engine/graph.ts";
import { dtypeOf, weightSpecs } from "../../worker/engine/model/weights.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { DecoderObjective } from "../../worker/training/decoder-objective.ts";
import { normalise, pack } from "../../worker/training/packing.ts";
import { Trainer } from "../../worker/training/trainer.ts";
import golden from "../golden/peft_lora.json" with { type: "json" };
import { adapter, baseWeights, config, initial, settingsOf } from "./toy-adapter.ts";

const T = 24;
const batch = () => {
  const ids = Array.from({ length: T + 1 }, (_, t) => (t * t + 5 * t) % config.V);
  const packed = [pack([{ ids, weights: ids.map(() => 1) }], T, T)];
  normalise(packed);
  return packed;
};

/** The toy's base quantised, and as f32 with the values that the blocks stand for. */
async function bases(runtime: Runtime, precision: "q8" | "q4") {
  const [blocks, values] = [new Map<string, Resident>(), new Map<string, Resident>()];
  const full = await baseWeights(runtime);
  for (const spec of weightSpecs(config)) {
    const dtype = dtypeOf(spec, precision);
    const own = full.get(spec.name)!;
    values.set(spec.name, own);
    blocks.set(spec.name, own);
    if (!isQuantized(dtype)) continue;
    const quantized = quantize(await runtime.readF32(own), spec.shape, dtype);
    const resident = await runtime.allocate(spec.name, spec.shape, dtype, "weights");
    runtime.write(resident, quantized.bytes);
    runtime.write(own, dequantize(quantized));
    blocks.set(spec.name, resident);
  }
  return { blocks, values };
}

it.each(["q8", "q4"] as const)("over %s: every gradient, and the loss after a few steps", async (precision) => {
  const runtime = new Runtime(await openDevice());
  const { blocks, values } = await bases(runtime, precision);
  expect([...blocks.values()].filter(({ dtype }) => isQuantized(dtype)).length).toBeGreaterThan(4 * config.L);
  const learn = async (base: ReadonlyMap<string, Resident>) => {
    const objective = new DecoderObjective(config, T, T, { base, adapter, isCheckpointed: true });
    const trainer = await Trainer.create(runtime, objective, initial(0.05), settingsOf(golden.optimiser));
    const gradients = await trainer.gradientsOf(batch());
    for (let s = 0; s < 3; s++) await trainer.run(batch(), 1e-2);
    return { gradients, loss: (await trainer.report()).loss };
  };
  const [over, expected] = [await learn(blocks), await learn(values)];
  for (const [name, gradient] of expected.gradients) {
    const differences = gradient.map((v, i) => v - over.gradients.get(name)![i]);
    expect(Math.hypot(...differences) / Math.hypot(...gradient), name).toBeLessThan(1e-4); // float32, summed in another order
  }
  expect(Math.abs(over.loss / expected.loss - 1)).toBeLessThan(1e-4);
});
