// Opens a model of another engine. The engine's code comes with its first model and not before.
import type { ForeignEngine, LoadProgress } from "../contract/inference.ts";
import type { ModelFolder } from "../models/folder.ts";
import type { ForeignModel } from "./foreign.ts";

export interface ForeignDevice {
  readonly isSoftware: boolean; // the adapter is a processor in disguise
  readonly hasHalf: boolean; // shaders may compute with 16-bit floats
}

/** Throws bad-file, model-unsupported, library-missing, and engine-failed with what the engine says. */
export async function loadForeign(
  engine: ForeignEngine,
  folder: ModelFolder,
  device: ForeignDevice,
  onProgress: (progress: LoadProgress) => void,
): Promise<ForeignModel> {
  if (engine === "webllm") return (await import("./webllm.ts")).loadWebLlm(folder, onProgress);
  return (await import("./transformers.ts")).loadTransformers(folder, device, onProgress);
}
