import { describe, expect, test } from "vitest";
import { AppError, type LoadProgress, type ModelInfo } from "../../worker/contract/index.ts";
import { ModelsState, type ModelsClient } from "./models.svelte.ts";

function model(id: string, change: Partial<ModelInfo> = {}): ModelInfo {
  return {
    ...{ id, name: id, kind: "decoder", architecture: "LlamaForCausalLM", parameterCount: 1, maxTokenCount: 512 },
    ...{ sizeBytes: 100, gpuBytes: 0, licence: "", isDefault: false, isLoaded: false, card: "", ...change },
  } as ModelInfo;
}

function fakeModels(models: ModelInfo[]) {
  const calls: string[] = [];
  const client: ModelsClient = {
    models: async () => models,
    subscribe: async () => undefined,
    load: async ({ model: id }, onEvent: (event: LoadProgress) => void) => {
      calls.push(id);
      onEvent({ type: "bytes-read", done: 50, total: 100 });
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (id === "broken") throw new AppError({ code: "gpu-out-of-memory", neededBytes: 9, what: "weights" });
      return model(id, { isLoaded: true });
    },
    unload: async () => undefined,
    addModel: async ({ name, files }) => {
      if (files.length < 3) throw new AppError({ code: "bad-file", file: "x", format: "safetensors", reason: "cut" });
      return model(name);
    },
    setPrecision: async ({ model: id, precision }) => model(id, { precision }),
    removeModel: async () => undefined,
  };
  return { client, calls };
}

describe("the models", () => {
  test("the wanted one answers when it is here, else the default one, else none", async () => {
    const { client } = fakeModels([
      model("own"),
      model("loam-chat", { isDefault: true }),
      model("loam-embed", { kind: "static-embedding" }),
    ]);
    const models = new ModelsState(client);
    expect(models.answering(null)).toBeUndefined();
    await models.refresh();
    expect(models.answering(null)?.id).toBe("loam-chat");
    expect(models.answering("own")?.id).toBe("own");
    expect(models.answering("gone")?.id).toBe("loam-chat");
    expect(models.answering("loam-embed")?.id).toBe("loam-chat");
  });
  test("a model of another engine answers, and is never the one that learns", async () => {
    const models = new ModelsState(fakeModels([model("onnx", { engine: "transformers" }), model("own")]).client);
    await models.refresh();
    expect(models.answering("onnx")?.id).toBe("onnx");
    expect(models.learning("onnx")?.id).toBe("own");
  });
  test("two who need a model share one loading, and see how far it is", async () => {
    const { client, calls } = fakeModels([model("m")]);
    const models = new ModelsState(client);
    await models.refresh();
    const both = Promise.all([models.load("m"), models.load("m")]);
    expect(models.loading("m")).toEqual({ done: 50, total: 100 });
    await both;
    expect(calls).toEqual(["m"]);
    expect(models.find("m")?.isLoaded).toBe(true);
    expect(models.loading("m")).toBeUndefined();
    await models.load("m");
    expect(calls).toEqual(["m"]);
  });
  test("a failed load says why, can be tried again, and throws to who waits for it", async () => {
    const { client, calls } = fakeModels([model("broken")]);
    const models = new ModelsState(client);
    await models.refresh();
    await expect(models.load("broken")).rejects.toBeInstanceOf(AppError);
    expect(models.errorOf("broken")?.code).toBe("gpu-out-of-memory");
    await models.load("broken").catch(() => undefined);
    expect(calls).toHaveLength(2);
  });
  test("a model that cannot be added leaves the list as it was", async () => {
    const { client } = fakeModels([model("m")]);
    const models = new ModelsState(client);
    await models.refresh();
    expect(await models.add("bad", [])).toBeNull();
    expect(models.error?.code).toBe("bad-file");
    expect(models.models).toHaveLength(1);
    expect(models.isAdding).toBe(false);
  });
});
