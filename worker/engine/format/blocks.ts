// Weights in blocks: a few values share a scale, and each is a small whole number of steps. Read here, never written but for
// Q8_0. Every kind is stated by its layout in bytes; `at` is where a block begins, values follow each other in a row.
// Source: github.com/ggml-org/ggml, src/ggml-common.h (layouts); docs/gguf.md (numbers of the kinds).
import { f16Value } from "./half.ts";

export const BLOCK_TYPES = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K"] as const;
export type BlockType = (typeof BLOCK_TYPES)[number];

interface BlockKind {
  readonly values: number; // a block
  readonly bytes: number; // a block
  readonly read: (block: DataView, out: Float32Array) => void; // one block; `out` has `values` places
}

const half = (block: DataView, at: number): number => f16Value(block.getUint16(at, true));

/** 32 values of 4 bits in 16 bytes: the low halves come first. `high` gives value i its fifth bit. */
function readNibbles(block: DataView, at: number, out: Float32Array, value: (q: number, i: number) => number): void {
  for (let i = 0; i < 16; i++) {
    const byte = block.getUint8(at + i);
    out[i] = value(byte & 15, i);
    out[i + 16] = value(byte >> 4, i + 16);
  }
}

/** The fifth bits of 32 values: one word, value i's at bit i. */
const fifth = (word: number, i: number): number => ((word >>> i) & 1) << 4;

function readQ4_0(block: DataView, out: Float32Array): void {
  const d = half(block, 0);
  readNibbles(block, 2, out, (q) => d * (q - 8));
}
function readQ4_1(block: DataView, out: Float32Array): void {
  const [d, m] = [half(block, 0), half(block, 2)];
  readNibbles(block, 4, out, (q) => d * q + m);
}
function readQ5_0(block: DataView, out: Float32Array): void {
  const [d, word] = [half(block, 0), block.getUint32(2, true)];
  readNibbles(block, 6, out, (q, i) => d * ((q | fifth(word, i)) - 16));
}
function readQ5_1(block: DataView, out: Float32Array): void {
  const [d, m, word] = [half(block, 0), half(block, 2), block.getUint32(4, true)];
  readNibbles(block, 8, out, (q, i) => d * (q | fifth(word, i)) + m);
}
function readQ8_0(block: DataView, out: Float32Array): void {
  const d = half(block, 0);
  for (let i = 0; i < 32; i++) out[i] = d * block.getInt8(2 + i);
}

/** Scale and offset (6 bits each) of the j-th 32 of a block of 256: 12 bytes hold eight of both. */
function scaleAndOffset(block: DataView, at: number, j: number): [number, number] {
  const byte = (i: number) => block.getUint8(at + i);
  if (j < 4) return [byte(j) & 63, byte(j + 4) & 63];
  return [(byte(j + 4) & 15) | ((byte(j - 4) >> 6) << 4), (byte(j + 4) >> 4) | ((byte(j) >> 6) << 4)];
}

/** Q4_K and Q5_K: value = d·scale·q − dmin·offset. Bytes `nibblesAt`… hold 64 values in 32; `bit(j, i)` is worth 16. */
function readScaled(
  block: DataView,
  nibblesAt: number,
  out: Float32Array,
  bit: (j: number, i: number) => number,
): void {
  const [d, dmin] = [half(block, 0), half(block, 2)];
  for (let j = 0; j < 8; j++) {
    const [scale, offset] = scaleAndOffset(block, 4, j);
    const [step, base] = [d * scale, dmin * offset];
    for (let i = 0; i < 32; i++) {
      const byte = block.getUint8(nibblesAt + (j >> 1) * 32 + i);
      const q = j % 2 === 0 ? byte & 15 : byte >> 4;
      out[j * 32 + i] = step * (q + 16 * bit(j, i)) - base;
    }
  }
}
function readQ4_K(block: DataView, out: Float32Array): void {
  readScaled(block, 16, out, () => 0);
}
function readQ5_K(block: DataView, out: Float32Array): void {
  readScaled(block, 48, out, (j, i) => (block.getUint8(16 + i) >> j) & 1);
}

/** 128 bytes of low 4 bits, 64 of high 2 bits, 16 scales of a byte, d. Value = d·scale·(q − 32), a scale for each 16. */
function readQ6_K(block: DataView, out: Float32Array): void {
  const d = half(block, 208);
  for (let k = 0; k < 256; k++) {
    const [part, quarter, i] = [k >> 7, (k >> 5) & 3, k & 31]; // of 128 values, of 32, of one
    const low = block.getUint8(part * 64 + (quarter & 1) * 32 + i) >> (quarter & 2 ? 4 : 0);
    const high = block.getUint8(128 + part * 32 + i) >> (2 * quarter);
    out[k] = d * block.getInt8(192 + (k >> 4)) * (((low & 15) | ((high & 3) << 4)) - 32);
  }
}

export const blockKinds: Readonly<Record<BlockType, BlockKind>> = {
  Q4_0: { values: 32, bytes: 18, read: readQ4_0 },
  Q4_1: { values: 32, bytes: 20, read: readQ4_1 },
  Q5_0: { values: 32, bytes: 22, read: readQ5_0 },
  Q5_1: { values: 32, bytes: 24, read: readQ5_1 },
  Q8_0: { values: 32, bytes: 34, read: readQ8_0 },
  Q4_K: { values: 256, bytes: 144, read: readQ4_K },
  Q5_K: { values: 256, bytes: 176, read: readQ5_K },
  Q6_K: { values: 256, bytes: 210, read: readQ6_K },
};

/** The values of whole blocks. */
export function readBlocks(type: BlockType, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const { values, bytes: size, read } = blockKinds[type];
  const count = Math.floor(bytes.byteLength / size);
  const out = new Float32Array(count * values);
  for (let b = 0; b < count; b++)
    read(new DataView(bytes.buffer, bytes.byteOffset + b * size, size), out.subarray(b * values, (b + 1) * values));
  return out;
}
