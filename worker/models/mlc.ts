// A folder that MLC compiled for WebLLM: mlc-chat-config.json, a list of shards with their sizes, the shards, a tokenizer, and the
// model library, a .wasm of kernels that is made for one architecture, quantisation and context length.
import { fail } from "../contract/errors.ts";
import { readJson, type ByteSource } from "../engine/format/bytes.ts";
import type { ModelFolder } from "./folder.ts";

export const MLC_CONFIG = "mlc-chat-config.json";
const LISTS = ["tensor-cache.json", "ndarray-cache.json"]; // the second is the first's older name

export interface MlcModel {
  readonly architecture: string; // MLC's own word: "llama", "qwen2"
  readonly quantization: string; // "q4f16_1"
  readonly contextTokens: number;
  readonly config: ByteSource;
  readonly list: ByteSource;
  readonly shards: ReadonlyMap<string, ByteSource>;
  readonly library: ByteSource | null;
}

/** Checks that every shard is there with the bytes the list says. Throws bad-file. */
export async function openMlc(folder: ModelFolder): Promise<MlcModel> {
  const need = (name: string): ByteSource => folder.files.get(name) ?? bad(name, `${folder.id} has no ${name}`);
  const config = need(MLC_CONFIG);
  const said = (await readJson(config)) as Record<string, unknown> | null;
  const { model_type: type, quantization, context_window_size: context } = said ?? {};
  if (typeof type !== "string" || typeof quantization !== "string")
    bad(MLC_CONFIG, "it does not say model_type and quantization");
  const list = need(LISTS.find((name) => folder.files.has(name)) ?? LISTS[0]!);
  const { records } = ((await readJson(list)) ?? {}) as { records?: unknown };
  if (!Array.isArray(records)) bad(list.name, "it has no records");
  const shards = new Map<string, ByteSource>();
  for (const { dataPath, nbytes } of records as readonly { dataPath?: unknown; nbytes?: unknown }[]) {
    const shard = need(String(dataPath));
    if (shard.size !== nbytes) bad(shard.name, `it has ${shard.size} bytes, and ${list.name} says ${String(nbytes)}`);
    shards.set(String(dataPath), shard);
  }
  const library = [...folder.files].find(([name]) => name.endsWith(".wasm"))?.[1] ?? null;
  const contextTokens = typeof context === "number" && context > 0 ? context : 4096;
  return {
    architecture: String(type),
    quantization: String(quantization),
    contextTokens,
    config,
    list,
    shards,
    library,
  };
}

function bad(file: string, reason: string): never {
  return fail({ code: "bad-file", file, format: "MLC model", reason });
}
