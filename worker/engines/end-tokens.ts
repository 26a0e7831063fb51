// The tokens that end an answer: all that a model's files name, and where they name none, the usual ones of its vocabulary.
import { readJson } from "../engine/format/bytes.ts";
import type { ModelFolder } from "../models/folder.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

const USUAL = [
  "</s>",
  "<|im_end|>",
  "<|endoftext|>",
  "<|eot_id|>",
  "<|end_of_text|>",
  "<eos>",
  "<end_of_turn>",
  "<|end|>",
];

export async function endTokensOf(
  folder: ModelFolder,
  config: Readonly<Record<string, unknown>>,
  tokenizer: Tokenizer,
): Promise<ReadonlySet<number>> {
  const file = folder.files.get("generation_config.json");
  const generation = (file ? await readJson(file) : null) as { eos_token_id?: unknown } | null;
  const named = [config.eos_token_id, generation?.eos_token_id, tokenizer.endToken].flat();
  const ids = named.filter((id): id is number => Number.isSafeInteger(id));
  return new Set(ids.length > 0 ? ids : USUAL.flatMap((token) => tokenizer.idOf(token) ?? []));
}
