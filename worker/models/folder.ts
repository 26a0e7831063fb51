// A model as a Hugging Face folder: config.json, tokenizer.json, *.safetensors (one file, or several with an index). Knows
// where the files' roles lie, not where the folder lies.
import { fail } from "../contract/errors.ts";
import { readJson, readText, type ByteSource } from "../engine/format/bytes.ts";
import { openSafetensors } from "../engine/format/safetensors.ts";
import type { StoredTensor } from "../engine/format/tensor.ts";
import { Tokenizer } from "../tokenizer/tokenizer.ts";

export interface ModelFolder {
  readonly id: string; // as the user names it
  readonly files: ReadonlyMap<string, ByteSource>; // by file name
}

/** A file of the folder. Throws bad-file when it is not there. */
export function fileOf(folder: ModelFolder, name: string): ByteSource {
  return (
    folder.files.get(name) ??
    fail({ code: "bad-file", file: name, format: "model folder", reason: `${folder.id} has no ${name}` })
  );
}

export const readConfig = (folder: ModelFolder): Promise<unknown> => readJson(fileOf(folder, "config.json"));

export async function readTokenizer(folder: ModelFolder): Promise<Tokenizer> {
  const config = folder.files.get("tokenizer_config.json");
  const template = folder.files.get("chat_template.jinja");
  const settings = config ? ((await readJson(config)) as Record<string, unknown>) : {};
  return new Tokenizer({
    tokenizer: await readJson(fileOf(folder, "tokenizer.json")),
    config: template ? { ...settings, chat_template: await readText(template) } : settings,
  });
}

/** The headers of every weight file: all those the index names, or the only ones there are. */
export async function readHeaders(folder: ModelFolder): Promise<ReadonlyMap<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>();
  for (const file of await weightFiles(folder))
    for (const [name, tensor] of await openSafetensors(file)) tensors.set(name, tensor);
  return tensors;
}

async function weightFiles(folder: ModelFolder): Promise<ByteSource[]> {
  const index = folder.files.get("model.safetensors.index.json");
  if (index) {
    const { weight_map: map } = (await readJson(index)) as { weight_map?: Record<string, string> };
    if (!map || typeof map !== "object")
      fail({ code: "bad-file", file: index.name, format: "safetensors index", reason: "it has no weight_map" });
    return [...new Set(Object.values(map))].map((name) => fileOf(folder, name));
  }
  const found = [...folder.files]
    .filter(([name]) => name.endsWith(".safetensors") && !name.startsWith("adapter"))
    .map(([, file]) => file);
  if (found.length === 0)
    fail({
      code: "bad-file",
      file: "model.safetensors",
      format: "model folder",
      reason: `${folder.id} has no .safetensors file`,
    });
  return found;
}

export const folderBytes = (folder: ModelFolder): number =>
  [...folder.files.values()].reduce((sum, { size }) => sum + size, 0);
