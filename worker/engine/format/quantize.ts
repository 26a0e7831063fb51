// Weights in blocks of 32 that share a scale, as kernels read them. What ggml calls q8_0 and q4_0 (q8 its numbers and scales to the bit, q4
// with scales of a smaller error; a block that is q4 already stays as it is), but laid out for a GPU: all numbers first, row after row, then all scales, so that both are read aligned and by vectors.
//
//   q8   w = d·q         q = −127…127, a byte each, in order:                       8 words a block
//   q4   w = d·(q − 8)   q = 0…15; byte i of a block holds q_i low, q_{i+16} high:  4 words a block
//   then, from a multiple of 256 bytes on, d as f16, two a word, the first one low
//
// 34 and 18 bytes a block. Source: github.com/ggml-org/ggml, src/ggml-quants.c (quantize_row_q8_0_ref, make_qx_quants).
import { fail } from "../../contract/errors.ts";
import { BLOCK, byteSizeOf, scalesOffset, sizeOf, type Quantized, type Shape } from "../graph.ts";
import { f16Bits, f16Value } from "./half.ts";

/** A quantised matrix on the CPU. Its parts are views of `bytes`, which is what the GPU gets. */
export interface Blocks {
  readonly dtype: Quantized;
  readonly shape: Shape; // (O, I), I a multiple of 32
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly numbers: Int8Array; // q8: the q; q4: two a byte
  readonly scales: Uint16Array; // (O·I/32) bits of f16
}

export const mayQuantize = (shape: Shape): boolean => shape.length === 2 && shape[1] % BLOCK === 0;

/** Room for a matrix, all zero. Throws shape-mismatch when its rows are no whole blocks. */
export function emptyBlocks(shape: Shape, dtype: Quantized): Blocks {
  if (!mayQuantize(shape))
    fail({
      code: "shape-mismatch",
      op: "quantize",
      tensor: "W",
      expected: `(O, a multiple of ${BLOCK})`,
      got: `(${shape})`,
    });
  const start = scalesOffset(shape, dtype);
  const buffer = new ArrayBuffer(Math.ceil(byteSizeOf(shape, dtype) / 4) * 4);
  return {
    ...{ dtype, shape, bytes: new Uint8Array(buffer) },
    numbers: new Int8Array(buffer, 0, start),
    scales: new Uint16Array(buffer, start, sizeOf(shape) / BLOCK),
  };
}

/** Quantises `values` into the blocks from number `first` on: whole blocks. */
export function quantizeInto({ dtype, numbers, scales }: Blocks, values: Float32Array, first = 0): void {
  const quantizeBlock = dtype === "q8" ? quantizeQ8 : quantizeQ4;
  const bytes = dtype === "q8" ? BLOCK : BLOCK / 2;
  for (let b = 0; b < values.length / BLOCK; b++)
    scales[first + b] = f16Bits(quantizeBlock(values, b * BLOCK, numbers, (first + b) * bytes));
}

export function quantize(values: Float32Array, shape: Shape, dtype: Quantized): Blocks {
  const blocks = emptyBlocks(shape, dtype);
  quantizeInto(blocks, values);
  return blocks;
}

/** → d, before it is rounded to f16. */
type QuantizeBlock = (x: Float32Array, at: number, numbers: Int8Array, to: number) => number;

const { fround } = Math;
const round = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5); // C's roundf: halves away from zero

const quantizeQ8: QuantizeBlock = (x, at, numbers, to) => {
  let largest = 0;
  for (let i = 0; i < BLOCK; i++) largest = Math.max(largest, Math.abs(x[at + i]));
  const d = fround(largest / 127);
  const inverse = d === 0 ? 0 : fround(1 / d);
  for (let i = 0; i < BLOCK; i++) numbers[to + i] = round(fround(x[at + i] * inverse));
  return d;
};

const quantizeQ4: QuantizeBlock = (x, at, numbers, to) => {
  let furthest = 0;
  for (let i = 0; i < BLOCK; i++) if (Math.abs(x[at + i]) > Math.abs(furthest)) furthest = x[at + i];
  const d = furthest === 0 ? 0 : (keptScale(x, at, furthest) ?? bestScale(x, at, furthest));
  const seen = f16Value(f16Bits(d));
  const inverse = seen === 0 ? 0 : 1 / seen;
  const nibble = (value: number) => nearestQ4(value * inverse) + 8;
  for (let i = 0; i < BLOCK / 2; i++) numbers[to + i] = nibble(x[at + i]) | (nibble(x[at + i + BLOCK / 2]) << 4);
  return d;
};

const nearestQ4 = (value: number): number => Math.max(-8, Math.min(7, Math.round(value)));
const WHOLE = [-8, 7, -7, 6, -6, 5, -5, 4, -4, 3, -3, 2, -2, 1, -1]; // what the furthest value may be

/** The d of a block that has been q4 before, so that it stays as it is; null for any other. */
function keptScale(x: Float32Array, at: number, furthest: number): number | null {
  for (const n of WHOLE) {
    const d = f16Value(f16Bits(furthest / n));
    let i = 0;
    while (i < BLOCK && fround(d * nearestQ4(x[at + i] / d)) === x[at + i]) i++;
    if (i === BLOCK) return d;
  }
  return null;
}

/** What the furthest value is tried as, in steps; past −8 it is cut off. */
const TRIED = [-8, -8.5, -8.25, -7.75, -7.5, -7.25, -7, 7, 7.25, 7.5];

/**
 * For numbers q, the d of least squared error is Σ xq / Σ q², and the error Σ x² − (Σ xq)² / Σ q²: of the q that several scales give, those
 * whose error is least. Source: the idea of ggml's make_qx_quants, without its weights.
 */
function bestScale(x: Float32Array, at: number, furthest: number): number {
  let [best, most] = [furthest / -8, 0];
  for (const n of TRIED) {
    const inverse = n / furthest;
    let [xq, qq] = [0, 0];
    for (let i = 0; i < BLOCK; i++) {
      const q = nearestQ4(x[at + i] * inverse);
      xq += x[at + i] * q;
      qq += q * q;
    }
    if (xq * xq > most * qq) [best, most] = [xq / qq, (xq * xq) / qq];
  }
  return best;
}

/** The same blocks as ggml stores them, each scale before its numbers: Q8_0 or Q4_0. */
export function interleaved({ dtype, numbers, scales }: Blocks): Uint8Array<ArrayBuffer> {
  const bytes = dtype === "q8" ? BLOCK : BLOCK / 2;
  const blocks = new Uint8Array(scales.length * (bytes + 2));
  scales.forEach((bits, b) => {
    blocks.set([bits & 255, bits >> 8], b * (bytes + 2));
    blocks.set(new Uint8Array(numbers.buffer, numbers.byteOffset + b * bytes, bytes), b * (bytes + 2) + 2);
  });
  return blocks;
}

/** The values that the kernels see, (O, I). */
export function dequantize({ dtype, shape, numbers, scales }: Blocks): Float32Array<ArrayBuffer> {
  const values = new Float32Array(sizeOf(shape));
  for (let b = 0; b < scales.length; b++) {
    const d = f16Value(scales[b]);
    for (let i = 0; i < BLOCK; i++)
      values[b * BLOCK + i] = d * (dtype === "q8" ? numbers[b * BLOCK + i] : nibbleAt(numbers, b, i) - 8);
  }
  return values;
}
const nibbleAt = (numbers: Int8Array, block: number, i: number): number =>
  (numbers[(block * BLOCK) / 2 + (i % 16)] >> (i < 16 ? 0 : 4)) & 15;
