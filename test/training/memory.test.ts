// What a training step takes of the GPU: as planned, and far less than one that keeps everything.
import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { ADAPTABLE } from "../../worker/engine/model/adapter.ts";
import { decoderConfig } from "../../worker/engine/model/config.ts";
import { weightSpecs, type Weights } from "../../worker/engine/model/weights.ts";
import type { Resident } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { DecoderObjective, type DecoderOptions } from "../../worker/training/decoder-objective.ts";
import { normalise, pack, type PackedBatch } from "../../worker/training/packing.ts";
import { Trainer } from "../../worker/training/trainer.ts";

const T = 512;
const adapter = { rank: 8, alpha: 16, isRankStabilized: false, targets: [...ADAPTABLE], dropout: 0 };
const config = decoderConfig({
  architectures: ["LlamaForCausalLM"],
  hidden_size: 64,
  num_hidden_layers: 12,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 176,
  vocab_size: 2048,
  max_position_embeddings: T,
});

describe("a LoRA step over 512 tokens of a decoder of 12 layers", () => {
  let runtime: Runtime;
  let base: Weights;
  beforeAll(async () => {
    runtime = new Runtime(await openDevice());
    const weights = new Map<string, Resident>();
    for (const { name, shape } of weightSpecs(config))
      weights.set(name, await runtime.allocate(name, shape, "f32", "weights"));
    base = weights;
  });

  async function measure(options: DecoderOptions) {
    const before = runtime.allocatedBytes;
    const objective = new DecoderObjective(config, T, T, { base, adapter, ...options });
    const trainer = await Trainer.create(runtime, objective, ({ shape }) => new Float32Array(shape[0] * shape[1]));
    const ids = Array.from({ length: T + 1 }, (_, i) => (i * 31) % config.V);
    const batch: PackedBatch = pack([{ ids, weights: ids.map(() => 1) }], T, T);
    normalise([batch]);
    await trainer.run([batch], 1e-3);
    await trainer.report();
    const result = { planned: trainer.ownBytes, measured: runtime.allocatedBytes - before, step: trainer.stepBytes };
    trainer.dispose();
    expect(runtime.allocatedBytes).toBe(before); // all of it is given back
    return result;
  }

  it("takes what was planned, within 10 %, and at most 0.35 of a step without chunks and checkpointing", async () => {
    const lean = await measure({ isCheckpointed: true, chunk: 64 });
    const kept = await measure({ chunk: T });
    for (const { planned, measured } of [lean, kept]) expect(Math.abs(measured / planned - 1)).toBeLessThan(0.1);
    expect(lean.step / kept.step).toBeLessThanOrEqual(0.35);
  });
});
