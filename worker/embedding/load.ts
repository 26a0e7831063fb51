// Opens an embedding model, whichever kind its folder holds.
import type { Runtime } from "../engine/runtime.ts";
import { readConfig, type ModelFolder } from "../models/folder.ts";
import type { Embedder } from "./embedder.ts";
import { STATIC_ARCHITECTURE } from "../models/static.ts";
import { EncoderEmbedder } from "./encoder.ts";
import { StaticEmbedder } from "./static.ts";

/** An encoder of the BERT family, or a static embedding. Throws bad-file, model-unsupported, gpu-out-of-memory. */
export async function loadEmbedder(runtime: Runtime, folder: ModelFolder): Promise<Embedder> {
  const json = (await readConfig(folder)) as { architectures?: readonly string[] };
  return json.architectures?.[0] === STATIC_ARCHITECTURE
    ? StaticEmbedder.load(runtime, folder)
    : EncoderEmbedder.load(runtime, folder);
}
