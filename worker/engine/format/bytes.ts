// A file that can be read in pieces, wherever it lies: a Blob in the page, a file on disk, bytes in memory.
import { fail } from "../../contract/errors.ts";

export interface ByteSource {
  readonly name: string; // as shown in errors
  readonly size: number; // bytes
  read(start: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  return { name, size: bytes.byteLength, read: async (start, length) => bytes.slice(start, start + length) };
}

export function blobSource(name: string, blob: Blob): ByteSource {
  return {
    name,
    size: blob.size,
    read: async (start, length) => new Uint8Array(await blob.slice(start, start + length).arrayBuffer()),
  };
}

/** The whole file as text. Throws bad-file above `maxBytes`, so that a huge file is refused before it is read. */
export async function readText(source: ByteSource, maxBytes = 64 * 2 ** 20): Promise<string> {
  if (source.size > maxBytes)
    fail({
      code: "bad-file",
      file: source.name,
      format: "text",
      reason: `${source.size} bytes, more than ${maxBytes}`,
    });
  return new TextDecoder().decode(await source.read(0, source.size));
}

/** The whole file as JSON. Throws bad-file when it is not. */
export async function readJson(source: ByteSource, maxBytes?: number): Promise<unknown> {
  try {
    return JSON.parse(await readText(source, maxBytes));
  } catch (error) {
    if (error instanceof SyntaxError)
      fail({ code: "bad-file", file: source.name, format: "JSON", reason: error.message }, error);
    throw error;
  }
}
