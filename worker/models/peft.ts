// Adapters as peft keeps them: a folder with adapter_config.json and adapter_model.safetensors. What this engine cannot do is
// refused by name; nothing is guessed. Source: github.com/huggingface/peft, docs "Checkpoint format".
import { fail } from "../contract/errors.ts";
import { readJson, type ByteSource } from "../engine/format/bytes.ts";
import { openSafetensors, writeSafetensors } from "../engine/format/safetensors.ts";
import { readTensor, type StoredTensor } from "../engine/format/tensor.ts";
import { sizeOf } from "../engine/graph.ts";
import { ADAPTABLE, adapterNames, adapterSpecs, type AdapterConfig, type Target } from "../engine/model/adapter.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import { sha256 } from "../storage/store.ts";
import type { AdapterWeights } from "./adapter.ts";

const CONFIG_FILE = "adapter_config.json";
const WEIGHTS_FILE = "adapter_model.safetensors";
const PREFIX = "base_model.model.";

export interface PeftFolder {
  readonly adapter: AdapterWeights;
  readonly baseName: string | null;
  /** fingerprintOf the base, when this adapter was made here. */
  readonly baseFingerprint: string | null;
}

/** Reads a peft folder for a base of this configuration. Throws bad-file, model-unsupported. */
export async function readPeft(files: ReadonlyMap<string, ByteSource>, model: DecoderConfig): Promise<PeftFolder> {
  const missing = [CONFIG_FILE, WEIGHTS_FILE].find((name) => !files.has(name));
  if (missing)
    fail({ code: "bad-file", file: missing, format: "adapter folder", reason: `the folder has no ${missing}` });
  const json = (await readJson(files.get(CONFIG_FILE)!)) as Record<string, unknown>;
  const tensors = await openSafetensors(files.get(WEIGHTS_FILE)!);
  const config = adapterConfigOf(json, tensors);
  const values = new Map<string, Float32Array<ArrayBuffer>>();
  const used = new Set<string>();
  for (const spec of adapterSpecs(model, config)) {
    const R = spec.attrs.rank;
    const A = new Float32Array(sizeOf(spec.A));
    const B = new Float32Array(sizeOf(spec.B));
    let row = 0;
    for (const [p, { module, width }] of spec.parts.entries()) {
      const [a, b] = ["A", "B"].map((side) => tensors.get(`${PREFIX}${module}.lora_${side}.weight`));
      if (a && b) {
        checkShape(a, [config.rank, spec.A[1]]);
        checkShape(b, [width, config.rank]);
        A.set(await readTensor(a), p * R * spec.A[1]);
        const from = await readTensor(b);
        for (let o = 0; o < width; o++) B.set(from.subarray(o * config.rank, (o + 1) * config.rank), (row + o) * R);
        used.add(a.name).add(b.name);
      }
      row += width;
    }
    const names = adapterNames(spec.matrix);
    values.set(names.A, A).set(names.B, B);
  }
  const stray = [...tensors.keys()].find((name) => !used.has(name));
  if (stray)
    fail({
      code: "bad-file",
      file: WEIGHTS_FILE,
      format: "adapter",
      reason: `${stray} has no place in this model: the adapter is of another base, or changes layers that adapters here cannot`,
    });
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    adapter: { config, values },
    baseName: text(json.base_model_name_or_path),
    baseFingerprint: text(json.loam_base_fingerprint),
  };
}

/** What adapter_config.json says, with the targets as the tensors show them. */
function adapterConfigOf(json: Record<string, unknown>, tensors: ReadonlyMap<string, StoredTensor>): AdapterConfig {
  const bad = (reason: string): never => fail({ code: "bad-file", file: CONFIG_FILE, format: "adapter", reason });
  const isSet = (value: unknown) =>
    value !== undefined && value !== null && value !== false && value !== "none" && JSON.stringify(value) !== "{}";
  if (json.peft_type !== "LORA") bad(`its type is ${String(json.peft_type)}; LORA can be read`);
  const unsupported = ["use_dora", "bias", "fan_in_fan_out", "rank_pattern", "alpha_pattern", "modules_to_save", "lora_bias", "layer_replication"]; // prettier-ignore
  const found = unsupported.find((name) => isSet(json[name]));
  if (found) bad(`it uses ${found}, which adapters here cannot`);
  const { r: rank, lora_alpha: alpha } = json;
  if (typeof rank !== "number" || typeof alpha !== "number") return bad("r and lora_alpha are not numbers");
  const targets = ADAPTABLE.filter((t) => [...tensors.keys()].some((name) => name.includes(`.${t}.lora_A.`)));
  if (targets.length === 0) bad(`the tensors belong to none of ${ADAPTABLE.join(", ")}`);
  return { rank, alpha, isRankStabilized: json.use_rslora === true, targets };
}

function checkShape({ name, shape }: StoredTensor, expected: readonly number[]): void {
  if (shape.length !== expected.length || shape.some((n, i) => n !== expected[i]))
    fail({
      code: "bad-file",
      file: WEIGHTS_FILE,
      format: "adapter",
      reason: `${name} is (${shape}), this base takes (${expected}): the adapter is of another base`,
    });
}

export interface PeftBase {
  readonly name: string;
  readonly fingerprint: string;
}

/** The two files of a peft folder. */
export function writePeft(
  { config, values }: AdapterWeights,
  model: DecoderConfig,
  base: PeftBase,
): Map<string, Uint8Array<ArrayBuffer>> {
  const tensors = adapterSpecs(model, config).flatMap(({ matrix, parts, A: shapeA, attrs }) => {
    const names = adapterNames(matrix);
    const [A, B] = [values.get(names.A)!, values.get(names.B)!];
    const [R, I] = [attrs.rank, shapeA[1]];
    let row = 0;
    return parts.flatMap(({ module, width }, p) => {
      const lower = A.slice(p * R * I, (p * R + config.rank) * I);
      const upper = new Float32Array(width * config.rank);
      for (let o = 0; o < width; o++, row++) upper.set(B.subarray(row * R, row * R + config.rank), o * config.rank);
      return [
        { name: `${PREFIX}${module}.lora_A.weight`, shape: [config.rank, I], values: lower },
        { name: `${PREFIX}${module}.lora_B.weight`, shape: [width, config.rank], values: upper },
      ];
    });
  });
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
