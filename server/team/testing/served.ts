// A model that says what it is told to, a word a token, behind the API that OpenAI's clients speak: for tests of what is around it.
import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../../worker/contract/errors.ts";
import type { Answering } from "../../openai/measure.ts";

/** Answers "one two three" with 10 ms before each word; asked for "crash", it fails after the first. */
export const echo: Answering = {
  models: [
    { id: "echo", kind: "chat" },
    { id: "echo:parrot", kind: "chat" },
    { id: "vectors", kind: "embedding" },
  ],
  waitingCount: 0,
  waitSeconds: 1,
  async generate({ prompt }, signal, onText = () => {}) {
    const said = "messages" in prompt ? (prompt.messages.at(-1)?.content ?? "") : "";
    let [text, generatedTokens] = ["", 0];
    for (const word of ["one", " two", " three"]) {
      await sleep(10);
      if (signal.aborted) break;
      onText(word, null);
      text += word;
      generatedTokens++;
      if (said === "crash") fail({ code: "gpu-lost", reason: "asked to" });
    }
    const finishReason = signal.aborted ? "cancelled" : "stop";
    return { text, echoed: "", tokens: null, finishReason, promptTokens: 5, reusedTokens: 0, generatedTokens };
  },
  embed: ({ texts }) =>
    Promise.resolve({ vectors: new Float32Array(texts.length), dimensions: 1, tokens: 2 * texts.length }),
};
