// Two real Llamas against the ids and logits of an independent float64 forward pass, and the counts of the steady state.
import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { openFolder } from "../../server/folder.ts";
import { greedy } from "../../worker/contract/inference.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { closeness } from "../harness/close.ts";
import { itWith, sharedData } from "../harness/data.ts";

interface Golden {
  prompt: string;
  prompt_ids: number[];
  greedy_ids: number[]; // prompt included
  last_logits_of_prompt: number[];
}

describe.each(["models/stories260k", "models/babyllama105"])("%s", (path) => {
  const test = itWith(path);
  const load = async () => {
    const runtime = new Runtime(await openDevice());
    return {
      runtime,
      model: await ChatModel.load(runtime, openFolder(sharedData(path))),
      golden: JSON.parse(readFileSync(sharedData(`${path}/reference_greedy.json`), "utf8")) as Golden,
    };
  };

  test("the prompt's ids are the reference's", async () => {
    const { model, golden } = await load();
    expect(model.promptIds({ prompt: golden.prompt })).toEqual(golden.prompt_ids);
  });

  test("the last logits are the reference's within 1e-4 relative", async () => {
    const { model, golden } = await load();
    expect(closeness(await model.logits(golden.prompt_ids), golden.last_logits_of_prompt, 1e-4)).toPass();
  });

  test("greedy ids are the reference's, twice", async () => {
    const { model, golden } = await load();
    const expected = golden.greedy_ids.slice(golden.prompt_ids.length);
    for (let round = 0; round < 2; round++) {
      const { ids } = await model.generate({ prompt: golden.prompt, maxTokens: expected.length, sampling: greedy });
      expect(ids).toEqual(expected);
    }
  });

  test("a step of decoding creates nothing, submits once, and reads back once in four", async () => {
    const { runtime, model, golden } = await load();
    const generate = (maxTokens: number) => model.generate({ prompt: golden.prompt, maxTokens, sampling: greedy });
    await generate(8); // compiled now
    const count = async (maxTokens: number) => {
      const before = { ...runtime.counters };
      await generate(maxTokens);
      return Object.fromEntries(
        Object.entries(runtime.counters).map(([name, n]) => [name, n - before[name as keyof typeof before]]),
      );
    };
    const [few, many] = [await count(9), await count(49)];
    const difference = Object.fromEntries(Object.keys(few).map((name) => [name, many[name] - few[name]]));
    const { dispatches, ...rest } = difference;
    expect(rest).toEqual({ buffers: 0, bindGroups: 0, pipelines: 0, submits: 40, maps: 10, writes: 0 });
    expect(dispatches % 40).toBe(0); // the same each step
  });
});
