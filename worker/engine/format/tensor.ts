// A tensor as it lies in a file, and its values. Knows how numbers are stored, not how a file lists its tensors.
import type { ByteSource } from "./bytes.ts";
import { blockKinds, readBlocks, type BlockType } from "./blocks.ts";
import { bf16ToF32, f16ToF32, f32ToF16 } from "./half.ts";

export type StoredType = "F32" | "F16" | "BF16" | BlockType;
export interface StoredTensor {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly byteStart: number; // within the file
  readonly byteLength: number;
  readonly file: ByteSource;
  /** Set where the rows of each of so many heads lie as rotary pairs (0, D/2, 1, D/2+1, …), not in their order. */
  readonly pairedHeads?: number;
}

const byteSize = { F32: 4, F16: 2, BF16: 2 } as const;

/** Bytes that `count` values of a type take; null when they make no whole number of blocks. */
export function bytesOf(dtype: StoredType, count: number): number | null {
  if (dtype in byteSize) return count * byteSize[dtype as keyof typeof byteSize];
  const { values, bytes } = blockKinds[dtype as BlockType];
  return count % values === 0 ? (count / values) * bytes : null;
}

/** No two tensors share a byte. */
export function checkOverlap(tensors: readonly StoredTensor[], bad: (reason: string) => never): void {
  const sorted = tensors.toSorted((a, b) => a.byteStart - b.byteStart);
  for (let i = 1; i < sorted.length; i++)
    if (sorted[i].byteStart < sorted[i - 1].byteStart + sorted[i - 1].byteLength)
      bad(`${sorted[i].name} and ${sorted[i - 1].name} overlap`);
}

/** The values of a tensor as f32. May be a view of what `file.read` gave. */
export async function readTensor(tensor: StoredTensor): Promise<Float32Array<ArrayBuffer>> {
  const { file, byteStart, byteLength, dtype } = tensor;
  const bytes = await file.read(byteStart, byteLength);
  return inOrder(tensor, valuesOf(dtype, bytes));
}

/** The values of a tensor as halves: as they are stored, or rounded to the nearest. */
export async function readHalves(tensor: StoredTensor): Promise<Uint16Array<ArrayBuffer>> {
  if (tensor.dtype !== "F16") return f32ToF16(await readTensor(tensor));
  const bytes = aligned(await tensor.file.read(tensor.byteStart, tensor.byteLength));
  return inOrder(tensor, new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2));
}

/** A matrix as matrices of whole rows that follow each other, each of at most `count` values, or one row. */
export function slicesOf(tensor: StoredTensor, count: number): StoredTensor[] {
  const { dtype, shape: [rows, width], byteStart, pairedHeads } = tensor; // prettier-ignore
  const rowBytes = bytesOf(dtype, width);
  if (rowBytes === null || pairedHeads !== undefined) return [tensor]; // blocks across rows, or rows out of order
  const step = Math.max(1, Math.floor(count / width));
  return Array.from({ length: Math.ceil(rows / step) }, (_, i) => {
    const own = Math.min(step, rows - i * step);
    const start = byteStart + i * step * rowBytes;
    return { ...tensor, shape: [own, width], byteStart: start, byteLength: own * rowBytes };
  });
}

function valuesOf(dtype: StoredType, read: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  if (dtype !== "F32" && dtype !== "F16" && dtype !== "BF16") return readBlocks(dtype, read);
  const bytes = aligned(read);
  if (dtype === "F32") return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  return dtype === "F16" ? f16ToF32(halves) : bf16ToF32(halves);
}

const aligned = (bytes: Uint8Array<ArrayBuffer>) => (bytes.byteOffset % 4 === 0 ? bytes : bytes.slice());

/** The rows in their own order, where they lie in pairs. */
function inOrder<T extends Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(
  { pairedHeads, shape }: StoredTensor,
  values: T,
): T {
  return pairedHeads === undefined ? values : unpairRows(values, shape[0], pairedHeads);
}

/** Rows 2i and 2i+1 of a head become its rows i and i + D/2. `values` has `rows` rows; D = rows / heads. */
export function unpairRows<T extends Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(
  values: T,
  rows: number,
  heads: number,
): T {
  const out = values.slice() as T;
  for (const [paired, plain] of rowPairs(rows, heads)) copyRow(values, paired, out, plain, values.length / rows);
  return out;
}

/** The inverse of unpairRows. */
export function pairRows(values: Float32Array, rows: number, heads: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(values.length);
  for (const [paired, plain] of rowPairs(rows, heads)) copyRow(values, plain, out, paired, values.length / rows);
  return out;
}

function* rowPairs(rows: number, heads: number): Iterable<[paired: number, plain: number]> {
  const D = rows / heads;
  for (let row = 0; row < rows; row++) {
    const [first, j] = [row - (row % D), row % D];
    yield [row, first + (j % 2) * (D / 2) + (j >> 1)];
  }
}

function copyRow<T extends Float32Array | Uint16Array>(from: T, source: number, to: T, row: number, width: number) {
  to.set(from.subarray(source * width, (source + 1) * width), row * width);
}
