// Adapters in a chat model: what peft trained gives what peft says, several are one, swapping compiles nothing anew.
import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { fileSource, openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { greedy } from "../../worker/contract/inference.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { stackAdapters } from "../../worker/models/adapter.ts";
import { readHeaders } from "../../worker/models/folder.ts";
import { fingerprintOf, readPeft, writePeft } from "../../worker/models/peft.ts";
import { closeness } from "../harness/close.ts";
import { itWith, sharedData } from "../harness/data.ts";
import expected from "../golden/peft-stories/expected.json" with { type: "json" };

const path = "models/stories260k";
const folder = "test/golden/peft-stories";
const peftFiles = () =>
  new Map(["adapter_config.json", "adapter_model.safetensors"].map((n) => [n, fileSource(`${folder}/${n}`)]));

async function load() {
  const runtime = new Runtime(await openDevice());
  const model = await ChatModel.load(runtime, openFolder(sharedData(path)));
  const { adapter } = await readPeft(peftFiles(), model.config);
  const stack = (...strengths: number[]) =>
    stackAdapters(model.config, strengths.map((strength) => ({ adapter, strength }))); // prettier-ignore
  return { runtime, model, adapter, stack };
}

describe("an adapter that peft trained", () => {
  const test = itWith(path);

  test("gives peft's logits within 1e-3, and its greedy tokens", async () => {
    const { model, stack } = await load();
    const plain = await model.logits(expected.prompt);
    expect(closeness(await model.logits(expected.prompt, stack(1)), expected.logits, 1e-3)).toPass();
    expect(closeness(plain, expected.logits, 1e-3)).not.toPass();
    const text = model.tokenizer.decode(expected.prompt);
    expect(model.promptIds({ prompt: text })).toEqual(expected.prompt);
    const request = { prompt: text, maxTokens: 490, sampling: greedy };
    const { ids } = await model.generate(request, { adapter: stack(1) });
    const same = ids.filter((id, i) => id === expected.greedy[i]).length;
    expect(same / ids.length).toBeGreaterThanOrEqual(0.99);
  });

  test("worn twice at half strength is itself; at strength 0 and taken off it is the base", async () => {
    const { model, stack } = await load();
    const plain = await model.logits(expected.prompt);
    expect(closeness(await model.logits(expected.prompt, stack(0.5, 0.5)), expected.logits, 1e-3)).toPass();
    expect(closeness(await model.logits(expected.prompt, stack(0, 0)), plain, 1e-6)).toPass();
    expect(closeness(await model.logits(expected.prompt), plain, 1e-6)).toPass();
  });

  test("is swapped for one of the same layout without a new buffer, and the base is there once", async () => {
    const { runtime, model, stack } = await load();
    await model.logits(expected.prompt, stack(1));
    const [before, bytes] = [{ ...runtime.counters }, runtime.allocatedBytes];
    for (const strength of [0.2, 0.4, 0.6, 0.8]) await model.logits(expected.prompt, stack(strength));
    expect(runtime.counters.buffers - before.buffers).toBe(4); // the read-backs of four logits
    expect(runtime.counters.bindGroups).toBe(before.bindGroups);
    expect(runtime.allocatedBytes).toBe(bytes);
  });

  test("written by us and read again is the same, with the base's fingerprint", async () => {
    const { model, adapter } = await load();
    const fingerprint = await fingerprintOf(await readHeaders(openFolder(sharedData(path))));
    const files = writePeft(adapter, model.config, { name: "stories260k", fingerprint });
    const again = await readPeft(sources(files), model.config);
    expect(again.baseFingerprint).toBe(fingerprint);
    expect(again.adapter.config).toEqual(adapter.config);
    for (const [name, values] of adapter.values) expect(again.adapter.values.get(name)).toEqual(values);
  });

  test.each([
    ["of another base", { L: 3 }, {}, /another base/],
    ["of another width", { C: 32 }, {}, /another base/],
    ["that uses DoRA", {}, { use_dora: true }, /use_dora/],
    ["of another kind", {}, { peft_type: "IA3" }, /IA3/],
    ["without a rank", {}, { r: null }, /not numbers/],
  ])("%s is refused, with the reason", async (_, sizes, json, reason) => {
    const { model } = await load();
    const config = { ...(JSON.parse(readFileSync(`${folder}/adapter_config.json`, "utf8")) as object), ...json };
    const files = sources(new Map([["adapter_config.json", new TextEncoder().encode(JSON.stringify(config))]]));
    const all = new Map([...peftFiles(), ...files]);
    await expect(readPeft(all, { ...model.config, ...sizes })).rejects.toThrow(reason);
  });
});

const sources = (files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>) =>
  new Map(
    [...files].map(([name, bytes]) => [
      name,
      { name, size: bytes.length, read: async (at: number, length: number) => bytes.slice(at, at + length) },
    ]),
  );
