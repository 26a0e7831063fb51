// A model as one GGUF file: weights in a type of the user's choice, configuration, tokenizer and chat template in its metadata. What the
// metadata cannot say is found by reading it back: such a model is refused, not written wrongly.
// Source: github.com/ggml-org/ggml, docs/gguf.md; the inverse of unfold.ts.
import { fail } from "../../contract/errors.ts";
import { bytesSource, readJson, readText } from "../../engine/format/bytes.ts";
import { joined, writeGguf, type WrittenTensor, type WrittenValue } from "../../engine/format/gguf-write.ts";
import { f32ToF16 } from "../../engine/format/half.ts";
import { interleaved, mayQuantize, quantize } from "../../engine/format/quantize.ts";
import { pairRows, readTensor, type StoredTensor } from "../../engine/format/tensor.ts";
import { decoderConfig, type DecoderConfig } from "../../engine/model/config.ts";
import { checkWeights, dtypeOf, weightSpecs, type WeightSpec } from "../../engine/model/weights.ts";
import { filesOf, readConfig, readHeaders, type ModelFolder } from "../folder.ts";
import { ROPE_FACTORS } from "./config.ts";
import { ARCHITECTURES, architectureOf, ggufName, pairedHeadsOf } from "./names.ts";
import { vocabularyMetadata } from "./vocabulary.ts";

/** What matrices are written in; norms and biases are F32, and rows that are no whole blocks F16. In Q4_0, what dtypeOf keeps in q8 is Q8_0. */
export const GGUF_TYPES = ["F32", "F16", "Q8_0", "Q4_0"] as const;
export type GgufType = (typeof GGUF_TYPES)[number];
const FILE_TYPES: Readonly<Record<GgufType, number>> = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 7 }; // general.file_type

/** The file. Holds it in memory. Throws model-unsupported for a model that has no GGUF form here, bad-file. */
export async function writeGgufModel(folder: ModelFolder, type: GgufType): Promise<Uint8Array<ArrayBuffer>> {
  const config = decoderConfig(await readConfig(folder));
  const architecture =
    architectureOf(config.architecture) ?? unsupported(folder, `${config.architecture} has no GGUF form here`);
  const metadata = new Map<string, WrittenValue>([
    ["general.architecture", architecture],
    ["general.type", "model"],
    ["general.name", folder.id],
    ["general.file_type", { u32: FILE_TYPES[type] }],
    ["general.quantization_version", { u32: 2 }],
    ...sizesOf(config).map(([key, value]): [string, WrittenValue] => [`${architecture}.${key}`, value]),
    ...vocabularyMetadata({ ...(await tokenizerFiles(folder)), vocabularySize: config.V, endTokens: config.endTokens, model: folder.id }), // prettier-ignore
  ]);
  const bytes = joined(writeGguf(metadata, await tensorsOf(folder, config, architecture, type)));
  await checkSame(folder, config, bytes);
  return bytes;
}

const unsupported = (folder: ModelFolder, reason: string): never =>
  fail({ code: "model-unsupported", model: folder.id, reason });

function sizesOf(config: DecoderConfig): [string, WrittenValue][] {
  const { C, L, H, K, D, F, V, P, eps, ropeTheta, ropeScaling, windows } = config;
  const u32 = Object.entries({
    ...{ vocab_size: V, context_length: P, embedding_length: C, block_count: L, feed_forward_length: F },
    ...{ "attention.head_count": H, "attention.head_count_kv": K, "attention.key_length": D },
    ...{ "attention.value_length": D, "rope.dimension_count": D },
    ...(windows[0] > 0 && { "attention.sliding_window": windows[0] }),
  }).map(([key, value]): [string, WrittenValue] => [key, { u32: value }]);
  const scaling: [string, WrittenValue][] =
    ropeScaling?.type === "linear" || ropeScaling?.type === "yarn"
      ? [
          ["rope.scaling.type", ropeScaling.type],
          ["rope.scaling.factor", { f32: ropeScaling.factor }],
        ]
      : [];
  if (ropeScaling?.type === "yarn")
    scaling.push(["rope.scaling.original_context_length", { u32: ropeScaling.originalPositions }]);
  return [
    ...u32,
    ["attention.layer_norm_rms_epsilon", { f32: eps }],
    ["rope.freq_base", { f32: ropeTheta }],
    ...scaling,
  ];
}

async function tokenizerFiles(folder: ModelFolder) {
  const files = await filesOf(folder);
  const json = async (name: string) => {
    const file = files.get(name);
    return (file ? await readJson(file) : {}) as Record<string, unknown>;
  };
  const template = files.get("chat_template.jinja");
  const config = await json("tokenizer_config.json");
  return {
    tokenizer: await json("tokenizer.json"),
    config: template ? { ...config, chat_template: await readText(template) } : config,
  };
}

async function tensorsOf(
  folder: ModelFolder,
  config: DecoderConfig,
  architecture: string,
  type: GgufType,
): Promise<WrittenTensor[]> {
  const { isPaired } = ARCHITECTURES.get(architecture)!;
  const stored = checkWeights(config, await readHeaders(folder));
  const tensors: WrittenTensor[] = [...ropeFactors(config)];
  for (const [i, spec] of weightSpecs(config).entries())
    for (const [p, { name, shape }] of spec.parts.entries()) {
      const pairedHeads = pairedHeadsOf(name, { isPaired, heads: config.H, kvHeads: config.K });
      const values = await valuesOf(stored[i][p], shape[0], pairedHeads);
      tensors.push(written(ggufName(name)!, shape, values, typeOf(spec, shape, type)));
    }
  return tensors;
}

async function valuesOf(tensor: StoredTensor, rows: number, pairedHeads: number | undefined) {
  const values = await readTensor(tensor);
  return pairedHeads === undefined ? values : pairRows(values, rows, pairedHeads);
}

function typeOf(spec: WeightSpec, shape: readonly number[], type: GgufType): GgufType {
  if (!spec.isMatrix || type === "F32") return "F32";
  if (type === "F16" || !mayQuantize(shape)) return "F16";
  return type === "Q4_0" && dtypeOf(spec, "q4") === "q4" ? "Q4_0" : "Q8_0";
}

function written(
  name: string,
  shape: readonly number[],
  values: Float32Array<ArrayBuffer>,
  dtype: GgufType,
): WrittenTensor {
  const bytes = {
    F32: () => values.slice(),
    F16: () => f32ToF16(values),
    Q8_0: () => interleaved(quantize(values, shape, "q8")),
    Q4_0: () => interleaved(quantize(values, shape, "q4")),
  }[dtype]();
  return { name, shape, dtype, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Llama 3.1's scaling as a tensor: what each frequency is divided by. Source: transformers, modeling_rope_utils.py. */
function ropeFactors({ ropeScaling, ropeTheta, D }: DecoderConfig): WrittenTensor[] {
  if (ropeScaling?.type !== "llama3") return [];
  const { factor, lowFreqFactor: low, highFreqFactor: high, originalPositions } = ropeScaling;
  const factors = Float32Array.from({ length: D / 2 }, (_, i) => {
    const turns = originalPositions / (2 * Math.PI * ropeTheta ** ((2 * i) / D));
    const smooth = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return 1 / ((1 - smooth) / factor + smooth);
  });
  return [written(ROPE_FACTORS, [D / 2], factors, "F32")];
}

/** Reads the file as any model is read: its configuration must be the model's own. */
async function checkSame(folder: ModelFolder, config: DecoderConfig, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const name = `${folder.id}.gguf`;
  const again = decoderConfig(await readConfig({ id: name, files: new Map([[name, bytesSource(name, bytes)]]) }));
  for (const [field, value] of Object.entries(config))
    if (plain(value) !== plain(again[field as keyof DecoderConfig]))
      unsupported(folder, `its ${field} is ${plain(value)}; GGUF would make that ${plain(again[field as keyof DecoderConfig])}`); // prettier-ignore
}

/** As JSON, numbers to the 24 bits that the file has of them, keys in order. */
const plain = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, v: unknown) => {
    if (typeof v === "number") return Math.fround(v);
    if (typeof v !== "object" || v === null || Array.isArray(v)) return v;
    return Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
