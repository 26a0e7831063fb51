// Adapters as peft keeps them: a folder with adapter_config.json and adapter_model.safetensors. What this engine cannot do is
// refused by name; nothing is guessed. Source: github.com/huggingface/peft, docs "Checkpoint format".
import { fail } from "../contract/errors.ts";
import { readJson, type ByteSource } from "../engine/format/bytes.ts";
import { openSafetensors, writeSafetensors } from "../engine/format/safetensors.ts";
import { readTensor, type StoredTensor } from "../engine/format/tensor.ts";
import type { AdapterConfig, Target } from "../engine/model/adapter.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import { sha256 } from "../storage/store.ts";
import type { AdapterWeights } from "./adapter.ts";
import { adapterFrom, AdapterTensors, layersOf, type Side } from "./adapter-parts.ts";

const CONFIG_FILE = "adapter_config.json";
const WEIGHTS_FILE = "adapter_model.safetensors";
const PREFIX = "base_model.model.";

/** An adapter from files. */
export interface ReadAdapter {
  readonly adapter: AdapterWeights;
  readonly baseName: string | null;
  /** fingerprintOf the base, when this adapter was made here. */
  readonly baseFingerprint: string | null;
}

/** Reads a peft folder for a base of this configuration. Throws bad-file, model-unsupported. */
export async function readPeft(files: ReadonlyMap<string, ByteSource>, model: DecoderConfig): Promise<ReadAdapter> {
  const missing = [CONFIG_FILE, WEIGHTS_FILE].find((name) => !files.has(name));
  if (missing)
    fail({ code: "bad-file", file: missing, format: "adapter folder", reason: `the folder has no ${missing}` });
  const json = (await readJson(files.get(CONFIG_FILE)!)) as Record<string, unknown>;
  const tensors = new AdapterTensors(await openSafetensors(files.get(WEIGHTS_FILE)!), WEIGHTS_FILE);
  const config = adapterConfigOf(json, tensors);
  const adapter = await adapterFrom(model, config, async ({ module }, shapes) => {
    const stored = tensors.take({ A: tensorName(module, "A"), B: tensorName(module, "B") }, shapes);
    return stored && { A: await readTensor(stored.A), B: await readTensor(stored.B) };
  });
  tensors.finish();
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    adapter,
    baseName: text(json.base_model_name_or_path),
    baseFingerprint: text(json.loam_base_fingerprint),
  };
}

/** What adapter_config.json says, with the targets as the tensors show them. */
function adapterConfigOf(json: Record<string, unknown>, tensors: AdapterTensors): AdapterConfig {
  const bad = (reason: string): never => fail({ code: "bad-file", file: CONFIG_FILE, format: "adapter", reason });
  const isSet = (value: unknown) =>
    value !== undefined && value !== null && value !== false && value !== "none" && JSON.stringify(value) !== "{}";
  if (json.peft_type !== "LORA") bad(`its type is ${String(json.peft_type)}; LORA can be read`);
  const unsupported = ["use_dora", "bias", "fan_in_fan_out", "rank_pattern", "alpha_pattern", "modules_to_save", "lora_bias", "layer_replication"]; // prettier-ignore
  const found = unsupported.find((name) => isSet(json[name]));
  if (found) bad(`it uses ${found}, which adapters here cannot`);
  const { r: rank, lora_alpha: alpha } = json;
  if (typeof rank !== "number" || typeof alpha !== "number") return bad("r and lora_alpha are not numbers");
  const targets = tensors.targets((name, target) => name.includes(`.${target}.lora_A.`));
  return { rank, alpha, isRankStabilized: json.use_rslora === true, targets };
}

const tensorName = (module: string, side: Side): string => `${PREFIX}${module}.lora_${side}.weight`;

export interface PeftBase {
  readonly name: string;
  readonly fingerprint: string;
}

/** The two files of a peft folder. */
export function writePeft(
  adapter: AdapterWeights,
  model: DecoderConfig,
  base: PeftBase,
): Map<string, Uint8Array<ArrayBuffer>> {
  const { config } = adapter;
  const tensors = layersOf(adapter, model).flatMap(({ part: { module, width }, I, A, B }) => [
    { name: tensorName(module, "A"), shape: [config.rank, I], values: A },
    { name: tensorName(module, "B"), shape: [width, config.rank], values: B },
  ]);
  const json = {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: base.name,
    loam_base_fingerprint: base.fingerprint,
    r: config.rank,
    lora_alpha: config.alpha,
    lora_dropout: 0,
    use_rslora: config.isRankStabilized,
    target_modules: [...config.targets] as Target[],
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
  };
  return new Map([
    [CONFIG_FILE, new TextEncoder().encode(JSON.stringify(json, null, 2) + "\n")],
    [WEIGHTS_FILE, writeSafetensors(tensors)],
  ]);
}

/** Names a base by what it is: SHA-256 over every tensor's name, shape and first 4 KiB, in order of names. Hexadecimal. */
export async function fingerprintOf(tensors: ReadonlyMap<string, StoredTensor>): Promise<string> {
  const parts: BlobPart[] = [];
  for (const [name, { dtype, shape, file, byteStart, byteLength }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1)))
    parts.push(`${name} ${dtype} ${shape.join()}\n`, await file.read(byteStart, Math.min(4096, byteLength)));
  return sha256(new Blob(parts));
}
