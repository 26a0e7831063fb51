// Two real Llamas as GGUF: the same ids as an independent float64 forward pass gives, from weights, configuration and tokenizer
// that are all read out of the one file.
import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { greedy } from "../../worker/contract/inference.ts";
import { readTensor } from "../../worker/engine/format/tensor.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { readHeaders, readTokenizer } from "../../worker/models/folder.ts";
import { closeness } from "../harness/close.ts";
import { itWith, sharedData } from "../harness/data.ts";

interface Golden {
  prompt: string;
  prompt_ids: number[];
  greedy_ids: number[]; // prompt included
  last_logits_of_prompt: number[];
}

describe.each(["stories260k", "babyllama105"])("%s", (name) => {
  const folder = `models/${name}`;
  const test = itWith(folder);
  const file = (type: string) => openFolder(sharedData(`${folder}/${name}-${type}.gguf`));
  const golden = () => JSON.parse(readFileSync(sharedData(`${folder}/reference_greedy.json`), "utf8")) as Golden;
  // One device for both models: several at once end the process on lavapipe now and then.
  let runtime: Promise<Runtime> | undefined;
  const load = async (type: string) => {
    runtime ??= openDevice().then((device) => new Runtime(device));
    return ChatModel.load(await runtime, file(type));
  };

  test("F32: the prompt's ids, the last logits and the greedy ids are the reference's", async () => {
    const model = await load("f32");
    const { prompt, prompt_ids, greedy_ids, last_logits_of_prompt } = golden();
    expect(model.promptIds({ prompt })).toEqual(prompt_ids);
    expect(closeness(await model.logits(prompt_ids), last_logits_of_prompt, 1e-4)).toPass();
    const expected = greedy_ids.slice(prompt_ids.length);
    const { ids } = await model.generate({ prompt, maxTokens: expected.length, sampling: greedy });
    expect(ids).toEqual(expected);
    model.dispose();
  });

  test("F32: every tensor is the folder's, to the bit", async () => {
    const [own, given] = [await readHeaders(file("f32")), await readHeaders(openFolder(sharedData(folder)))];
    for (const [id, tensor] of given) {
      const [read, exact] = [await readTensor(own.get(id)!), await readTensor(tensor)];
      expect(Buffer.from(read.slice().buffer).equals(Buffer.from(exact.slice().buffer)), id).toBe(true);
    }
  });

  test("Q8_0: every tensor is the folder's within half a step of its block", async () => {
    const [own, given] = [await readHeaders(file("q8_0")), await readHeaders(openFolder(sharedData(folder)))];
    for (const [id, tensor] of given) {
      const [read, exact] = [await readTensor(own.get(id)!), await readTensor(tensor)];
      // A block's largest value is 127 steps; its scale is rounded to a half.
      const step = Math.max(...exact.map(Math.abs)) / 127;
      expect(Math.max(...read.map((value, i) => Math.abs(value - exact[i]))) / step, id).toBeLessThan(0.6);
    }
  });

  test("Q8_0: the model answers with the reference's first words", async () => {
    const model = await load("q8_0");
    const { prompt, prompt_ids, greedy_ids } = golden();
    const { ids } = await model.generate({ prompt, maxTokens: 8, sampling: greedy });
    expect(ids).toEqual(greedy_ids.slice(prompt_ids.length, prompt_ids.length + 8));
    model.dispose();
  });

  test("its tokenizer gives the folder's ids", async () => {
    const [own, given] = [await readTokenizer(file("f32")), await readTokenizer(openFolder(sharedData(folder)))];
    const texts = [
      "Once upon a time, there was a girl.",
      " two  spaces ",
      "Ünïcode ☃ 漢字",
      "",
      "a\nb\tc",
      "<s> x </s>",
    ];
    for (const text of texts) {
      expect(own.encode(text), text).toEqual(given.encode(text));
      expect(own.decode(own.encode(text)), text).toBe(given.decode(given.encode(text)));
    }
  });
});
