// How fast, in how much memory and how near to its matrix products a step of LoRA training is at the shapes of models that people
// use, with random weights. Meant for a real GPU, alone: bundle it (the WGSL as text) and run it with Node beside `webgpu`. On a software
// adapter a step would take minutes: it says so, unless asked with --software.
import { execSync } from "node:child_process";
import { appendFileSync, existsSync } from "node:fs";
import { openDevice } from "../../server/gpu.ts";
import { mm } from "../../shaders/matmul/matmul.ts";
import { Graph, sizeOf } from "../../worker/engine/graph.ts";
import { ADAPTABLE } from "../../worker/engine/model/adapter.ts";
import { decoderConfig } from "../../worker/engine/model/config.ts";
import { parameterCount } from "../../worker/engine/model/weights.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { DecoderObjective } from "../../worker/training/decoder-objective.ts";
import { normalise, pack } from "../../worker/training/packing.ts";
import { Trainer } from "../../worker/training/trainer.ts";
import { timed } from "../harness/timing.ts";
import { median } from "./contest.ts";
import { putWeights, someValues } from "./random-model.ts";

const T = 512;
const STEPS = 7;
const CSV = "test/kernels.csv";
const common = { tie_word_embeddings: true, num_attention_heads: 9, num_key_value_heads: 3 };
const models = {
  "SmolLM2-135M": {
    ...common,
    ...{ architectures: ["LlamaForCausalLM"], rms_norm_eps: 1e-5, rope_theta: 100_000 },
    ...{ hidden_size: 576, intermediate_size: 1536, num_hidden_layers: 30, vocab_size: 49_152 },
  },
  "Qwen2.5-0.5B": {
    ...common,
    ...{ architectures: ["Qwen2ForCausalLM"], rms_norm_eps: 1e-6, rope_theta: 1_000_000 },
    ...{ hidden_size: 896, intermediate_size: 4864, num_hidden_layers: 24, vocab_size: 151_936 },
    ...{ num_attention_heads: 14, num_key_value_heads: 2 },
  },
};

/** FLOP a second that a large product of ours reaches here. */
async function productRate(device: GPUDevice): Promise<number> {
  const runtime = new Runtime(device);
  const edge = 2048;
  const [a, b] = [await runtime.allocate("a", [edge, edge]), await runtime.allocate("b", [edge, edge])];
  const graph = new Graph();
  mm(graph.resident(a), graph.resident(b).T);
  const program = await runtime.compile("product", graph);
  const [seconds] = await timed(runtime, [program]);
  program.dispose();
  runtime.free(a, b);
  return (2 * edge ** 3) / seconds;
}

async function measure(device: GPUDevice, model: keyof typeof models, isCheckpointed: boolean, rate: number) {
  const runtime = new Runtime(device);
  const config = decoderConfig(models[model]);
  const base = await putWeights(runtime, config);
  const adapter = { rank: 8, alpha: 16, isRankStabilized: false, targets: ADAPTABLE, dropout: 0 };
  const objective = new DecoderObjective(config, T, T, { base, adapter, isCheckpointed });
  const trainer = await Trainer.create(runtime, objective, ({ name, shape }) =>
    name.endsWith(".B") ? new Float32Array(sizeOf(shape)) : someValues(name, shape, 1),
  );
  const ids = Array.from({ length: T + 1 }, (_, t) => (7919 * t * t + 13 * t + 5) % config.V);
  const batch = pack([{ ids, weights: ids.map(() => 1) }], T, T);
  normalise([batch]);
  const samples: number[] = [];
  for (let step = 0; step <= STEPS; step++) {
    const startedAt = performance.now();
    await trainer.run([batch], 1e-4);
    await trainer.report(); // throws where the loss is no number
    if (step > 0) samples.push((performance.now() - startedAt) / 1e3); // the first compiles
  }
  const seconds = median(samples);
  const flop = 4 * T * parameterCount(config); // products forward and dX back; a tied embedding is the head
  const result = { seconds, flop, share: flop / seconds / rate, peakBytes: runtime.allocatedBytes };
  trainer.dispose();
  runtime.free(...base.values());
  return result;
}

const device = await openDevice();
const { vendor, architecture, description, isFallbackAdapter } = device.adapterInfo;
const name = description || `${vendor} ${architecture}`;
const isSoftware = isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(`${architecture} ${name}`);
if (isSoftware && !process.argv.includes("--software")) {
  console.log(`${name} is a software adapter: a step would take minutes and say nothing of a GPU. --software runs it.`);
  process.exit(0);
}
const rate = await productRate(device);
console.log(`${name}: products of 2048³ at ${(rate / 1e12).toFixed(2)} TFLOP/s\n`);
console.log(
  `| LoRA, rank 8, all linear, T = ${T} | blocks | tokens/s | peak | of the products' rate |\n|---|---|---|---|---|`,
);
for (const model of Object.keys(models) as (keyof typeof models)[])
  for (const blocks of ["kept", "recorded twice"]) {
    const { seconds, flop, share, peakBytes } = await measure(device, model, blocks !== "kept", rate);
    const speed = (T / seconds).toFixed(0);
    console.log(`| ${model} | ${blocks} | ${speed} | ${(peakBytes / 2 ** 20).toFixed(0)} MiB | ${share.toFixed(2)} |`);
    if (isSoftware) continue;
    if (!existsSync(CSV)) appendFileSync(CSV, "commit,op,case,variant,adapter,us,gflops,gbs,roofline\n");
    const commit = process.env.LOAM_COMMIT ?? execSync("git rev-parse --short HEAD").toString().trim();
    const fields = [commit, "LoRA step", `${model} T=${T}`, `blocks ${blocks}`, name].map((f) => `"${f}"`);
    const row = [...fields, (seconds * 1e6).toFixed(1), (flop / seconds / 1e9).toFixed(1), "", share.toFixed(3)].join(
      ",",
    );
    appendFileSync(CSV, `${row}\n`);
    console.log(row);
  }
process.exit(0);
