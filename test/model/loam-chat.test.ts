// The default chat model in our engine against transformers in float32: ids of the chat prompt, logits, greedy answers.
import { describe, expect, it } from "vitest";
import { openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { greedy } from "../../worker/contract/inference.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
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
});
