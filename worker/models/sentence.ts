// How a folder of sentence-transformers makes a vector of a text's hidden states: modules.json, its pooling, the prompts. A
// folder without these files is taken as sentence-transformers takes it: the mean of all tokens.
import { fail } from "../contract/errors.ts";
import type { TextRole } from "../contract/inference.ts";
import { readJson } from "../engine/format/bytes.ts";
import { filesOf, type ModelFolder } from "./folder.ts";

export interface SentenceConfig {
  readonly pooling: "mean" | "cls";
  readonly maxTokens: number; // special tokens included; Infinity: what the model takes
  readonly isLowered: boolean; // texts are lowered before they are tokenised
  readonly prefixes: Readonly<Record<TextRole, string>>;
}
type Json = Readonly<Record<string, unknown>>;

/** Names under which models keep the prompt of a role; the first that is there counts. */
const PROMPTS = { query: ["query"], document: ["document", "passage", "corpus"] } as const;

/** Throws model-unsupported for modules and poolings that Loam does not have. */
export async function readSentenceConfig(folder: ModelFolder): Promise<SentenceConfig> {
  const files = await filesOf(folder);
  const read = async (name: string): Promise<unknown> => {
    const file = files.get(name);
    return file ? readJson(file) : undefined;
  };
  const unsupported = (reason: string): never => fail({ code: "model-unsupported", model: folder.id, reason });
  const modules = ((await read("modules.json")) ?? []) as readonly { type?: string; path?: string }[];
  const typeOf = ({ type }: { type?: string }) => String(type).split(".").at(-1)!;
  const other = modules.map(typeOf).find((type) => !["Transformer", "Pooling", "Normalize"].includes(type));
  if (other) unsupported(`modules.json has ${other}; supported are Transformer, Pooling and Normalize`);
  const path = modules.find((module) => typeOf(module) === "Pooling")?.path ?? "1_Pooling";
  const settings = ((await read("sentence_bert_config.json")) ?? {}) as Json;
  const prompts = ((await read("config_sentence_transformers.json")) ?? {}) as Json;
  const pooling = ((await read(`${path}/config.json`)) ?? {}) as Json;
  const prefixes = prefixesOf(prompts);
  if (pooling.include_prompt === false && Object.values(prefixes).some((prefix) => prefix !== ""))
    unsupported("include_prompt of the pooling is false; supported are prompts that are pooled with their text");
  return {
    pooling: poolingOf(pooling, unsupported),
    maxTokens: typeof settings.max_seq_length === "number" ? settings.max_seq_length : Infinity,
    isLowered: settings.do_lower_case === true,
    prefixes,
  };
}

/** `pooling_mode`, or the one `pooling_mode_…` that is true. */
function poolingOf(json: Json, unsupported: (reason: string) => never): SentenceConfig["pooling"] {
  const flags = Object.entries(json).flatMap(([name, value]) =>
    name.startsWith("pooling_mode_") && value === true ? [name.slice("pooling_mode_".length)] : [],
  );
  const modes = typeof json.pooling_mode === "string" ? [json.pooling_mode] : flags;
  if (modes.length === 0 || (modes.length === 1 && /^mean(_tokens)?$/.test(modes[0]))) return "mean";
  if (modes.length === 1 && /^cls(_token)?$/.test(modes[0])) return "cls";
  return unsupported(`its pooling is ${modes.join(" and ")}; supported are mean_tokens and cls_token`);
}

/** The prompts by role; a model with one for all texts names it by `default_prompt_name`. */
function prefixesOf({ prompts, default_prompt_name }: Json): SentenceConfig["prefixes"] {
  const known = new Map(Object.entries((prompts ?? {}) as Record<string, unknown>));
  const of = (role: TextRole): string => {
    const name = [...PROMPTS[role], String(default_prompt_name)].find((n) => typeof known.get(n) === "string");
    return name === undefined ? "" : String(known.get(name));
  };
  return { query: of("query"), document: of("document") };
}
