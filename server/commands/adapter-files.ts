// Adapters on disk, as the command line names them: DIR or FILE.gguf, or that with =strength, several divided by commas.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fail } from "../../worker/contract/errors.ts";
import type { ByteSource } from "../../worker/engine/format/bytes.ts";
import type { ChatModel } from "../../worker/inference/chat-model.ts";
import { readAdapter } from "../../worker/models/adapter-files.ts";
import { stackAdapters, type AdapterWeights, type WornAdapter } from "../../worker/models/adapter.ts";
import { isGguf } from "../../worker/models/gguf/unfold.ts";
import { fileSource } from "../folder.ts";
import type { Values } from "./command.ts";

/** The adapters an option names, as one; null when it names none. Throws not-found, bad-file, invalid-argument. */
export async function wornAdapter(values: Values, option: string, model: ChatModel): Promise<AdapterWeights | null> {
  const value = values[option];
  if (typeof value !== "string") return null;
  const worn: WornAdapter[] = [];
  for (const part of value.split(",")) {
    const [folder, strength = "1"] = part.split("=");
    const factor = Number(strength);
    if (!Number.isFinite(factor))
      fail({ code: "invalid-argument", name: `--${option}`, reason: `${strength} is no strength` });
    const { adapter } = await readAdapter(adapterFolder(folder), model.config);
    worn.push({ adapter, strength: factor });
  }
  return worn.length === 1 && worn[0].strength === 1 ? worn[0].adapter : stackAdapters(model.config, worn);
}

/** The files of an adapter: those of a folder, or a GGUF file. Throws not-found. */
export function adapterFolder(folder: string): Map<string, ByteSource> {
  if (isGguf(folder) && existsSync(folder)) return new Map([[basename(folder), fileSource(folder)]]);
  if (!existsSync(folder) || !readdirSync(folder).some((name) => name === "adapter_config.json" || isGguf(name)))
    fail({ code: "not-found", what: "adapter (a folder with adapter_config.json, or a .gguf file)", id: folder });
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
  return new Map(names.map((name) => [name, fileSource(join(folder, name))]));
}
