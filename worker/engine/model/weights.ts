// The weights of a decoder: one table says which tensors there are, their shapes, and which tensors of a Hugging Face folder
// they are made of. Loading, saving, initialising and training all read this table.
import { fail } from "../../contract/errors.ts";
import { emptyBlocks, mayQuantize, quantizeInto } from "../format/quantize.ts";
import { readHalves, readTensor, slicesOf, type StoredTensor } from "../format/tensor.ts";
import {
  BLOCK,
  isQuantized,
  sizeOf,
  type DType,
  type Graph,
  type Quantized,
  type Resident,
  type Shape,
  type Tensor,
} from "../graph.ts";
import type { Runtime } from "../runtime.ts";
import type { DecoderConfig } from "./config.ts";

/** A weight of ours. Matrices that read the same input are stored as one: their rows follow each other. */
export interface WeightSpec {
  readonly name: string; // "layers.0.qkv"
  readonly shape: Shape;
  readonly isDelicate?: boolean; // errors in it cost most: kept in q8 where others are q4
  readonly isMatrix: boolean; // norms and biases are not: they take no weight decay, and start at one and at zero
  readonly parts: readonly { readonly name: string; readonly shape: Shape }[]; // in a Hugging Face folder, in row order
}

/** Every weight of a decoder, in the order they are stored. */
export function weightSpecs({ C, L, H, K, D, F, V, hasBias, hasHeadNorm, isTied }: DecoderConfig): WeightSpec[] {
  const norm = (name: string, part: string) => vectorSpec(name, [[part, C]]);
  const layer = (i: number): WeightSpec[] => {
    const at = `model.layers.${i}`;
    const isEnd = i === 0 || i === L - 1;
    const delicate = (specs: WeightSpec[], isDelicate = true) => specs.map((spec) => ({ ...spec, isDelicate }));
    return [
      norm(`layers.${i}.attnNorm`, `${at}.input_layernorm.weight`),
      ...delicate(
        linearSpecs(`layers.${i}.qkv`, C, hasBias.qkv, [
          [`${at}.self_attn.q_proj`, H * D],
          [`${at}.self_attn.k_proj`, K * D],
          [`${at}.self_attn.v_proj`, K * D],
        ]),
      ),
      ...(hasHeadNorm ? [vectorSpec(`layers.${i}.headNorm`, headNorms(at, D))] : []),
      ...delicate(linearSpecs(`layers.${i}.o`, H * D, hasBias.o, [[`${at}.self_attn.o_proj`, C]])),
      norm(`layers.${i}.mlpNorm`, `${at}.post_attention_layernorm.weight`),
      ...delicate(
        linearSpecs(`layers.${i}.gateUp`, C, hasBias.mlp, [
          [`${at}.mlp.gate_proj`, F],
          [`${at}.mlp.up_proj`, F],
        ]),
        isEnd,
      ),
      ...delicate(linearSpecs(`layers.${i}.down`, F, hasBias.mlp, [[`${at}.mlp.down_proj`, C]]), isEnd),
    ];
  };
  return [
    ...linearSpecs("embed", C, false, [["model.embed_tokens", V]]),
    ...Array.from({ length: L }, (_, i) => layer(i)).flat(),
    norm("norm", "model.norm.weight"),
    ...(isTied ? [] : [...linearSpecs("head", C, false, [["lm_head", V]])]),
  ];
}

/** Modules of a Hugging Face folder, each with the numbers it gives. */
type Modules = readonly (readonly [module: string, O: number])[];

/** A matrix of the modules' rows, and where they have them a vector of their biases. */
export function linearSpecs(name: string, I: number, hasBias: boolean, modules: Modules): WeightSpec[] {
  const rows = modules.reduce((sum, [, O]) => sum + O, 0);
  const parts = modules.map(([module, O]) => ({ name: `${module}.weight`, shape: [O, I] }));
  const matrix = { name, shape: [rows, I], isMatrix: true, parts };
  const biases = modules.map(([module, O]) => [`${module}.bias`, O] as const);
  return hasBias ? [matrix, vectorSpec(`${name}Bias`, biases)] : [matrix];
}

export function vectorSpec(name: string, tensors: Modules): WeightSpec {
  const parts = tensors.map(([tensor, size]) => ({ name: tensor, shape: [size] }));
  return { name, shape: [tensors.reduce((sum, [, size]) => sum + size, 0)], isMatrix: false, parts };
}

const headNorms = (at: string, D: number): Modules => [
  [`${at}.self_attn.q_norm.weight`, D],
  [`${at}.self_attn.k_norm.weight`, D],
];

export const sizeOfSpecs = (specs: readonly WeightSpec[]): number =>
  specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

export const parameterCount = (config: DecoderConfig): number => sizeOfSpecs(weightSpecs(config));

/** Weights on the GPU, by our names. */
export type Weights = ReadonlyMap<string, Resident>;

/** The weights as tensors of one graph; a tied head is the embedding. */
export function weightsIn(graph: Graph, weights: Weights): (name: string) => Tensor {
  return (name) => {
    const resident = weights.get(name) ?? (name === "head" ? weights.get("embed") : undefined);
    return graph.resident(resident ?? fail({ code: "not-found", what: "weight", id: name }));
  };
}

/**
 * How weights are kept on the GPU: all as f32; as f16 where the folder has them so or in coarser blocks (for a device with
 * shader-f16); or matrices quantised. Whatever is not full can only be read: its weights are not trained, adapters are.
 */
export const PRECISIONS = ["full", "half", "q8", "q4"] as const;
export type Precision = (typeof PRECISIONS)[number];

/**
 * The dtype of a weight. Norms, biases and rows that are no whole blocks are never quantised; in q4, embedding, head, attention, and the
 * first and last layer are q8: of all that could be, these cost the least bytes for what they gain (measured on three models).
 */
export function dtypeOf({ name, shape, isDelicate }: WeightSpec, precision: Precision, isHalf = false): DType {
  if (precision === "half") return isHalf ? "f16" : "f32";
  if (precision === "full" || !mayQuantize(shape)) return "f32";
  return name === "embed" || name === "head" || isDelicate ? "q8" : precision;
}

/**
 * Checks every tensor of the folder against the configuration, then puts the weights on the GPU one by one, so that one at a
 * time is in memory. Throws bad-file before anything is allocated when a tensor is missing or has another shape.
 */
export async function loadWeights(
  runtime: Runtime,
  config: DecoderConfig,
  stored: ReadonlyMap<string, StoredTensor>,
  onRead?: (bytes: number) => void,
  precision?: Precision,
): Promise<Weights> {
  return loadSpecs(runtime, weightSpecs(config), stored, onRead, precision);
}

/** The same for any list of weights. */
export async function loadSpecs(
  runtime: Runtime,
  specs: readonly WeightSpec[],
  stored: ReadonlyMap<string, StoredTensor>,
  onRead: (bytes: number) => void = () => {},
  precision: Precision = "full",
): Promise<Weights> {
  const sources = checkSpecs(specs, stored);
  const weights = new Map<string, Resident>();
  try {
    for (const [i, spec] of specs.entries()) {
      const dtype = dtypeOf(spec, precision, sources[i].every(isHalfEnough));
      const resident = await runtime.allocate(spec.name, spec.shape, dtype, "weights");
      weights.set(spec.name, resident);
      if (isQuantized(dtype)) runtime.write(resident, await readQuantized(spec.shape, dtype, sources[i], onRead));
      else await writeParts(runtime, resident, sources[i], onRead);
    }
  } catch (error) {
    runtime.free(...weights.values());
    throw error;
  }
  return weights;
}

async function writeParts(
  runtime: Runtime,
  resident: Resident,
  sources: readonly StoredTensor[],
  onRead: (bytes: number) => void,
): Promise<void> {
  let byteOffset = 0;
  for (const source of sources) {
    const values = resident.dtype === "f16" ? await readHalves(source) : await readTensor(source);
    runtime.write(resident, values, byteOffset);
    byteOffset += values.byteLength;
    onRead(source.byteLength);
  }
}

/** Parts that follow each other as one quantised matrix; a slice of them at a time is in memory as f32. */
async function readQuantized(
  shape: Shape,
  dtype: Quantized,
  sources: readonly StoredTensor[],
  onRead: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const blocks = emptyBlocks(shape, dtype);
  let block = 0;
  for (const slice of sources.flatMap((source) => slicesOf(source, SLICE_VALUES))) {
    const values = await readTensor(slice);
    quantizeInto(blocks, values, block);
    block += values.length / BLOCK;
    onRead(slice.byteLength);
  }
  return blocks.bytes;
}
const SLICE_VALUES = 4_194_304;

/** A part that loses nothing worth keeping as halves. Parts follow each other, and writes begin and end at words of 4 bytes. */
const isHalfEnough = ({ dtype, shape }: StoredTensor): boolean =>
  dtype !== "F32" && dtype !== "BF16" && shape.reduce((a, b) => a * b, 1) % 2 === 0;

/** The stored parts of every weight, in the order of `weightSpecs`. Throws bad-file for one that is missing or has another shape. */
export function checkWeights(config: DecoderConfig, stored: ReadonlyMap<string, StoredTensor>): StoredTensor[][] {
  return checkSpecs(weightSpecs(config), stored);
}

/** The same for any list of weights. */
export function checkSpecs(specs: readonly WeightSpec[], stored: ReadonlyMap<string, StoredTensor>): StoredTensor[][] {
  return specs.map((spec) => spec.parts.map((part) => checkedPart(part, stored)));
}

function checkedPart(part: { name: string; shape: Shape }, stored: ReadonlyMap<string, StoredTensor>): StoredTensor {
  const files = [...new Set([...stored.values()].map((t) => t.file.name))].join(", ");
  const found = stored.get(part.name) ?? stored.get(part.name.replace(/^model\./, ""));
  if (!found)
    return fail({
      code: "bad-file",
      file: files,
      format: "safetensors",
      reason: `${part.name} is missing; the configuration asks for it`,
    });
  if (found.shape.length !== part.shape.length || found.shape.some((n, i) => n !== part.shape[i]))
    return fail({
      code: "bad-file",
      file: found.file.name,
      format: "safetensors",
      reason: `${part.name} is (${found.shape}), the configuration says (${part.shape})`,
    });
  return found;
}
