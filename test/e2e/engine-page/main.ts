// The engine in a page without the app around it: a model folder by URL in, ids, logits and what it can learn out.
import { greedy } from "../../../worker/contract/inference.ts";
import { blobSource } from "../../../worker/engine/format/bytes.ts";
import { Runtime } from "../../../worker/engine/runtime.ts";
import { openBrowserDevice } from "../../../worker/gpu/device.ts";
import { ChatModel } from "../../../worker/inference/chat-model.ts";
import { sequencesOf } from "../../../worker/training/corpus.ts";
import { fineTuneConfig, type FineTuneInput } from "../../../worker/training/fine-tune-config.ts";
import { fineTune } from "../../../worker/training/fine-tune.ts";

export interface EngineAnswer {
  readonly adapter: string;
  readonly ids: readonly number[];
  readonly logits: readonly number[];
}

async function load(folder: string): Promise<{ model: ChatModel; adapter: string }> {
  const { device, status } = await openBrowserDevice(navigator.gpu);
  const files = await Promise.all(
    ["config.json", "tokenizer.json", "model.safetensors"].map(
      async (name) => [name, blobSource(name, await (await fetch(`${folder}/${name}`)).blob())] as const,
    ),
  );
  const model = await ChatModel.load(new Runtime(device), { id: folder, files: new Map(files) });
  return { model, adapter: status.adapter };
}

/** Greedy ids after `prompt`, and the logits after `promptIds`. */
async function answer(
  folder: string,
  prompt: string,
  promptIds: readonly number[],
  maxTokens: number,
): Promise<EngineAnswer> {
  const { model, adapter } = await load(folder);
  const logits = [...(await model.logits(promptIds))];
  const { ids } = await model.generate({ prompt, maxTokens, sampling: greedy });
  return { adapter, ids, logits };
}

export interface Learned {
  readonly validLosses: readonly (number | null)[]; // nats a token, as they were measured; the first is the base's
  readonly seconds: number;
}

/** Teaches an adapter these texts; the loss is measured on `held`. */
async function teach(folder: string, text: string, held: string, input: FineTuneInput): Promise<Learned> {
  const { model } = await load(folder);
  const config = fineTuneConfig(input, "test");
  const sequences = (name: string, content: string) =>
    sequencesOf([{ name, text: content }], model.tokenizer, config.training.context);
  const validLosses: (number | null)[] = [];
  const startedAt = performance.now();
  await fineTune(model.session.runtime, model, config, sequences("a.txt", text), sequences("b.txt", held), {
    onLog: ({ validLoss }) => void (validLoss === null || validLosses.push(validLoss)),
    onCheckpoint: async () => {},
  });
  return { validLosses, seconds: (performance.now() - startedAt) / 1000 };
}

declare global {
  interface Window {
    answer: typeof answer;
    teach: typeof teach;
  }
}
window.answer = answer;
window.teach = teach;
