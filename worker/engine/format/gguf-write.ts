// Writes GGUF, version 3: what gguf.ts reads.
import { bytesOf, type StoredType } from "./tensor.ts";
import { MAGIC, TYPE_NUMBERS } from "./gguf.ts";

/** A value with the type it is written in; arrays by what holds them. */
export type WrittenValue =
  | string
  | boolean
  | { readonly u32: number }
  | { readonly f32: number }
  | readonly string[]
  | Int32Array
  | Float32Array;

export interface WrittenTensor {
  readonly name: string;
  readonly shape: readonly number[]; // row count first
  readonly dtype: StoredType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const ALIGNMENT = 32;
const TYPES = { u32: 4, i32: 5, f32: 6, boolean: 7, string: 8, array: 9 } as const;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** The file in pieces, in order, so that a large model is never in memory twice. */
export function writeGguf(
  metadata: ReadonlyMap<string, WrittenValue>,
  tensors: readonly WrittenTensor[],
): Uint8Array<ArrayBuffer>[] {
  const out = new Pieces();
  out.u32(MAGIC).u32(3).u64(tensors.length).u64(metadata.size);
  for (const [key, value] of metadata) writeValue(out.string(key), value);
  let offset = 0;
  for (const { name, shape, dtype, bytes } of tensors) {
    const expected = bytesOf(
      dtype,
      shape.reduce((a, b) => a * b, 1),
    );
    if (expected !== bytes.byteLength)
      throw new RangeError(`${name} (${shape}) ${dtype} takes ${expected} bytes, not ${bytes.byteLength}`);
    out.string(name).u32(shape.length);
    for (const size of shape.toReversed()) out.u64(size);
    out.u32(TYPE_NUMBERS[dtype]).u64(offset);
    offset += aligned(bytes.byteLength);
  }
  out.pad();
  for (const { bytes } of tensors) out.raw(bytes).pad();
  return out.all;
}

function writeValue(out: Pieces, value: WrittenValue): void {
  if (typeof value === "string") out.u32(TYPES.string).string(value);
  else if (typeof value === "boolean") out.u32(TYPES.boolean).raw(Uint8Array.of(Number(value)));
  else if (value instanceof Int32Array || value instanceof Float32Array) {
    const type = value instanceof Int32Array ? TYPES.i32 : TYPES.f32;
    out.u32(TYPES.array).u32(type).u64(value.length);
    out.raw(new Uint8Array(value.slice().buffer));
  } else if ("u32" in value) out.u32(TYPES.u32).u32(value.u32);
  else if ("f32" in value) out.u32(TYPES.f32).raw(new Uint8Array(Float32Array.of(value.f32).buffer));
  else {
    out.u32(TYPES.array).u32(TYPES.string).u64(value.length);
    for (const text of value) out.string(text);
  }
}

class Pieces {
  readonly all: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;
  readonly #encoder = new TextEncoder();

  raw(bytes: Uint8Array<ArrayBuffer>): this {
    this.all.push(bytes);
    this.#length += bytes.byteLength;
    return this;
  }
  u32(value: number): this {
    return this.raw(new Uint8Array(Uint32Array.of(value).buffer));
  }
  u64(value: number): this {
    return this.raw(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  }
  string(text: string): this {
    const bytes = this.#encoder.encode(text);
    return this.u64(bytes.length).raw(bytes);
  }
  pad(): this {
    return this.raw(new Uint8Array(aligned(this.#length) - this.#length));
  }
}

/** The pieces as one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
