// A file as chunks that are blobs named by their SHA-256: what is missing is what has no name yet. Knows no network.
import type { HubFile, KeptFile } from "../contract/downloads.ts";

export const CHUNK_BYTES = 8 * 2 ** 20;

/** How far a file has come: the blob of each chunk, null for one that is still to fetch. */
export interface FileProgress extends HubFile {
  readonly parts: readonly (string | null)[];
}

/** Bytes [start, end) of a file. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function startOf(file: HubFile, chunkBytes: number): FileProgress {
  return { ...file, parts: Array<null>(Math.ceil(file.sizeBytes / chunkBytes)).fill(null) };
}

export function rangeOf(file: FileProgress, index: number, chunkBytes: number): Range {
  return { start: index * chunkBytes, end: Math.min(file.sizeBytes, (index + 1) * chunkBytes) };
}

/** Bytes of the chunks that are kept. */
export function keptBytes(file: FileProgress, chunkBytes: number): number {
  const sizes = file.parts.map((name, i) => {
    const { start, end } = rangeOf(file, i, chunkBytes);
    return name === null ? 0 : end - start;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A file as the store knows it. */
export const keptFileOf = ({ path, parts, sizeBytes }: FileProgress): KeptFile => ({
  name: path,
  parts,
  bytes: sizeBytes,
});
