// One matrix of random numbers as q4 blocks, as Loam keeps it and as ONNX Runtime's MatMulNBits and GatherBlockQuantized take it: the same numbers to
// the bit.
import { dequantize, emptyBlocks, type Blocks } from "../../worker/engine/format/quantize.ts";
import { f16Bits, f16ToF32 } from "../../worker/engine/format/half.ts";
import { BLOCK } from "../../worker/engine/graph.ts";
import type { OnnxGraph } from "./onnx.ts";

export interface Q4 {
  readonly N: number;
  readonly K: number;
  readonly blocks: Blocks;
}

/** Random numbers of 4 bits, and a scale that keeps activations near 1. Not quantised from anything: that would take longer than the bench. */
export function randomQ4(N: number, K: number, seed: number, scale = 1 / Math.sqrt(K)): Q4 {
  const blocks = emptyBlocks([N, K], "q4");
  let state = 2 * seed + 1;
  for (let i = 0; i < blocks.numbers.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    blocks.numbers[i] = state >>> 24;
  }
  return { N, K, blocks: { ...blocks, scales: blocks.scales.fill(f16Bits(scale / SPREAD)) } };
}
const SPREAD = 4.6; // standard deviation of 0…15

/** The rows of all, one after the other. */
export function stacked(parts: readonly Q4[]): Q4 {
  const [{ K }, N] = [parts[0], parts.reduce((sum, part) => sum + part.N, 0)];
  const blocks = emptyBlocks([N, K], "q4");
  let row = 0;
  for (const part of parts) {
    blocks.numbers.set(part.blocks.numbers, (row * K) / 2);
    blocks.scales.set(part.blocks.scales, (row * K) / BLOCK);
    row += part.N;
  }
  return { N, K, blocks };
}
export const valuesOf = ({ blocks }: Q4): Float32Array => dequantize(blocks);

/** Byte i of a block of ours holds numbers i and i + 16; of theirs, numbers 2i and 2i + 1. Both add 8 to a number. */
function turned({ numbers, scales }: Blocks): Uint8Array {
  const bytes = new Uint8Array(numbers.length);
  const half = BLOCK / 2;
  const nibble = (block: number, i: number) => (numbers[block * half + (i % half)] >> (i < half ? 0 : 4)) & 15;
  for (let b = 0; b < scales.length; b++)
    for (let i = 0; i < half; i++) bytes[b * half + i] = nibble(b, 2 * i) | (nibble(b, 2 * i + 1) << 4);
  return bytes;
}

/** Adds the matrix to a graph. → the names of its numbers, shaped as asked, and of its scales (N, K/32). */
export function addQ4(
  graph: OnnxGraph,
  name: string,
  { N, K, blocks }: Q4,
  shape: readonly number[] = [N, K / BLOCK, BLOCK / 2],
): [numbers: string, scales: string] {
  const scales = f16ToF32(new Uint16Array(blocks.scales));
  return [
    graph.constant(`${name} q`, "uint8", shape, turned(blocks)),
    graph.constant(`${name} d`, "float32", [N, K / BLOCK], scales),
  ];
}

/** y = x Wᵀ. → y's name. */
export function multiplyQ4(graph: OnnxGraph, x: string, name: string, W: Q4, y: string, accuracy = 0): string {
  const { N, K } = W;
  const attributes = { N, K, bits: 4, block_size: BLOCK, accuracy_level: accuracy };
  return graph.node("MatMulNBits", [x, ...addQ4(graph, name, W)], [y], attributes);
}
