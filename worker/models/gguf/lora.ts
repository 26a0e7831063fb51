// Adapters as one GGUF file, as llama.cpp takes them with --lora: BLOCK.weight.lora_a (r, I) and .lora_b (O, r) beside the
// names of the base's tensors, alpha in the metadata. Where the base's rows lie in rotary pairs, so do B's.
// Source: github.com/ggml-org/llama.cpp, docs of convert_lora_to_gguf and src/llama-adapter.cpp.
import { fail } from "../../contract/errors.ts";
import type { ByteSource } from "../../engine/format/bytes.ts";
import { joined, writeGguf, type WrittenTensor, type WrittenValue } from "../../engine/format/gguf-write.ts";
import { openGguf } from "../../engine/format/gguf.ts";
import { pairRows, readTensor } from "../../engine/format/tensor.ts";
import { scaleOf, type AdapterConfig } from "../../engine/model/adapter.ts";
import type { DecoderConfig } from "../../engine/model/config.ts";
import type { AdapterWeights } from "../adapter.ts";
import { adapterFrom, AdapterTensors, layersOf, type Side } from "../adapter-parts.ts";
import type { PeftBase, ReadAdapter } from "../peft.ts";
import { Facts } from "./facts.ts";
import { ARCHITECTURES, architectureOf, folderName, ggufName, pairedHeadsOf } from "./names.ts";

const FINGERPRINT = "loam.base_fingerprint";

/** Reads an adapter for a base of this configuration. Throws bad-file, model-unsupported. */
export async function readGgufAdapter(file: ByteSource, model: DecoderConfig): Promise<ReadAdapter> {
  const gguf = await openGguf(file);
  const facts = new Facts(gguf, file.name);
  const [type, kind] = [facts.text("general.type"), facts.text("adapter.type")];
  if (type !== "adapter" || kind !== "lora")
    facts.bad(`it is ${type ?? "a model"}, ${kind ?? "no adapter"}; not a lora`);
  const key = facts.need(facts.text("general.architecture"), "general.architecture");
  if (key !== keyOf(model)) facts.bad(`it is for ${key}, this base is ${keyOf(model)}`);
  const alpha = facts.need(facts.number("adapter.lora.alpha"), "adapter.lora.alpha");
  const named = [...gguf.tensors].map(([name, tensor]) => [folderName(name) ?? name, tensor] as const);
  const tensors = new AdapterTensors(new Map(named), file.name);
  const rank = named.find(([name]) => name.endsWith(".lora_a"))?.[1].shape[0] ?? tensors.bad("it has no lora_a");
  const targets = tensors.targets((name, target) => name.includes(`.${target}.weight.lora_`));
  const config: AdapterConfig = { rank, alpha, isRankStabilized: false, targets };
  const adapter = await adapterFrom(model, config, async ({ module }, shapes) => {
    const stored = tensors.take({ A: tensorName(module, "A"), B: tensorName(module, "B") }, shapes);
    if (!stored) return null;
    const pairedHeads = pairedRowsOf(model, module);
    const B = { ...stored.B, ...(pairedHeads !== undefined && { pairedHeads }) };
    return { A: await readTensor(stored.A), B: await readTensor(B) };
  });
  tensors.finish();
  return {
    adapter,
    baseName: facts.text("general.base_model.0.name") ?? null,
    baseFingerprint: facts.text(FINGERPRINT) ?? null,
  };
}

/** The adapter as one file, F32. Throws model-unsupported for a base that has no GGUF form here. */
export function writeGgufAdapter(
  adapter: AdapterWeights,
  model: DecoderConfig,
  base: PeftBase,
): Uint8Array<ArrayBuffer> {
  const { config } = adapter;
  const metadata = new Map<string, WrittenValue>([
    ["general.architecture", keyOf(model)],
    ["general.type", "adapter"],
    ["adapter.type", "lora"],
    ["adapter.lora.alpha", { f32: scaleOf(config) * config.rank }], // who reads it divides by the rank alone
    ["general.name", `${base.name} adapter`],
    ["general.base_model.count", { u32: 1 }],
    ["general.base_model.0.name", base.name],
    [FINGERPRINT, base.fingerprint],
  ]);
  const tensors = layersOf(adapter, model).flatMap(({ part: { module, width }, I, A, B }) => {
    const pairedHeads = pairedRowsOf(model, module);
    const upper = pairedHeads === undefined ? B : pairRows(B, width, pairedHeads);
    return [
      written(tensorName(module, "A"), [config.rank, I], A),
      written(tensorName(module, "B"), [width, config.rank], upper),
    ];
  });
  return joined(writeGguf(metadata, tensors));
}

const tensorName = (module: string, side: Side): string => `${module}.weight.lora_${side.toLowerCase()}`;

const written = (name: string, shape: number[], values: Float32Array<ArrayBuffer>): WrittenTensor => ({
  name: ggufName(name)!,
  shape,
  dtype: "F32",
  bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

/** `general.architecture` of a base. */
const keyOf = ({ architecture }: DecoderConfig): string =>
  architectureOf(architecture) ??
  fail({ code: "model-unsupported", model: architecture, reason: `${architecture} has no GGUF form here` });

/** In how many heads' pairs the rows of B lie, which are the layer's own; those of A are the rank. */
function pairedRowsOf(model: DecoderConfig, module: string): number | undefined {
  return pairedHeadsOf(`${module}.weight`, {
    isPaired: ARCHITECTURES.get(keyOf(model))!.isPaired,
    heads: model.H,
    kvHeads: model.K,
  });
}
