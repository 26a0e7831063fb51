// Fine-tuning: tokens a second of Loam's trainer and of jax-js, the same decoder, adapters, optimiser and tokens. Their first
// losses must agree before anything is timed.
import { beforeAll, describe, expect, it } from "vitest";
import { adapterNames, adapterSpecs, ADAPTABLE, paddedRank, type Target } from "../../worker/engine/model/adapter.ts";
import { decoderConfig, type DecoderConfig } from "../../worker/engine/model/config.ts";
import { sizeOf } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { DecoderObjective } from "../../worker/training/decoder-objective.ts";
import { normalise, pack } from "../../worker/training/packing.ts";
import { Trainer } from "../../worker/training/trainer.ts";
import { ropeTable } from "../../shaders/rope/table.ts";
import { normals } from "../harness/random.ts";
import { contest, rowOf } from "./contest.ts";
import { jaxStep, type Arrays, type TrainingState } from "./jax-llama.ts";
import { openStage } from "./node-stage.ts";
import type { Stage } from "./peers.ts";
import { report } from "./table.ts";
import { putWeights } from "./random-model.ts";

const T = 256;
const LEARNING_RATE = 1e-3;
const optimizer = { beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.01, maxGradNorm: 0 };
const shape = (hidden: number, ffn: number, layers: number, heads: number, keyHeads: number, vocabulary: number) =>
  decoderConfig({
    architectures: ["LlamaForCausalLM"],
    ...{ hidden_size: hidden, intermediate_size: ffn, num_hidden_layers: layers, vocab_size: vocabulary },
    ...{ num_attention_heads: heads, num_key_value_heads: keyHeads, rms_norm_eps: 1e-5, tie_word_embeddings: true },
  });
const models: Record<string, DecoderConfig> = {
  "stories260k (5 × 64 wide)": shape(64, 172, 5, 8, 4, 512),
  "2 × 256 wide": shape(256, 704, 2, 8, 4, 2048),
};
const adapters: Record<string, readonly Target[]> = { "q, v": ["q_proj", "v_proj"], "all linear": ADAPTABLE };

describe("LoRA training", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openStage()));

  const cases = Object.entries(models).flatMap(([model, config]) =>
    Object.entries(adapters).map(([layers, targets]) => ({ model, config, layers, targets })),
  );
  it.each(cases)("$model, rank 8 on $layers", async ({ model, config, layers, targets }) => {
    const adapter = { rank: 8, alpha: 16, isRankStabilized: false, targets, dropout: 0 };
    const specs = adapterSpecs(config, adapter);
    const learned = new Map<string, Float32Array<ArrayBuffer>>(
      specs.flatMap(({ matrix, A, B }, i) => [
        [adapterNames(matrix).A, Float32Array.from(normals(sizeOf(A), 900 + i), (v) => v / Math.sqrt(A[1]))],
        [adapterNames(matrix).B, Float32Array.from(normals(sizeOf(B), 950 + i), (v) => 0.02 * v)],
      ]),
    );
    const ids = Array.from({ length: T + 1 }, (_, t) => (7 * t * t + 13 * t + 5) % config.V);

    const runtime = new Runtime(stage.device);
    const parts: [name: string, shape: readonly number[], values: Float32Array][] = [];
    const weights = await putWeights(runtime, config, (...part) => void parts.push(part));
    const objective = new DecoderObjective(config, T, T, { base: weights, adapter });
    const trainer = await Trainer.create(runtime, objective, ({ name }) => learned.get(name)!, optimizer);
    const batch = pack([{ ids, weights: ids.map(() => 1) }], T, T);
    normalise([batch]);
    const loam = async () => {
      await trainer.run([batch], LEARNING_RATE);
      return (await trainer.report()).loss;
    };

    const jax = await stage.jax();
    const { array } = jax.numpy;
    const base: Record<string, ReturnType<typeof array>> = {};
    for (const [name, shape, values] of parts) base[name] = array(values, { shape });
    const p: Record<string, ReturnType<typeof array>> = {};
    const R = paddedRank(adapter.rank);
    for (const { matrix, parts, A } of specs) {
      let row = 0;
      for (const [i, { module, width }] of parts.entries()) {
        const names = adapterNames(matrix);
        const size = R * A[1];
        p[`${module}.A`] = array(learned.get(names.A)!.slice(i * size, (i + 1) * size), { shape: [R, A[1]] });
        p[`${module}.B`] = array(learned.get(names.B)!.slice(row * R, (row + width) * R), { shape: [width, R] });
        row += width;
      }
    }
    const table = ropeTable(T, config.D, config.ropeTheta);
    const half = (sine: number) =>
      Float32Array.from({ length: (T * config.D) / 2 }, (_, i) => {
        const [t, pair] = [Math.floor(i / (config.D / 2)), i % (config.D / 2)];
        return table[t * config.D + sine * (config.D / 2) + pair];
      });
    const sequence = {
      ids: array(Int32Array.from(ids.slice(0, T))),
      targets: array(Int32Array.from(ids.slice(1))),
      cos: array(half(0), { shape: [T, config.D / 2] }),
      sin: array(half(1), { shape: [T, config.D / 2] }),
    };
    const zeros = (of: Arrays) => jax.tree.map((a) => jax.numpy.zerosLike(a), jax.tree.ref(of));
    let state: TrainingState = { p, m: zeros(p), v: zeros(p) };
    const step = jaxStep(jax, config, adapter.alpha / adapter.rank, LEARNING_RATE, optimizer);
    let t = 0;
    const peer = async () => {
      t++;
      const corrections = [optimizer.beta1, optimizer.beta2].map((b) =>
        array(Float32Array.of(1 - b ** t), { shape: [] }),
      );
      const [loss, next] = step(state, jax.tree.ref(base), jax.tree.ref(sequence), corrections[0], corrections[1]);
      state = next;
      return (await loss.data())[0];
    };

    for (let i = 0; i < 4; i++) {
      const [ours, theirs] = [await loam(), await peer()];
      if (process.env.VERBOSE) console.log(`loss ${ours}, jax-js ${theirs}`);
      expect(Math.abs(ours / theirs - 1)).toBeLessThan(2e-4);
    }
    const both = [
      { name: "Loam", run: loam },
      { name: "jax-js", run: peer },
    ];
    const rate = (seconds: number) => `${(T / seconds).toFixed(0)} tokens/s`;
    const row = rowOf(`${model}, rank 8 on ${layers}`, both, await contest(both), rate, { ratio: 3 });
    trainer.dispose();
    runtime.free(...weights.values());
    report("LoRA training, T = 256", stage, [row]);
  });
});
