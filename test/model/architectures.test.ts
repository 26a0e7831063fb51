// Every architecture of a decoder against transformers (test/golden/architectures.py): prompts longer than windows and trained
// contexts, greedy decoding, prompts read token by token, and the gradients of adapters.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { fileSource } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { greedy } from "../../worker/contract/inference.ts";
import { bytesSource } from "../../worker/engine/format/bytes.ts";
import { openSafetensors, writeSafetensors } from "../../worker/engine/format/safetensors.ts";
import { readTensor } from "../../worker/engine/format/tensor.ts";
import { adapterNames, adapterSpecs, ADAPTABLE } from "../../worker/engine/model/adapter.ts";
import { decoderConfig, type DecoderConfig } from "../../worker/engine/model/config.ts";
import { loadWeights, type Weights } from "../../worker/engine/model/weights.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { generateTokens, readPrompt } from "../../worker/inference/generate.ts";
import { Session } from "../../worker/inference/session.ts";
import { DecoderObjective } from "../../worker/training/decoder-objective.ts";
import { normalise, pack } from "../../worker/training/packing.ts";
import { Trainer } from "../../worker/training/trainer.ts";
import { closeness } from "../harness/close.ts";
import { skipWithoutHalves } from "../harness/op-suite.ts";

interface Golden {
  readonly prompts: readonly { readonly ids: number[]; readonly logits: number[]; readonly greedy: number[] }[];
  readonly rank: number;
  readonly alpha: number;
  readonly gradients: Readonly<Record<string, number[]>>; // by "<module>.lora_A", "<module>.lora_B"
}
const folder = "test/golden/architectures";
const json = (path: string) => JSON.parse(readFileSync(`${folder}/${path}`, "utf8")) as unknown;
const capacity = 128;
const runtime = new Runtime(await openDevice()); // one for all
const atOnce = <T>(work: () => Promise<T> | T): Promise<T> => Promise.resolve(work());

describe.each([
  ...["llama-linear", "llama-dynamic", "llama-llama3", "llama-yarn", "llama-bias", "smollm2"],
  ...["mistral", "qwen2", "qwen2-window", "qwen3", "qwen3-bias-window"],
])("%s", (name) => {
  const golden = json(`${name}/expected.json`) as Golden;
  const config = decoderConfig(json(`${name}/config.json`));
  let weights: Weights;
  let session: Session;
  beforeAll(async () => {
    const stored = await openSafetensors(fileSource(`${folder}/${name}/model.safetensors`));
    weights = await loadWeights(runtime, config, stored);
    session = await Session.open(runtime, config, weights, capacity);
    for (const { ids } of golden.prompts) await decoded(ids, 2); // compiled here: minutes on a software adapter that is busy
  }, 600_000);
  const decoded = async (promptIds: readonly number[], maxTokens: number) => {
    const request = { promptIds, maxTokens, sampling: greedy, endTokens: new Set<number>() };
    return (await generateTokens(session, request)).ids;
  };

  it.each(golden.prompts)(
    "logits and greedy ids after $ids.length tokens",
    async ({ ids, logits, greedy: expected }) => {
      await readPrompt(session, { promptIds: ids }, atOnce);
      expect(closeness(await session.logits(), logits, 1e-4)).toPass();
      expect(await decoded(ids, expected.length)).toEqual(expected);
    },
  );

  it("reading token by token gives the logits of reading at once", async () => {
    const [, , { ids, logits }] = golden.prompts;
    await session.prepare(ids.length);
    for (const [position, id] of ids.entries()) await session.read([id], position);
    expect(closeness(await session.logits(), logits, 1e-4)).toPass();
  });

  it("gradients of adapters are PyTorch's within 1e-4", async () => {
    const { ids } = golden.prompts[1];
    const T = ids.length - 1;
    const adapter = { rank: golden.rank, alpha: golden.alpha, isRankStabilized: false, targets: [...ADAPTABLE] };
    const objective = new DecoderObjective(config, T, T, { base: weights, adapter: { ...adapter, dropout: 0 } });
    const settings = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, maxGradNorm: 1 };
    const places = placesOf(config, adapter);
    const trainer = await Trainer.create(runtime, objective, (spec) => initial(spec, places), settings);
    const batch = [pack([{ ids, weights: ids.map(() => 1) }], T, T)];
    normalise(batch);
    const gradients = await trainer.gradientsOf(batch);
    for (const [tensor, expected] of Object.entries(golden.gradients)) {
      const { name: own, start, count } = places.find((place) => place.tensor === tensor)!;
      const got = gradients.get(own)!.subarray(start, start + count);
      const distance = Math.hypot(...expected.map((v, i) => v - got[i])) / Math.hypot(...expected);
      expect(distance, tensor).toBeLessThan(1e-4);
    }
    trainer.dispose();
  });
});

it("biases and head norms stored as F16 give the same kept in halves", { timeout: 600_000 }, async (test) => {
  const name = "qwen3-bias-window";
  skipWithoutHalves(test, runtime.device);
  const config = decoderConfig(json(`${name}/config.json`));
  const stored = await openSafetensors(fileSource(`${folder}/${name}/model.safetensors`));
  const tensors = [];
  for (const [own, { shape, ...rest }] of stored)
    tensors.push({ name: own, shape, values: await readTensor({ shape, ...rest }) });
  const halves = await openSafetensors(bytesSource("model.safetensors", writeSafetensors(tensors, "F16")));
  const { ids } = (json(`${name}/expected.json`) as Golden).prompts[1];
  const logitsOf = async (precision: "full" | "half") => {
    const weights = await loadWeights(runtime, config, halves, () => {}, precision);
    if (precision === "half")
      expect(new Set([...weights.values()].map(({ dtype }) => dtype))).toEqual(new Set(["f16"]));
    const session = await Session.open(runtime, config, weights, capacity);
    await readPrompt(session, { promptIds: ids }, atOnce);
    return session.logits();
  };
  expect(closeness(await logitsOf("half"), await logitsOf("full"), 1e-4)).toPass();
});

/** One tensor of an adapter file, and where it lies in ours. */
interface Place {
  readonly tensor: string;
  readonly name: string;
  readonly start: number;
  readonly count: number;
  readonly scale: number; // of the recipe
}

/** In the order of the recipe: layer by layer, q k v o gate up down, A before B. */
function placesOf(config: DecoderConfig, adapter: Parameters<typeof adapterSpecs>[1]): Place[] {
  const R = adapter.rank;
  return adapterSpecs(config, adapter).flatMap(({ matrix, parts, A: [, I] }) => {
    const names = adapterNames(matrix);
    let row = 0;
    return parts.flatMap(({ module, width }, p): Place[] => {
      const start = row * R;
      row += width;
      return [
        { tensor: `${module}.lora_A`, name: names.A, start: p * R * I, count: R * I, scale: 0.2 },
        { tensor: `${module}.lora_B`, name: names.B, start, count: width * R, scale: 0.05 },
      ];
    });
  });
}

function initial(spec: { name: string; shape: readonly number[] }, places: readonly Place[]) {
  const values = new Float32Array(spec.shape.reduce((a, b) => a * b, 1));
  for (const [k, { name, start, count, scale }] of places.entries())
    if (name === spec.name)
      for (let i = 0; i < count; i++) values[start + i] = scale * Math.sin(1 + 12.9898 * i + 78.233 * k);
  return values;
}
