// A model written as GGUF and read again says what it said, alone and with an adapter added in.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openFolder } from "../../server/folder.ts";
import { openDevice } from "../../server/gpu.ts";
import { greedy } from "../../worker/contract/inference.ts";
import { blobSource } from "../../worker/engine/format/bytes.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { exportAdapter, exportGguf } from "../../worker/tuning/export-adapter.ts";
import { itWith, sharedData } from "../harness/data.ts";
import { adapterOf } from "../harness/untrained.ts";

const runtime = new Runtime(await openDevice());
const slice = <T>(work: () => Promise<T> | T): Promise<T> => Promise.resolve(work());

it("loam-chat in F16: every token the same, from a file of its own", async () => {
  const folder = openFolder("loam-chat");
  const model = await ChatModel.load(runtime, folder, undefined, "full");
  const { files, parity } = await exportGguf({ model, folder, adapter: null, type: "F16", slice });
  expect(files.map(({ name }) => name)).toEqual(["loam-chat-F16.gguf"]);
  expect(parity.equalTokens).toBe(parity.tokens);
});

const path = "models/stories260k";
itWith(path)("stories260k in F32: the reference's tokens; with an adapter, the adapter's", async () => {
  const folder = openFolder(sharedData(path));
  const model = await ChatModel.load(runtime, folder);
  const { prompt, prompt_ids, greedy_ids } = JSON.parse(readFileSync(sharedData(`${path}/reference_greedy.json`), "utf8")) as { prompt: string; prompt_ids: number[]; greedy_ids: number[] }; // prettier-ignore
  const tokensOf = async (exported: Awaited<ReturnType<typeof exportGguf>>) => {
    const files = new Map(exported.files.map(({ name, bytes }) => [name, blobSource(name, bytes)]));
    const again = await ChatModel.load(runtime, { id: "again", files });
    return again.generate({ prompt, maxTokens: greedy_ids.length - prompt_ids.length, sampling: greedy });
  };
  const alone = await exportGguf({ model, folder, adapter: null, type: "F32", slice });
  expect((await tokensOf(alone)).ids).toEqual(greedy_ids.slice(prompt_ids.length));
  const adapter = adapterOf(model.config);
  const merged = await exportGguf({ model, folder, adapter, type: "F32", slice });
  expect(merged.parity.tokens).toBeGreaterThan(30);
  expect(merged.parity.equalTokens / merged.parity.tokens).toBeGreaterThan(0.99);
  const { ids } = await tokensOf(merged);
  expect(ids).not.toEqual(greedy_ids.slice(prompt_ids.length));
  const halves = await exportAdapter({ model, folder, adapter, fingerprint: "", format: "merged-gguf", slice });
  expect(halves.files.map(({ name }) => name)).toEqual(["stories260k-F16.gguf"]);
});
