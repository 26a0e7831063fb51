// safetensors: an 8-byte header length, a JSON header, then the tensors' bytes. Everything is checked before anything is
// allocated: lengths, offsets, overlaps, dtype and shape against the byte range. It knows nothing of models.
// Source: github.com/huggingface/safetensors, "Format".
import { fail } from "../../contract/errors.ts";
import type { ByteSource } from "./bytes.ts";
import { f32ToF16 } from "./half.ts";
import { bytesOf, checkOverlap, type StoredTensor } from "./tensor.ts";

const MAX_HEADER_BYTES = 100_000_000; // the format's own limit

/** Reads the header; tensors of I64 are passed over. Throws bad-file with what is wrong and where. */
export async function openSafetensors(file: ByteSource): Promise<ReadonlyMap<string, StoredTensor>> {
  const bad = (reason: string): never => fail({ code: "bad-file", file: file.name, format: "safetensors", reason });
  if (file.size < 8) bad(`${file.size} bytes long, too short for a header`);
  const headerLength = Number(new DataView((await file.read(0, 8)).buffer).getBigUint64(0, true));
  if (headerLength > MAX_HEADER_BYTES) bad(`the header claims ${headerLength} bytes`);
  if (8 + headerLength > file.size)
    bad(`the header claims ${headerLength} bytes, the file has ${file.size}: it is cut off or not safetensors`);
  const header = parseHeader(new TextDecoder().decode(await file.read(8, headerLength)), bad);
  const tensors = new Map<string, StoredTensor>();
  const dataStart = 8 + headerLength;
  for (const [name, entry] of Object.entries(header)) {
    const isTable = (entry as { dtype?: unknown } | null)?.dtype === "I64"; // PyTorch's positions and counters, never weights
    if (name !== "__metadata__" && !isTable) tensors.set(name, checkedEntry(name, entry, dataStart, file, bad));
  }
  checkOverlap([...tensors.values()], bad);
  return tensors;
}

function parseHeader(text: string, bad: (reason: string) => never): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text);
    if (header && typeof header === "object" && !Array.isArray(header)) return header as Record<string, unknown>;
  } catch {
    // said below, as for a header that is JSON but no object
  }
  return bad("the header is no JSON object");
}

function checkedEntry(
  name: string,
  entry: unknown,
  dataStart: number,
  file: ByteSource,
  bad: (reason: string) => never,
): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (dtype !== "F32" && dtype !== "F16" && dtype !== "BF16")
    return bad(`${name} is ${String(dtype)}; F32, F16 and BF16 can be read`);
  if (!isCounts(shape) || shape.length > 8) return bad(`${name} has no valid shape`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) return bad(`${name} has no valid offsets`);
  const byteLength = offsets[1] - offsets[0];
  const expected = bytesOf(
    dtype,
    shape.reduce((a, b) => a * b, 1),
  );
  if (byteLength !== expected)
    return bad(`${name} (${shape}) ${dtype} takes ${expected} bytes, the header gives it ${byteLength}`);
  if (dataStart + offsets[1] > file.size)
    return bad(`${name} ends at byte ${dataStart + offsets[1]}, the file at ${file.size}: it is cut off`);
  return { name, dtype, shape, byteStart: dataStart + offsets[0], byteLength, file };
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

/** A file with these tensors, in this order. `metadata` values are strings, as the format wants. */
export function writeSafetensors(
  tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly values: Float32Array }[],
  dtype: "F32" | "F16" = "F32",
  metadata: Readonly<Record<string, string>> = { format: "pt" },
): Uint8Array<ArrayBuffer> {
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const { name, shape, values } of tensors) {
    const start = end;
    end += bytesOf(dtype, values.length)!;
    header[name] = { dtype, shape, data_offsets: [start, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8; // padded with spaces, so that the data is aligned
  const file = new Uint8Array(8 + headerLength + end).fill(32, 8, 8 + headerLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(json, 8);
  let at = 8 + headerLength;
  for (const { values } of tensors) {
    const stored = dtype === "F32" ? values : f32ToF16(values);
    file.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), at);
    at += stored.byteLength;
  }
  return file;
}
