// An adapter from files of any form that is known here, told apart by their names: a peft folder, an MLX folder, a GGUF file.
import type { ByteSource } from "../engine/format/bytes.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import { readGgufAdapter } from "./gguf/lora.ts";
import { isGguf } from "./gguf/unfold.ts";
import { MLX_WEIGHTS, readMlx } from "./mlx.ts";
import { readPeft, type ReadAdapter } from "./peft.ts";

/** Reads an adapter for a base of this configuration. Throws bad-file, model-unsupported. */
export async function readAdapter(files: ReadonlyMap<string, ByteSource>, model: DecoderConfig): Promise<ReadAdapter> {
  if (files.has("adapter_model.safetensors")) return readPeft(files, model);
  if (files.has(MLX_WEIGHTS)) return readMlx(files, model);
  const gguf = [...files].find(([name]) => isGguf(name))?.[1];
  return gguf ? readGgufAdapter(gguf, model) : readPeft(files, model);
}
