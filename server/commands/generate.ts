import { greedy, type Sampling } from "../../worker/contract/inference.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { openFolder } from "../folder.ts";
import { wornAdapter } from "./adapter-files.ts";
import { count, number, openRuntime, print, text, type Command, type Values } from "./command.ts";
import { precisionOf, precisionOptions } from "./precision.ts";

export const samplingOptions = {
  temperature: { type: "string" },
  "top-k": { type: "string" },
  "top-p": { type: "string" },
  "min-p": { type: "string" },
  "repetition-penalty": { type: "string" },
  seed: { type: "string" },
} as const;

/** Sampling as the options say; greedy when they say nothing. */
export function samplingOf(values: Values): Sampling {
  return {
    temperature: number(values, "temperature", greedy.temperature, 0, 10),
    topK: count(values, "top-k", greedy.topK, 0, 1_000_000),
    topP: number(values, "top-p", greedy.topP, 0.000001, 1),
    minP: number(values, "min-p", greedy.minP, 0, 1),
    repetitionPenalty: number(values, "repetition-penalty", greedy.repetitionPenalty, 1, 10),
    seed: count(values, "seed", greedy.seed, 0, 2 ** 32 - 1),
  };
}

export const generate: Command = {
  name: "generate",
  usage:
    "--model M --prompt P [--adapter DIR[=strength],… --max-tokens N --temperature 0 --top-k --top-p --min-p --repetition-penalty --seed S --raw --guess --precision full|half|q8|q4]",
  options: {
    model: { type: "string" },
    prompt: { type: "string" },
    adapter: { type: "string" },
    "max-tokens": { type: "string" },
    raw: { type: "boolean" },
    guess: { type: "boolean" },
    ...samplingOptions,
    ...precisionOptions,
  },
  async run(values) {
    const folder = openFolder(text(values, "model"));
    const prompt = text(values, "prompt");
    const maxTokens = count(values, "max-tokens", 128, 1, 1_000_000);
    const sampling = samplingOf(values);
    const model = await ChatModel.load(await openRuntime(), folder, undefined, precisionOf(values));
    model.session.guesses = values.guess === true;
    const adapter = await wornAdapter(values, "adapter", model);
    const request = values.raw ? { prompt } : { messages: [{ role: "user", content: prompt } as const] };
    const result = await model.generate({ ...request, maxTokens, sampling }, { adapter });
    print(
      values,
      { text: result.text, ids: result.ids, finishReason: result.finishReason, timings: result.timings },
      (r) => r.text,
    );
  },
};
