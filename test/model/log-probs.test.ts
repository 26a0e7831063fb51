// Log-probabilities against the logits of an independent float64 forward pass, and against themselves: read and decoded.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { greedy } from "../../worker/contract/inference.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { generateTokens } from "../../worker/inference/generate.ts";
import { logProbOf, promptLogProbs } from "../../worker/inference/log-probs.ts";
import { itWith, sharedData } from "../harness/data.ts";

interface Golden {
  prompt_ids: number[];
  greedy_ids: number[]; // prompt included
  last_logits_of_prompt: number[];
}
const path = "models/stories260k";
const test = itWith(path);
let model: ChatModel;
let golden: Golden;

beforeAll(async () => {
  model = await ChatModel.load(new Runtime(await openDevice()), openFolder(sharedData(path)));
  golden = JSON.parse(readFileSync(sharedData(`${path}/reference_greedy.json`), "utf8")) as Golden;
});
afterAll(() => model.dispose());

const answer = (topCount: number, maxTokens: number) =>
  generateTokens(model.session, { promptIds: golden.prompt_ids, maxTokens, sampling: greedy, endTokens: new Set(), topCount }); // prettier-ignore

describe("log-probabilities", () => {
  test("of the first token of an answer are the reference's within 1e-4", async () => {
    const { last_logits_of_prompt: logits } = golden;
    const most = Math.max(...logits);
    const lse = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
    const order = logits.map((_, id) => id).sort((a, b) => logits[b]! - logits[a]!);
    const [first] = (await answer(5, 1)).logProbs;
    expect(first!.top.map(({ id }) => id)).toEqual(order.slice(0, 5));
    for (const { id, logProb } of first!.top) expect(Math.abs(logProb - (logits[id]! - lse))).toBeLessThan(1e-4);
    expect(first!.logProb).toBe(first!.top[0]!.logProb);
  });

  test("of an answer are those of reading it, and its tokens are those of an answer without", async () => {
    const { greedy_ids: ids, prompt_ids } = golden;
    const read = (await promptLogProbs(model.session, ids, 2))!;
    expect(read[0]).toEqual({ id: ids[0], logProb: null, top: [] });
    const decoded = await answer(2, ids.length - prompt_ids.length);
    expect(decoded.ids).toEqual(ids.slice(prompt_ids.length));
    expect(read.map(({ id }) => id)).toEqual(ids);
    for (const [i, one] of decoded.logProbs.entries()) {
      const same = read[prompt_ids.length + i]!;
      expect(same.top[0]!.id).toBe(one.id); // the greedy choice
      expect(Math.abs(one.logProb! - same.logProb!)).toBeLessThan(1e-4);
      expect(Math.abs(one.top[1]!.logProb - same.top[1]!.logProb)).toBeLessThan(1e-4);
    }
  });

  test("are looked at without a change to the answer that follows", async () => {
    const before = await generateTokens(model.session, { promptIds: golden.prompt_ids, maxTokens: 8, sampling: greedy, endTokens: new Set() }); // prettier-ignore
    expect(before.logProbs).toEqual([]);
    expect(before.ids).toEqual(golden.greedy_ids.slice(golden.prompt_ids.length, golden.prompt_ids.length + 8));
  });

  test("are a distribution; equal ones come by rising id", () => {
    const { logProb, top } = logProbOf(Float32Array.of(1, 3, -80, 3, 2), 2, 5);
    expect(top.map(({ id }) => id)).toEqual([1, 3, 4, 0, 2]);
    expect(top.reduce((sum, one) => sum + Math.exp(one.logProb), 0)).toBeCloseTo(1, 12);
    expect(logProb).toBe(top[4]!.logProb);
    expect(logProbOf(Float32Array.of(1, 2), 0, 0).top).toEqual([]);
  });
});
