// Quantised decoders: how far their logits are from those of full precision, what a step of decoding costs, and adapters over them.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { greedy } from "../../worker/contract/inference.ts";
import type { Precision } from "../../worker/engine/model/weights.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { generateTokens, readPrompt } from "../../worker/inference/generate.ts";
import { Session } from "../../worker/inference/session.ts";
import golden from "../golden/loam-chat.json" with { type: "json" };
import { itWith, sharedData } from "../harness/data.ts";
import { llama, weightsOf } from "../harness/untrained.ts";

/** Σ (a − e)² / Σ e². Source: ggml, tests/test-backend-ops.cpp. */
function nmse(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [error, power] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    error += (actual[i] - expected[i]) ** 2;
    power += expected[i] ** 2;
  }
  return error / power;
}

/** What a matrix of normals loses: a million of them, with scales of least error; q8 with those of its largest. */
const lossOf = { q8: 2.9e-5, q4: 6.6e-3 };
const bounds = { q8: 1e-4, q4: 5e-3 };

/** What of it is read: ends of prompts at which logits are looked at. */
const texts: Readonly<Record<string, () => readonly (readonly number[])[]>> = {
  "loam-chat": () => golden.cases.slice(0, 4).map(({ ids }) => ids),
  "models/stories260k": () => beginningsOf("models/stories260k"),
  "models/babyllama105": () => beginningsOf("models/babyllama105"),
};
/** Every fourth beginning of a text, not the first few words. */
function beginningsOf(path: string): number[][] {
  const { greedy_ids } = JSON.parse(readFileSync(sharedData(`${path}/reference_greedy.json`), "utf8")) as {
    greedy_ids: number[];
  };
  return greedy_ids.flatMap((_, i) => (i >= 4 && i % 4 === 0 ? [greedy_ids.slice(0, i + 1)] : []));
}

describe.each(Object.keys(texts))("%s", (path) => {
  const isOurs = !path.includes("/");
  (isOurs ? it : itWith(path))("its logits stay near those of full precision", async () => {
    const runtime = new Runtime(await openDevice());
    const logits = async (precision: Precision) => {
      const model = await ChatModel.load(runtime, openFolder(isOurs ? path : sharedData(path)), undefined, precision);
      const values: number[] = [];
      for (const ids of texts[path]()) for (const logit of await model.logits(ids)) values.push(logit);
      const bytes = [...model.weights.values()].reduce((sum, { buffer }) => sum + buffer.size, 0);
      model.dispose();
      return { values, bytes };
    };
    const full = await logits("full");
    for (const precision of ["q8", "q4"] as const) {
      const { values, bytes } = await logits(precision);
      const error = nmse(values, full.values);
      console.log(`${path} ${precision}: NMSE ${error.toExponential(2)}, ${bytes} of ${full.bytes} bytes`);
      expect(error).toBeLessThan(bounds[precision]);
      expect(bytes).toBeLessThan(full.bytes / 2);
    }
  });
});

it("logits of a random decoder lose about what its matrices lose", async () => {
  const runtime = new Runtime(await openDevice());
  const config = llama({ hidden_size: 128, num_attention_heads: 4, num_key_value_heads: 2, num_hidden_layers: 3, intermediate_size: 256, vocab_size: 320 }); // prettier-ignore
  const promptIds = Array.from({ length: 8 }, (_, i) => (i * 37) % 320);
  const logits = async (precision: Precision) => {
    const session = await Session.open(runtime, config, await weightsOf(runtime, config, precision));
    await readPrompt(session, { promptIds }, async (work) => work());
    return session.logits();
  };
  const full = await logits("full");
  for (const precision of ["q8", "q4"] as const) {
    const expected = (2 + 4 * config.L - 2) * lossOf.q8 + 2 * lossOf[precision]; // q4: gateUp and down of the middle layer alone
    const error = nmse(await logits(precision), full);
    console.log(
      `random ${precision}: NMSE ${error.toExponential(2)}, the sum of its matrices' ${expected.toExponential(2)}`,
    );
    expect(error).toBeLessThan(4 * expected); // a tied embedding's loss meets itself in the head, a gate's its up's
    expect(error).toBeGreaterThan(expected / 10); // or nothing was quantised
  }
});

describe("a step of decoding", () => {
  // Layers and heads of SmolLM2-135M, narrower: no count depends on widths of whole blocks. The weights are zero: only the work
  // is looked at.
  const config = llama({ hidden_size: 288, num_attention_heads: 9, num_key_value_heads: 3, num_hidden_layers: 30, intermediate_size: 320, vocab_size: 96 }); // prettier-ignore

  it.each(["q4", "full"] as const)(
    "of 30 layers in %s is at most 185 dispatches, one submit, and a quarter of a read-back",
    async (precision) => {
      const runtime = new Runtime(await openDevice());
      runtime.tuning = { hasCheapBarriers: true }; // as a GPU's are
      const session = await Session.open(runtime, config, await weightsOf(runtime, config, precision, true), 64);
      const count = async (maxTokens: number) => {
        const before = { ...runtime.counters };
        await generateTokens(session, { promptIds: [1, 2, 3], maxTokens, sampling: greedy, endTokens: new Set() });
        return Object.fromEntries(Object.entries(runtime.counters).map(([name, n]) => [name, n - before[name as keyof typeof before]])); // prettier-ignore
      };
      await count(2); // compiled now
      const [few, many] = [await count(1), await count(9)];
      const steps = Object.fromEntries(Object.keys(few).map((name) => [name, (many[name] - few[name]) / 8]));
      console.log(`${precision}: ${steps.dispatches} dispatches a token`);
      expect(steps).toMatchObject({ buffers: 0, bindGroups: 0, pipelines: 0, writes: 0, submits: 1 });
      expect(steps.maps).toBeLessThanOrEqual(1 / 4);
      expect(steps.dispatches).toBeLessThanOrEqual(185);
    },
  );
});
