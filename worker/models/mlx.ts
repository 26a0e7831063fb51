// Adapters as mlx-lm keeps them: adapter_config.json and adapters.safetensors, with A (I, r) and B (r, O) the other way round
// than peft, and the scale said outright. Source: github.com/ml-explore/mlx-lm, mlx_lm/tuner/{lora,utils}.py.
import { fail } from "../contract/errors.ts";
import { readJson, type ByteSource } from "../engine/format/bytes.ts";
import { openSafetensors } from "../engine/format/safetensors.ts";
import { readTensor } from "../engine/format/tensor.ts";
import type { AdapterConfig } from "../engine/model/adapter.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import { adapterFrom, AdapterTensors } from "./adapter-parts.ts";
import type { ReadAdapter } from "./peft.ts";

const CONFIG_FILE = "adapter_config.json";
export const MLX_WEIGHTS = "adapters.safetensors";

/** Reads an MLX adapter for a base of this configuration. Throws bad-file. */
export async function readMlx(files: ReadonlyMap<string, ByteSource>, model: DecoderConfig): Promise<ReadAdapter> {
  const source = files.get(CONFIG_FILE);
  if (!source)
    fail({ code: "bad-file", file: CONFIG_FILE, format: "adapter folder", reason: `the folder has no ${CONFIG_FILE}` });
  const json = (await readJson(source)) as Record<string, unknown> | null;
  const tensors = new AdapterTensors(await openSafetensors(files.get(MLX_WEIGHTS)!), MLX_WEIGHTS);
  const config = configOf(json ?? {}, tensors);
  const adapter = await adapterFrom(model, config, async ({ module }, { A, B }) => {
    const turned = { A: [A[1], A[0]], B: [B[1], B[0]] } as const;
    const stored = tensors.take({ A: `${module}.lora_a`, B: `${module}.lora_b` }, turned);
    if (!stored) return null;
    return {
      A: transposed(await readTensor(stored.A), ...turned.A),
      B: transposed(await readTensor(stored.B), ...turned.B),
    };
  });
  tensors.finish();
  return { adapter, baseName: typeof json?.model === "string" ? json.model : null, baseFingerprint: null };
}

function configOf(json: Record<string, unknown>, tensors: AdapterTensors): AdapterConfig {
  const bad = (reason: string): never => fail({ code: "bad-file", file: CONFIG_FILE, format: "adapter", reason });
  const type = json.fine_tune_type ?? "lora";
  if (type !== "lora") bad(`its type is ${String(type)}; lora can be read`);
  const { rank, scale } = (json.lora_parameters ?? {}) as Record<string, unknown>;
  if (typeof rank !== "number" || typeof scale !== "number") return bad("lora_parameters has no rank and scale");
  const targets = tensors.targets((name, target) => name.endsWith(`.${target}.lora_a`));
  return { rank, alpha: scale * rank, isRankStabilized: false, targets };
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = values[i * columns + j];
  return out;
}
