// A model as a Hugging Face folder: config.json, tokenizer.json, *.safetensors (one file, or several with an index); or as a
// GGUF file, which is read as the folder it came from. Knows where the files' roles lie, not where the folder lies.
import { fail } from "../contract/errors.ts";
import { readJson, readText, type ByteSource } from "../engine/format/bytes.ts";
import { openSafetensors } from "../engine/format/safetensors.ts";
import type { StoredTensor } from "../engine/format/tensor.ts";
import { Tokenizer } from "../tokenizer/tokenizer.ts";
import { isFolded, unfold, type Unfolded } from "./gguf/unfold.ts";

export interface ModelFolder {
  readonly id: string; // as the user names it
  readonly files: ReadonlyMap<string, ByteSource>; // by file name
}

const unfolded = new WeakMap<ModelFolder, Promise<Unfolded>>();

/** What a folder's GGUF files hold, read once a folder; null for a folder without. */
function opened(folder: ModelFolder): Promise<Unfolded> | null {
  if (!isFolded(folder.files)) return null;
  const opening = unfolded.get(folder) ?? unfold(folder.files);
  unfolded.set(folder, opening);
  return opening;
}

/** The files as a Hugging Face folder has them, but for weights in GGUF. Throws bad-file, model-unsupported. */
export async function filesOf(folder: ModelFolder): Promise<ReadonlyMap<string, ByteSource>> {
  return (await opened(folder))?.files ?? folder.files;
}

/** A file of the folder. Throws bad-file when it is not there. */
export async function fileOf(folder: ModelFolder, name: string): Promise<ByteSource> {
  const files = await filesOf(folder);
  return (
    files.get(name) ??
    fail({ code: "bad-file", file: name, format: "model folder", reason: `${folder.id} has no ${name}` })
  );
}

export const readConfig = async (folder: ModelFolder): Promise<unknown> =>
  readJson(await fileOf(folder, "config.json"));

export async function readTokenizer(folder: ModelFolder): Promise<Tokenizer> {
  const files = await filesOf(folder);
  const config = files.get("tokenizer_config.json");
  const template = files.get("chat_template.jinja");
  const settings = config ? ((await readJson(config)) as Record<string, unknown>) : {};
  return new Tokenizer({
    tokenizer: await readJson(await fileOf(folder, "tokenizer.json")),
    config: template ? { ...settings, chat_template: await readText(template) } : settings,
  });
}

/** The headers of every weight file: all those the index names, or the only ones there are. */
export async function readHeaders(folder: ModelFolder): Promise<ReadonlyMap<string, StoredTensor>> {
  const gguf = await opened(folder);
  if (gguf) return gguf.tensors;
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
    return Promise.all([...new Set(Object.values(map))].map((name) => fileOf(folder, name)));
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
