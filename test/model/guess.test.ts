// Guessing tokens from the context changes no token, takes fewer steps where answers quote, and gives up where it is of no use.
import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { greedy, type Sampling } from "../../worker/contract/inference.ts";
import { PRECISIONS } from "../../worker/engine/model/weights.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { generateTokens } from "../../worker/inference/generate.ts";
import { Session } from "../../worker/inference/session.ts";
import golden from "../golden/loam-chat.json" with { type: "json" };
import { itWith, sharedData } from "../harness/data.ts";
import { adapterOf, llama, weightsOf } from "../harness/untrained.ts";

const runtime = new Runtime(await openDevice());
vi.setConfig({ testTimeout: 400_000 }); // every answer twice, on software adapters
const noEnd: ReadonlySet<number> = new Set();

/** The same answer without guesses and with them. */
async function both(
  session: Session,
  promptIds: readonly number[],
  maxTokens: number,
  endTokens = noEnd,
  sampling: Sampling = greedy,
) {
  // prettier-ignore
  const answer = async (guesses: boolean) => {
    session.guesses = guesses;
    return generateTokens(session, { promptIds, maxTokens, sampling, endTokens });
  };
  return { plain: await answer(false), guessed: await answer(true) };
}

describe("loam-chat", () => {
  it.each(PRECISIONS.filter((p) => p !== "half" || runtime.device.features.has("shader-f16")))(
    "answers grounded questions in %s with the same tokens, in fewer steps",
    async (precision) => {
      const model = await ChatModel.load(runtime, openFolder("loam-chat"), undefined, precision);
      let [tokens, steps] = [0, 0];
      for (const { ids } of golden.cases.slice(0, precision === "full" ? 8 : 4)) {
        const { plain, guessed } = await both(model.session, ids, 40, model.endTokens);
        expect(guessed.ids).toEqual(plain.ids);
        expect(guessed.finishReason).toBe(plain.finishReason);
        tokens += plain.timings.steps!;
        steps += guessed.timings.steps!;
      }
      console.log(`${precision}: ${tokens} steps, ${steps} with guesses`);
      expect(steps).toBeLessThan(tokens);
      model.dispose();
    },
  );
});

describe.each(["models/stories260k", "models/babyllama105"])("%s", (path) => {
  itWith(path)("goes on with the same tokens", async () => {
    const { greedy_ids } = JSON.parse(readFileSync(sharedData(`${path}/reference_greedy.json`), "utf8")) as {
      greedy_ids: number[];
    };
    const { session } = await ChatModel.load(runtime, openFolder(sharedData(path)));
    for (const length of [5, 24]) {
      const { plain, guessed } = await both(session, greedy_ids.slice(0, length), 40);
      expect(guessed.ids).toEqual(plain.ids);
    }
  });
});

describe("a model that nobody trained", async () => {
  const config = llama({ hidden_size: 64, num_attention_heads: 2, num_key_value_heads: 1, num_hidden_layers: 2, intermediate_size: 96, vocab_size: 320, max_position_embeddings: 1064 }); // prettier-ignore
  const session = await Session.open(runtime, config, await weightsOf(runtime, config, "full"));
  const prompt = Array.from({ length: 50 }, (_, i) => (i * i * 7) % 320);

  it("stays exact to the end of its context, as the cache grows", async () => {
    const long = Array.from({ length: 1000 }, (_, i) => (i * i) % 320);
    const { plain, guessed } = await both(session, long, 2000);
    expect(plain.ids.length).toBe(64);
    expect(guessed.ids).toEqual(plain.ids);
  });

  it("stops where it is told to, and gives no token too many", async () => {
    const { plain } = await both(session, prompt, 30);
    for (const maxTokens of [1, 2, 3, 7]) {
      const { guessed } = await both(session, prompt, maxTokens);
      expect(guessed.ids).toEqual(plain.ids.slice(0, maxTokens));
      expect(guessed.finishReason).toBe("length");
    }
    const end = plain.ids[9];
    const stopped = (await both(session, prompt, 30, new Set([end]))).guessed;
    expect(stopped.ids).toEqual(plain.ids.slice(0, plain.ids.indexOf(end)));
    expect(stopped.finishReason).toBe("stop");
  });

  it("creates nothing for a step, submits once, and reads back once in four", async () => {
    session.guesses = true;
    const count = async (maxTokens: number) => {
      const before = { ...runtime.counters };
      const request = { promptIds: prompt, maxTokens, sampling: greedy, endTokens: noEnd };
      const { timings } = await generateTokens(session, request);
      const more = (name: keyof typeof before) => runtime.counters[name] - before[name];
      return { steps: timings.steps!, maps: more("maps"), created: more("buffers") + more("bindGroups") };
    };
    await count(60);
    const { steps, maps, created } = await count(60);
    expect(created).toBe(0);
    expect(maps).toBeLessThanOrEqual(2 + Math.ceil(steps / 4));
  });

  it("guesses neither where tokens are drawn or penalised nor under an adapter, where rows together are computed in another order", async () => {
    for (const sampling of [
      { ...greedy, temperature: 0.7, seed: 3 },
      { ...greedy, repetitionPenalty: 1.2 },
    ]) {
      const { plain, guessed } = await both(session, prompt, 24, noEnd, sampling);
      expect(guessed.ids).toEqual(plain.ids);
      expect(guessed.timings.steps).toBe(24);
    }
    await session.wear(adapterOf(config));
    expect((await both(session, prompt, 24)).guessed.timings.steps).toBe(24);
    await session.wear(null);
  });
});
