// The engine in a page without the app around it: a model folder by URL in, ids and logits out.
import { greedy } from "../../../worker/contract/inference.ts";
import { blobSource } from "../../../worker/engine/format/bytes.ts";
import { Runtime } from "../../../worker/engine/runtime.ts";
import { openBrowserDevice } from "../../../worker/gpu/device.ts";
import { ChatModel } from "../../../worker/inference/chat-model.ts";

export interface EngineAnswer {
  readonly adapter: string;
  readonly ids: readonly number[];
  readonly logits: readonly number[];
}

/** Greedy ids after `prompt`, and the logits after `promptIds`. */
async function answer(
  folder: string,
  prompt: string,
  promptIds: readonly number[],
  maxTokens: number,
): Promise<EngineAnswer> {
  const { device, status } = await openBrowserDevice(navigator.gpu);
  const files = await Promise.all(
    ["config.json", "tokenizer.json", "model.safetensors"].map(
      async (name) => [name, blobSource(name, await (await fetch(`${folder}/${name}`)).blob())] as const,
    ),
  );
  const model = await ChatModel.load(new Runtime(device), { id: folder, files: new Map(files) });
  const logits = [...(await model.logits(promptIds))];
  const { ids } = await model.generate({ prompt, maxTokens, sampling: greedy });
  return { adapter: status.adapter, ids, logits };
}

declare global {
  interface Window {
    answer: typeof answer;
  }
}
window.answer = answer;
