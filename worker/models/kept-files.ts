// The files of a model or an adapter in the store: blobs by name. Equal bytes are kept once, so a blob goes only when nothing of
// the table has it any more.
import type { Store, Table } from "../storage/store.ts";

export interface KeptFile {
  readonly name: string;
  readonly hash: string;
  readonly bytes?: number;
}

/** Keeps the files and then the record that `recordOf` makes of them, in full or not at all. Throws storage-full. */
export async function keepFiles(
  store: Store,
  table: Table,
  key: string,
  files: readonly { readonly name: string; readonly bytes: Blob }[],
  recordOf: (kept: readonly Required<KeptFile>[]) => unknown,
): Promise<void> {
  const kept: Required<KeptFile>[] = [];
  try {
    for (const { name, bytes } of files) kept.push({ name, hash: await store.putBlob(bytes), bytes: bytes.size });
    await store.put(table, key, recordOf(kept));
  } catch (error) {
    await deleteUnused(store, table, kept);
    throw error;
  }
}

/** Deletes the bytes of these files that no record of the table names. */
export async function deleteUnused(store: Store, table: Table, files: readonly KeptFile[]): Promise<void> {
  const records = await store.list<{ readonly files: readonly KeptFile[] }>(table);
  const used = new Set(records.flatMap(({ value }) => value.files.map(({ hash }) => hash)));
  for (const { hash } of files) if (!used.has(hash)) await store.deleteBlob(hash);
}
