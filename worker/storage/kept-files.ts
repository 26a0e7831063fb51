// The files of a model or an adapter in the store: bytes as one blob, or as several in order when they came in parts. Equal bytes
// are kept once, so a blob goes only when nothing else is made of it.
import type { KeptFile } from "../contract/downloads.ts";
import type { Store, Table } from "./store.ts";

/** A file kept as one blob. */
export type WholeFile = Required<Omit<KeptFile, "parts">>;

const partsOf = ({ hash, parts }: KeptFile): readonly (string | null)[] => parts ?? [hash ?? null];
const blobsOf = (file: KeptFile): string[] => partsOf(file).filter((part) => part !== null);

/** A kept file's bytes, read from storage when they are read; undefined when some are gone. */
export async function bytesOf(store: Store, file: KeptFile): Promise<Blob | undefined> {
  const blobs = await Promise.all(partsOf(file).map((part) => (part === null ? undefined : store.getBlob(part))));
  if (!blobs.every((blob) => blob !== undefined)) return undefined;
  return blobs.length === 1 ? blobs[0] : new Blob(blobs);
}

/** Keeps the files and then the record that `recordOf` makes of them, in full or not at all. Throws storage-full. */
export async function keepFiles(
  store: Store,
  table: Table,
  key: string,
  files: readonly { readonly name: string; readonly bytes: Blob }[],
  recordOf: (kept: readonly WholeFile[]) => unknown,
): Promise<void> {
  const kept: WholeFile[] = [];
  try {
    for (const { name, bytes } of files) kept.push({ name, hash: await store.putBlob(bytes), bytes: bytes.size });
    await store.put(table, key, recordOf(kept));
  } catch (error) {
    await deleteUnused(store, kept);
    throw error;
  }
}

/** Tables whose records have `files`. */
const holders: readonly Table[] = ["models", "adapters", "downloads"];

/** Deletes the bytes of these files that no record names. */
export async function deleteUnused(store: Store, files: readonly KeptFile[]): Promise<void> {
  const records = await Promise.all(holders.map((table) => store.list<{ readonly files: readonly KeptFile[] }>(table)));
  const used = new Set(records.flat().flatMap(({ value }) => value.files.flatMap(blobsOf)));
  const documents = await store.list<{ readonly contentHash?: string }>("documents");
  for (const { value } of documents) used.add(value.contentHash ?? "");
  for (const hash of files.flatMap(blobsOf)) if (!used.has(hash)) await store.deleteBlob(hash);
}
