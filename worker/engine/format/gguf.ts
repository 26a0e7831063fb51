// GGUF: a magic, counts, metadata as typed key-value pairs, the list of tensors, then their bytes. Every count, length and
// offset is held against the file's size before anything is allocated for it. It knows nothing of models.
// Source: github.com/ggml-org/ggml, docs/gguf.md.
import { fail } from "../../contract/errors.ts";
import { BLOCK_TYPES } from "./blocks.ts";
import type { ByteSource } from "./bytes.ts";
import { bytesOf, checkOverlap, type StoredTensor, type StoredType } from "./tensor.ts";
import { Cursor, type Bad } from "./cursor.ts";

/** Whole numbers of 64 bits are given to the nearest double. */
export type GgufValue = number | boolean | string | readonly string[] | NumberArray;
export type NumberArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;
export interface Gguf {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, StoredTensor>; // shapes with the row count first; byteStart within the file
}

export const MAGIC = 0x46554747; // "GGUF"
const MAX_KEY_BYTES = 65_535; // the format's own limit
const MAX_STRING_BYTES = 16 * 2 ** 20;
const MAX_HEADER_BYTES = 256 * 2 ** 20;

/** The numbers of the tensor types that are read. */
export const TYPE_NUMBERS: Readonly<Record<StoredType, number>> = {
  F32: 0,
  F16: 1,
  Q4_0: 2,
  Q4_1: 3,
  Q5_0: 6,
  Q5_1: 7,
  Q8_0: 8,
  Q4_K: 12,
  Q5_K: 13,
  Q6_K: 14,
  BF16: 30,
};
const typeOf = new Map(Object.entries(TYPE_NUMBERS).map(([name, number]) => [number, name as StoredType]));

/** Reads everything before the tensors' bytes. Throws bad-file with what is wrong, model-unsupported for a type not known here. */
export async function openGguf(file: ByteSource): Promise<Gguf> {
  const bad: Bad = (reason) => fail({ code: "bad-file", file: file.name, format: "GGUF", reason });
  const at = new Cursor(file, MAX_HEADER_BYTES, bad);
  if (file.size < 24) bad(`${file.size} bytes long, too short for a header`);
  if ((await at.u32()) !== MAGIC) bad("it does not begin with GGUF");
  const version = await at.u32();
  if (version !== 2 && version !== 3)
    bad(version > 0xffff ? "its numbers are big-endian" : `its version is ${version}; 2 and 3 can be read`);
  const tensorCount = await at.count("tensors", 8 + 4 + 4 + 8);
  const pairCount = await at.count("metadata entries", 8 + 4 + 1);
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < pairCount; i++) {
    const key = await at.string(MAX_KEY_BYTES);
    if (metadata.has(key)) bad(`it says ${key} twice`);
    metadata.set(key, await readValue(at, await at.u32(), bad));
  }
  const entries: Entry[] = [];
  for (let i = 0; i < tensorCount; i++) entries.push(await readEntry(at, bad));
  return { metadata, tensors: placed(entries, at.position, metadata, file, bad) };
}

// The value types by their numbers: how one is read, and what holds many of them in no more room than the file.
interface NumberType {
  readonly array: { new (length: number): NumberArray; readonly BYTES_PER_ELEMENT: number };
  readonly read: (view: DataView, at: number) => number;
}
const numberTypes: Readonly<Record<number, NumberType>> = {
  0: { array: Uint8Array, read: (v, at) => v.getUint8(at) },
  1: { array: Int8Array, read: (v, at) => v.getInt8(at) },
  2: { array: Uint16Array, read: (v, at) => v.getUint16(at, true) },
  3: { array: Int16Array, read: (v, at) => v.getInt16(at, true) },
  4: { array: Uint32Array, read: (v, at) => v.getUint32(at, true) },
  5: { array: Int32Array, read: (v, at) => v.getInt32(at, true) },
  6: { array: Float32Array, read: (v, at) => v.getFloat32(at, true) },
  7: { array: Uint8Array, read: (v, at) => v.getUint8(at) }, // boolean
  10: { array: Float64Array, read: (v, at) => Number(v.getBigUint64(at, true)) },
  11: { array: Float64Array, read: (v, at) => Number(v.getBigInt64(at, true)) },
  12: { array: Float64Array, read: (v, at) => v.getFloat64(at, true) },
};
const [BOOLEAN, STRING, ARRAY] = [7, 8, 9];

async function readValue(at: Cursor, type: number, bad: Bad): Promise<GgufValue> {
  if (type === STRING) return at.string(MAX_STRING_BYTES);
  if (type === ARRAY) return readArray(at, await at.u32(), bad);
  const { array, read } = numberTypes[type] ?? bad(`a metadata value is of type ${type}, which does not exist`);
  const value = read(await at.bytes(array.BYTES_PER_ELEMENT), 0);
  return type === BOOLEAN ? value !== 0 : value;
}

async function readArray(at: Cursor, type: number, bad: Bad): Promise<readonly string[] | NumberArray> {
  if (type === STRING) {
    const count = await at.count("strings", 8);
    const strings: string[] = [];
    for (let i = 0; i < count; i++) strings.push(at.stringNow() ?? (await at.string(MAX_STRING_BYTES)));
    return strings;
  }
  if (type === ARRAY) bad("an array of arrays in its metadata");
  const { array, read } = numberTypes[type] ?? bad(`an array is of type ${type}, which does not exist`);
  const bytes = array.BYTES_PER_ELEMENT;
  const count = await at.count("numbers", bytes);
  const view = await at.bytes(count * bytes);
  const numbers = new array(count);
  for (let i = 0; i < count; i++) numbers[i] = read(view, i * bytes);
  return numbers;
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: StoredType;
  readonly offset: number; // from where the tensors' bytes begin
}

async function readEntry(at: Cursor, bad: Bad): Promise<Entry> {
  const name = await at.string(256);
  const rank = await at.u32();
  if (rank > 4) bad(`${name} has ${rank} dimensions`);
  const sizes: number[] = [];
  for (let i = 0; i < rank; i++) sizes.push(await at.u64(`a size of ${name}`));
  const type = await at.u32();
  const dtype =
    typeOf.get(type) ??
    fail({
      code: "model-unsupported",
      model: at.name,
      reason: `${name} is stored in type ${type}; F32, F16, BF16, ${BLOCK_TYPES.join(", ")} can be read`,
    });
  return { name, dtype, shape: sizes.reverse(), offset: await at.u64(`the offset of ${name}`) };
}

/** The tensors with their places in the file, checked. */
function placed(
  entries: readonly Entry[],
  end: number,
  metadata: ReadonlyMap<string, GgufValue>,
  file: ByteSource,
  bad: Bad,
): Map<string, StoredTensor> {
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || alignment < 1 || alignment > 2 ** 20 || !Number.isInteger(Math.log2(alignment)))
    return bad(`its alignment is ${String(alignment)}`);
  const start = Math.ceil(end / alignment) * alignment;
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, dtype, offset } of entries) {
    if (tensors.has(name)) bad(`it has ${name} twice`);
    const rowBytes = bytesOf(dtype, shape.at(-1) ?? 1);
    if (rowBytes === null) return bad(`${name} has rows of ${shape.at(-1)} values, no whole number of ${dtype} blocks`);
    const byteLength = shape.slice(0, -1).reduce((a, b) => a * b, rowBytes);
    if (offset % alignment !== 0) bad(`${name} begins at ${offset}, no multiple of ${alignment}`);
    if (start + offset + byteLength > file.size)
      bad(`${name} ends at byte ${start + offset + byteLength}, the file at ${file.size}: it is cut off`);
    tensors.set(name, { name, dtype, shape, byteStart: start + offset, byteLength, file });
  }
  checkOverlap([...tensors.values()], bad);
  return tensors;
}
