// A model in GGUF files as the Hugging Face folder it came from: configuration and tokenizer out of the metadata, tensors under
// their names there. Whoever reads models knows folders alone.
import { bytesSource, type ByteSource } from "../../engine/format/bytes.ts";
import { openGguf, type Gguf } from "../../engine/format/gguf.ts";
import type { StoredTensor } from "../../engine/format/tensor.ts";
import { configOf, ROPE_FACTORS } from "./config.ts";
import { Facts } from "./facts.ts";
import { ARCHITECTURES, folderName, pairedHeadsOf } from "./names.ts";
import { tokenizerOf } from "./tokenizer.ts";

type Files = ReadonlyMap<string, ByteSource>;

/** What a folder's .gguf files hold; its other files are as they are. */
export interface Unfolded {
  readonly files: Files;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

export const isGguf = (name: string): boolean => name.toLowerCase().endsWith(".gguf");

/** Whether a folder has its model in GGUF files: it has such, and no configuration. */
export const isFolded = (files: Files): boolean => !files.has("config.json") && [...files.keys()].some(isGguf);

/** Opens the folder's GGUF files as one model. Throws bad-file, model-unsupported. */
export async function unfold(files: Files): Promise<Unfolded> {
  const parts = [...files].filter(([name]) => isGguf(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const opened: Gguf[] = [];
  for (const [, file] of parts) opened.push(await openGguf(file));
  const facts = new Facts(opened[0], parts[0][0]);
  checkParts(facts, parts.length);
  const gguf: Gguf = { metadata: opened[0].metadata, tensors: mergedTensors(opened, facts) };
  const config = await configOf(gguf, facts);
  const { tokenizer, config: settings } = tokenizerOf(facts);
  const made = { "config.json": config, "tokenizer.json": tokenizer, "tokenizer_config.json": settings };
  return {
    files: new Map([
      ...Object.entries(made).map(([name, json]): [string, ByteSource] => [name, jsonSource(name, json)]),
      ["README.md", bytesSource("README.md", new TextEncoder().encode(cardOf(facts)))],
      ...files,
    ]),
    tensors: namedTensors(gguf, config, facts),
  };
}

const jsonSource = (name: string, json: object): ByteSource =>
  bytesSource(name, new TextEncoder().encode(JSON.stringify(json)));

/** A model in several files says how many in the first. */
function checkParts(facts: Facts, count: number): void {
  const expected = facts.number("split.count") ?? 1;
  if (expected !== count)
    facts.bad(
      `the model is in ${expected} file${expected === 1 ? "" : "s"}, ${count} are given; give it whole and alone`,
    );
}

function mergedTensors(opened: readonly Gguf[], facts: Facts): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const gguf of opened)
    for (const [name, tensor] of gguf.tensors) {
      if (tensors.has(name)) facts.bad(`${name} is in two of its files`);
      tensors.set(name, tensor);
    }
  return tensors;
}

/** The tensors by their names in a folder. Throws model-unsupported for one that has no place there. */
function namedTensors(gguf: Gguf, config: Record<string, unknown>, facts: Facts): Map<string, StoredTensor> {
  const { isPaired } = ARCHITECTURES.get(facts.text("general.architecture")!)!;
  const [heads, kvHeads] = [Number(config.num_attention_heads), Number(config.num_key_value_heads)];
  const tensors = new Map<string, StoredTensor>();
  for (const tensor of gguf.tensors.values()) {
    if (tensor.name === ROPE_FACTORS) continue; // the configuration says it
    const name = folderName(tensor.name) ?? facts.unsupported(`it has ${tensor.name}, which no model here has`);
    const pairedHeads = pairedHeadsOf(name, { isPaired, heads, kvHeads });
    if (pairedHeads !== undefined && !(tensor.shape[0] % (2 * pairedHeads) === 0))
      facts.bad(`${tensor.name} has ${tensor.shape[0]} rows, no pairs for ${pairedHeads} heads`);
    tensors.set(name, { ...tensor, name, ...(pairedHeads !== undefined && { pairedHeads }) });
  }
  return tensors;
}

/** A card with what the file says of itself. */
function cardOf(facts: Facts): string {
  const line = (key: string) => facts.text(key)?.replace(/\s+/g, " ");
  const licence = line("general.license");
  const head = licence === undefined ? "" : `---\nlicense: ${licence}\n---\n\n`;
  return `${head}# ${line("general.name") ?? facts.file}\n\n${facts.text("general.description") ?? ""}\n`;
}
