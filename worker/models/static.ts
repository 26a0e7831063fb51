// What a static embedding's files hold, shared by those who list, load and train one.
import { fail } from "../contract/errors.ts";
import type { StoredTensor } from "../engine/format/tensor.ts";
import { readConfig, readHeaders, type ModelFolder } from "./folder.ts";

export const STATIC_ARCHITECTURE = "StaticEmbedding";
export const STATIC_TENSOR = "embedding.weight"; // (V, C), as sentence-transformers names it

/** The vectors of a static embedding's tokens. Throws bad-file where they are not as large as the configuration says. */
export async function staticTable(folder: ModelFolder): Promise<StoredTensor> {
  const config = (await readConfig(folder)) as { vocab_size?: number; hidden_size?: number };
  const stored = (await readHeaders(folder)).get(STATIC_TENSOR);
  const [V, C] = stored?.shape.length === 2 ? stored.shape : [];
  if (stored && V === config.vocab_size && C === config.hidden_size) return stored;
  return fail({
    code: "bad-file",
    file: "model.safetensors",
    format: "static embedding",
    reason: `${STATIC_TENSOR} is (${stored?.shape ?? "missing"}), the configuration says (${config.vocab_size},${config.hidden_size})`,
  });
}
