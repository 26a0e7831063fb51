// The default chat model in our engine against transformers in float32: ids of the chat prompt, logits, greedy answers.
import { describe, expect, it } from "vitest";
import { openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { greedy } from "../../worker/contract/inference.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { refusal } from "../../worker/inference/prompt.ts";
import { readConfig } from "../../worker/models/folder.ts";
import { groundingOf } from "../../worker/models/grounding.ts";
import golden from "../golden/loam-chat.json" with { type: "json" };

describe("loam-chat", async () => {
  const model = await ChatModel.load(new Runtime(await openDevice()), openFolder("loam-chat"));

  it.each(golden.cases.map((c, i) => [i, c] as const))(
    "case %i: ids, logits and greedy answer are those of transformers",
    async (_, c) => {
      const messages = [{ role: "user", content: c.content } as const];
      expect(model.promptIds({ messages })).toEqual(c.ids);
      const logits = await model.logits(c.ids);
      c.logits.forEach((expected, i) => expect(Math.abs(logits[i] - expected)).toBeLessThan(2e-3));
      expect(Math.abs(Math.max(...logits) - c.maxLogit)).toBeLessThan(2e-3);
      const { ids } = await model.generate({ messages, maxTokens: c.greedy.length, sampling: greedy });
      expect(ids).toEqual(c.greedy.filter((id) => !model.endTokens.has(id)));
    },
  );

  it("the odds of a refusal are its first token's logit against the largest other one, and say what a greedy answer does", async () => {
    const first = model.tokenizer.encode(` ${refusal}`, { isRaw: true })[0]!;
    for (const { content, ids, greedy: answer } of golden.cases.slice(0, 8)) {
      const odds = await model.replyOdds({ messages: [{ role: "user", content }], reply: refusal });
      const logits = await model.logits(ids);
      const others = logits.filter((_, id) => id !== first);
      expect(odds).toBeCloseTo(logits[first]! - Math.max(...others), 4);
      expect(odds > 0).toBe(answer[0] === first);
    }
  });

  it("its folder says from which odds on a passage does not say it", async () => {
    expect(groundingOf(await readConfig(openFolder("loam-chat")))).toEqual({ refusalOdds: expect.any(Number) });
    expect(groundingOf({ architectures: ["LlamaForCausalLM"] })).toBeUndefined();
    for (const stated of [{}, null, { refusal_odds: "-2" }])
      expect(() => groundingOf({ loam_grounding: stated })).toThrow("bad-file");
  });
});
