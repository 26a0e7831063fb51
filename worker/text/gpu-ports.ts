// The GPU worker as the text worker needs it: vectors for search, tokens for answers. Calls made before the port has come
// wait for it. Does not know the GPU.
import { proxy, type Remote } from "comlink";
import {
  fail,
  type GenerateEvent,
  type GenerateRequest,
  type GpuApi,
  type GpuTuning,
  type ModelInfo,
} from "../contract/index.ts";
import type { AskPorts } from "../inference/ask.ts";
import type { VectorPort } from "../search/vectors.ts";
import type { Library } from "./library.ts";
import type { DatasetPort } from "./tuning/data.ts";
import type { TuningPorts } from "./tuning/service.ts";

/** The embedding model that comes with the app. */
export const defaultEmbedder = "loam-embed";

/** Vectors by one model of the GPU worker. */
export function vectorPort(gpu: Remote<GpuApi>, model: string): VectorPort {
  return {
    model,
    embed: (texts, role) => gpu.embed({ model, texts, ...(role && { role }) }),
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
    replyOdds: async (request) => (await gpu).replyOdds(request),
    countTokens: async (request) => (await gpu).countTokens(request),
    model: async (id) => modelOf(await (await gpu).models(), id),
  };
}

/** What fine-tuning needs of the GPU worker: callbacks cross as proxies. */
export function tuningPorts(gpu: Promise<Remote<GpuApi>>, datasets: DatasetPort): TuningPorts {
  // Comlink proxies nested objects. Never what a promise resolves to: waiting for the proxy would copy the object, methods gone.
  const nested = (api: Remote<GpuApi>) => api.tuning as unknown as Remote<GpuTuning>;
  const remote: GpuTuning = {
    plan: async (job) => nested(await gpu).plan(job),
    tune: async (job, onEvent) => nested(await gpu).tune(job, proxy(onEvent)),
    answer: async (job, onProgress) => nested(await gpu).answer(job, proxy(onProgress)),
    stop: async (id) => nested(await gpu).stop(id),
    mask: async (request) => nested(await gpu).mask(request),
    fingerprint: async (model) => nested(await gpu).fingerprint(model),
    checkAdapter: async (request) => nested(await gpu).checkAdapter(request),
    export: async (request) => nested(await gpu).export(request),
  };
  return { gpu: async () => remote, model: async (id) => modelOf(await (await gpu).models(), id), datasets };
}

function modelOf(models: readonly ModelInfo[], id: string): ModelInfo {
  return models.find((model) => model.id === id) ?? fail({ code: "not-found", what: "model", id });
}
