// The weights of a decoder: one table says which tensors there are, their shapes, and which tensors of a Hugging Face folder
// they are made of. Loading, saving, initialising and training all read this table.
import { fail } from "../../contract/errors.ts";
import { readHalves, readTensor, type StoredTensor } from "../format/tensor.ts";
import { sizeOf, type Graph, type Resident, type Shape, type Tensor } from "../graph.ts";
import type { Runtime } from "../runtime.ts";
import type { DecoderConfig } from "./config.ts";

/** A weight of ours. Matrices that read the same input are stored as one: their rows follow each other. */
export interface WeightSpec {
  readonly name: string; // "layers.0.qkv"
  readonly shape: Shape;
  readonly isMatrix: boolean; // norms are not: they take no weight decay and start at one
  readonly parts: readonly { readonly name: string; readonly shape: Shape }[]; // in a Hugging Face folder, in row order
}

/** Every weight of a decoder, in the order they are stored. */
export function weightSpecs({ C, L, H, K, D, F, V, isTied }: DecoderConfig): WeightSpec[] {
  const matrix = (name: string, I: number, parts: [string, number][]): WeightSpec => ({
    name,
    shape: [parts.reduce((rows, [, O]) => rows + O, 0), I],
    isMatrix: true,
    parts: parts.map(([part, O]) => ({ name: part, shape: [O, I] })),
  });
  const norm = (name: string, part: string): WeightSpec => ({
    name,
    shape: [C],
    isMatrix: false,
    parts: [{ name: part, shape: [C] }],
  });
  const layer = (i: number): WeightSpec[] => {
    const at = `model.layers.${i}`;
    return [
      norm(`layers.${i}.attnNorm`, `${at}.input_layernorm.weight`),
      matrix(`layers.${i}.qkv`, C, [
        [`${at}.self_attn.q_proj.weight`, H * D],
        [`${at}.self_attn.k_proj.weight`, K * D],
        [`${at}.self_attn.v_proj.weight`, K * D],
      ]),
      matrix(`layers.${i}.o`, H * D, [[`${at}.self_attn.o_proj.weight`, C]]),
      norm(`layers.${i}.mlpNorm`, `${at}.post_attention_layernorm.weight`),
      matrix(`layers.${i}.gateUp`, C, [
        [`${at}.mlp.gate_proj.weight`, F],
        [`${at}.mlp.up_proj.weight`, F],
      ]),
      matrix(`layers.${i}.down`, F, [[`${at}.mlp.down_proj.weight`, C]]),
    ];
  };
  return [
    matrix("embed", C, [["model.embed_tokens.weight", V]]),
    ...Array.from({ length: L }, (_, i) => layer(i)).flat(),
    norm("norm", "model.norm.weight"),
    ...(isTied ? [] : [matrix("head", C, [["lm_head.weight", V]])]),
  ];
}

export const parameterCount = (config: DecoderConfig): number =>
  weightSpecs(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0);

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
 * Checks every tensor of the folder against the configuration, then puts the weights on the GPU one by one: as f32, or with
 * `keepsHalf` as f16 where the folder stores them so or in coarser blocks, in half the memory (for a device with shader-f16, and for weights that
 * are not trained). Throws bad-file before anything is allocated when a tensor is missing or has another shape.
 */
export async function loadWeights(
  runtime: Runtime,
  config: DecoderConfig,
  stored: ReadonlyMap<string, StoredTensor>,
  onRead: (bytes: number) => void = () => {},
  keepsHalf = false,
): Promise<Weights> {
  const specs = weightSpecs(config);
  const sources = checkWeights(config, stored);
  const weights = new Map<string, Resident>();
  try {
    for (const [i, { name, shape }] of specs.entries()) {
      const isHalf = keepsHalf && sources[i].every(isHalfEnough);
      const resident = await runtime.allocate(name, shape, isHalf ? "f16" : "f32", "weights");
      weights.set(name, resident);
      let byteOffset = 0;
      for (const source of sources[i]) {
        const values = isHalf ? await readHalves(source) : await readTensor(source);
        runtime.write(resident, values, byteOffset);
        byteOffset += values.byteLength;
        onRead(source.byteLength);
      }
    }
  } catch (error) {
    runtime.free(...weights.values());
    throw error;
  }
  return weights;
}

/** A part that loses nothing worth keeping as halves. Parts follow each other, and writes begin and end at words of 4 bytes. */
const isHalfEnough = ({ dtype, shape }: StoredTensor): boolean =>
  dtype !== "F32" && dtype !== "BF16" && shape.reduce((a, b) => a * b, 1) % 2 === 0;

/** The stored parts of every weight, in the order of `weightSpecs`. Throws bad-file for one that is missing or has another shape. */
export function checkWeights(config: DecoderConfig, stored: ReadonlyMap<string, StoredTensor>): StoredTensor[][] {
  return weightSpecs(config).map((spec) => spec.parts.map((part) => checkedPart(part, stored)));
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
