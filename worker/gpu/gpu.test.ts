// The GPU worker's object in Node, on Dawn: one request after the other, Stop, and a device that is lost under it.
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect } from "vitest";
import { openAdapter } from "../../server/gpu.ts";
import { openFileStore } from "../../server/store.ts";
import { itWith, sharedData } from "../../test/harness/data.ts";
import { fail, greedy, type GpuEvent } from "../contract/index.ts";
import { ModelCatalog } from "../models/catalog.ts";
import { deviceOf, statusOf } from "./device.ts";
import { Gpu } from "./gpu.ts";

const path = "models/stories260k";
const test = itWith(path);
const devices: GPUDevice[] = [];

async function openDevice() {
  const adapter = (await openAdapter()) ?? fail({ code: "gpu-unavailable", reason: "none" });
  const device = await deviceOf(adapter);
  devices.push(device);
  return { device, status: statusOf(adapter, device) };
}
const newCatalog = async () =>
  new ModelCatalog(await openFileStore(mkdtempSync(join(tmpdir(), "loam-gpu-"))), () => Promise.resolve(null));
const request = (id: string, maxTokens: number) => ({
  id,
  model: "stories",
  prompt: "Once upon a time",
  maxTokens,
  sampling: greedy,
});

describe("the GPU worker", () => {
  let gpu: Gpu;
  const events: GpuEvent[] = [];
  beforeAll(async () => {
    gpu = new Gpu(newCatalog(), openDevice);
    await gpu.subscribe((event) => events.push(event));
    const names = ["config.json", "tokenizer.json", "model.safetensors"];
    await gpu.addModel({
      name: "stories",
      files: names.map((name) => ({ name, bytes: new Blob([readFileSync(sharedData(`${path}/${name}`))]) })),
    });
  });

  test("two requests at once are answered one after the other, each with its own text", async () => {
    const [a, b] = await Promise.all([
      gpu.generate(request("a", 12), () => {}),
      gpu.generate(request("b", 12), () => {}),
    ]);
    expect(b.ids).toEqual(a.ids);
    expect(a.finishReason).toBe("length");
    expect((await gpu.models())[0]).toMatchObject({ id: "stories", isLoaded: true });
  });

  test("Stop ends an answer early and keeps what there is", async () => {
    const stopped = gpu.generate(request("s", 400), ({ type }) => void (type === "text-generated" && gpu.cancel("s")));
    const { finishReason, ids } = await stopped;
    expect(finishReason).toBe("cancelled");
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.length).toBeLessThan(40);
  });

  test("a precision counts from the next load on, takes less memory and is remembered", async () => {
    const stored = (await gpu.models())[0]!;
    const chosen = await gpu.setPrecision({ model: "stories", precision: "q8" });
    expect(chosen).toMatchObject({ precision: "q8", isLoaded: false });
    const quantised = await gpu.generate(request("q", 12), () => {});
    expect(quantised.ids).toHaveLength(12);
    const [loaded] = await gpu.models();
    expect(loaded).toMatchObject({ precision: "q8", isLoaded: true });
    expect(loaded!.gpuBytes).toBeLessThan(stored.gpuBytes);
    await gpu.setPrecision({ model: "stories", precision: "stored" });
    await expect(gpu.setPrecision({ model: "none", precision: "q4" })).rejects.toMatchObject({
      detail: { code: "not-found" },
    });
  });

  test("a lost device is opened again, vectors and models come back when they are needed", async () => {
    const before = await gpu.generate(request("c", 8), () => {});
    await gpu.setVectors({ index: "v", vectors: Float32Array.of(1, 0, 0, 1), dimensions: 2 });
    const query = { index: "v", query: Float32Array.of(0, 1), k: 1 };
    expect([...(await gpu.topK(query)).rows]).toEqual([1]);
    devices.at(-1)!.destroy();
    await expect
      .poll(() => events.filter((e) => e.type === "status-changed").map((e) => e.status.state))
      .toContain("lost");
    await expect.poll(async () => (await gpu.status()).state).toBe("ready");
    expect((await gpu.models())[0]).toMatchObject({ isLoaded: false });
    expect((await gpu.generate(request("d", 8), () => {})).ids).toEqual(before.ids);
    expect([...(await gpu.topK(query)).rows]).toEqual([1]);
  });

  test("an answer that loses its device says gpu-lost, and the next one works", async () => {
    const doomed = gpu.generate(
      request("l", 400),
      ({ type }) => void (type === "text-generated" && devices.at(-1)!.destroy()),
    );
    await expect(doomed).rejects.toMatchObject({ detail: { code: "gpu-lost" } });
    await expect.poll(async () => (await gpu.status()).state).toBe("ready");
    expect((await gpu.generate(request("m", 8), () => {})).ids).toHaveLength(8);
  });

  test("without a GPU it says so, and models are still listed", async () => {
    const none = new Gpu(newCatalog(), () => fail({ code: "gpu-unavailable", reason: "this browser has no WebGPU" }));
    expect(await none.status()).toMatchObject({ state: "unavailable", reason: "this browser has no WebGPU" });
    await expect(none.generate(request("e", 1), () => {})).rejects.toThrow();
    expect(await none.models()).toEqual([]);
  });
});

itWith("models/tiny-random-llama-onnx")(
  "what another engine's model cannot do is refused by name, before anything is loaded",
  async () => {
    const gpu = new Gpu(newCatalog(), () => fail({ code: "gpu-unavailable", reason: "none" }));
    const names = ["model.onnx", "model.onnx.data", "tokenizer.json"];
    const blob = (name: string) => new Blob([readFileSync(sharedData(`models/tiny-random-llama-onnx/${name}`))]);
    const files = names.map((name) => ({ name, bytes: blob(name) }));
    const facts = { kind: "decoder", engine: "transformers", maxTokenCount: 2048, isLoaded: false, isDefault: false };
    expect(await gpu.addModel({ name: "tiny", files })).toMatchObject(facts);
    const worn = { ...request("w", 4), model: "tiny", adapters: [{ id: "a", strength: 1 }] };
    const refused = { detail: { code: "engine-cannot", model: "tiny", engine: "Transformers.js" } };
    await expect(gpu.generate(worn, () => {})).rejects.toMatchObject(refused);
    await expect(gpu.setPrecision({ model: "tiny", precision: "q8" })).rejects.toMatchObject(refused);
    await expect(gpu.tuning.fingerprint("tiny")).rejects.toMatchObject(refused);
    await expect(gpu.tuning.mask({ model: "tiny", row: { id: "r", messages: [] } })).rejects.toMatchObject(refused);
    const lacking = gpu.addModel({ name: "cut", files: [files[0]!, files[2]!] });
    await expect(lacking).rejects.toMatchObject({ detail: { code: "bad-file", file: "model.onnx.data" } });
    expect((await gpu.models()).map(({ id }) => id)).toEqual(["tiny"]);
  },
);
