// The GPU worker as the text worker needs it: vectors for search, tokens for answers. Calls made before the port has come
// wait for it. Does not know the GPU.
import { proxy, type Remote } from "comlink";
import { fail, type GenerateEvent, type GenerateRequest, type GpuApi, type ModelInfo } from "../contract/index.ts";
import type { AskPorts } from "../inference/ask.ts";
import type { VectorPort } from "../search/vectors.ts";
import type { Library } from "./library.ts";

/** The embedding model that comes with the app. */
export const defaultEmbedder = "loam-embed";

/** Vectors by one model of the GPU worker. */
export function vectorPort(gpu: Remote<GpuApi>, model: string): VectorPort {
  return {
    model,
    embed: (texts) => gpu.embed({ model, texts }),
    setVectors: (request) => gpu.setVectors(request),
    topK: (request) => gpu.topK(request),
  };
}

/** What asking needs, from the library and the GPU worker. */
export function askPorts(library: Library, gpu: Promise<Remote<GpuApi>>): AskPorts {
  return {
    async hasDocuments(documentIds) {
      const ready = (await library.list()).filter((info) => info.state === "ready");
      return ready.some(({ id }) => documentIds === undefined || documentIds.includes(id));
    },
    search: (request) => library.search(request),
    generate: async (request: GenerateRequest, onEvent: (event: GenerateEvent) => void) =>
      (await gpu).generate(request, proxy(onEvent)),
    countTokens: async (request) => (await gpu).countTokens(request),
    model: async (id) => modelOf(await (await gpu).models(), id),
  };
}

function modelOf(models: readonly ModelInfo[], id: string): ModelInfo {
  return models.find((model) => model.id === id) ?? fail({ code: "not-found", what: "model", id });
}
