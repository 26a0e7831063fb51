// A file as chunks that are blobs named by their SHA-256: what is missing is what has no name yet. Knows no network.
import type { HubFile } from "../contract/downloads.ts";
import { fail } from "../contract/errors.ts";
import type { Store } from "../storage/store.ts";

export const CHUNK_BYTES = 8 * 2 ** 20;

/** How far a file has come: the name of each chunk's bytes, null for one that is still to fetch. */
export interface FileProgress extends HubFile {
  readonly chunks: readonly (string | null)[];
}

/** Bytes [start, end) of a file. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function startOf(file: HubFile, chunkBytes: number): FileProgress {
  return { ...file, chunks: Array<null>(Math.ceil(file.sizeBytes / chunkBytes)).fill(null) };
}

export function rangeOf(file: FileProgress, index: number, chunkBytes: number): Range {
  return { start: index * chunkBytes, end: Math.min(file.sizeBytes, (index + 1) * chunkBytes) };
}

/** Bytes of the chunks that are kept. */
export function keptBytes(file: FileProgress, chunkBytes: number): number {
  const sizes = file.chunks.map((name, i) => {
    const { start, end } = rangeOf(file, i, chunkBytes);
    return name === null ? 0 : end - start;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The kept bytes as one blob that reads from storage when it is read. Throws not-found for a chunk that is gone. */
export async function assembled(store: Store, name: string, chunks: readonly string[]): Promise<Blob> {
  const parts = await Promise.all(
    chunks.map(async (hash) => (await store.getBlob(hash)) ?? fail({ code: "not-found", what: "part of", id: name })),
  );
  return new Blob(parts);
}
