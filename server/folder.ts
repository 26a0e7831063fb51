// Models on disk: `M` is a folder, a GGUF file, or the name of a default model.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fail } from "../worker/contract/errors.ts";
import type { ByteSource } from "../worker/engine/format/bytes.ts";
import type { ModelFolder } from "../worker/models/folder.ts";
import { isGguf } from "../worker/models/gguf/unfold.ts";

/** Where the default models lie: beside the sources, wherever the program is started from. */
export const projectRoot = (): string => {
  for (let folder = import.meta.dirname; ; folder = resolve(folder, "..")) {
    const file = join(folder, "package.json");
    if (existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === "loam")
      return folder;
    if (folder === resolve(folder, "..")) return process.cwd();
  }
};

const folderOf = (model: string): string | undefined =>
  [model, join(projectRoot(), "web/public/models", model)].find((f) => existsSync(join(f, "config.json")));

export const hasModel = (model: string): boolean => folderOf(model) !== undefined;

/** Opens a model. Throws not-found when `model` is neither a folder with config.json, nor a GGUF file, nor a default model. */
export function openFolder(model: string): ModelFolder {
  if (isGguf(model) && existsSync(model)) return openGgufFile(model);
  const folder =
    folderOf(model) ??
    fail({
      code: "not-found",
      what: "model (a folder with config.json, a .gguf file, or loam-chat, loam-embed)",
      id: model,
    });
  return { id: basename(resolve(folder)), files: new Map([...sourcesIn(folder, () => true), ...configsBelow(folder)]) };
}

/** A GGUF file; of a model in several (-00001-of-00003.gguf) all of them. */
function openGgufFile(path: string): ModelFolder {
  const name = basename(path);
  const [, stem = name, end = ""] = /^(.*)-\d{5}(-of-\d{5}\.gguf)$/i.exec(name) ?? [];
  const isPart = (other: string) =>
    other === name || (end !== "" && other.startsWith(`${stem}-`) && other.endsWith(end));
  return { id: stem.replace(/\.gguf$/i, ""), files: sourcesIn(dirname(path), isPart) };
}

function sourcesIn(folder: string, isWanted: (name: string) => boolean): Map<string, ByteSource> {
  const names = readdirSync(folder).filter((name) => isWanted(name) && statSync(join(folder, name)).isFile());
  return new Map(names.map((name) => [name, fileSource(join(folder, name))]));
}

/** config.json of each folder in a folder, by "1_Pooling/config.json": where sentence-transformers keeps what follows the model. */
function configsBelow(folder: string): Map<string, ByteSource> {
  const paths = readdirSync(folder).map((name) => `${name}/config.json`);
  const found = paths.filter((path) => existsSync(join(folder, path)));
  return new Map(found.map((path) => [path, fileSource(join(folder, path))]));
}

export function fileSource(path: string): ByteSource {
  return {
    name: basename(path),
    size: statSync(path).size,
    async read(start, length) {
      const file = await open(path);
      try {
        const bytes = new Uint8Array(length);
        const { bytesRead } = await file.read(bytes, 0, length, start);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}
