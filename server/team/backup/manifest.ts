// What is in a backup: the shape of its last file but one; the last has the SHA-256 of that.
import * as v from "valibot";

export const MANIFEST = "manifest.json";
export const MANIFEST_SUM = "manifest.sha256";

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

export const manifestSchema = v.strictObject({
  format: v.literal("loam-backup-1"),
  madeAt: v.pipe(v.string(), v.isoTimestamp()),
  migration: whole, // the last one of the database, by the time in its journal (ms since the epoch)
  tables: v.array(v.pipe(v.string(), v.regex(/^(public|pgboss)\.[a-z_]{1,60}$/))), // in the order of loading
  sequences: v.array(v.strictObject({ name: v.pipe(v.string(), v.regex(/^(public|pgboss)\.[a-z_]{1,80}$/)), value: v.nullable(whole) })), // prettier-ignore
  files: v.array(v.strictObject({ path: v.string(), bytes: whole, sha256 })),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;
export type BackupFile = Manifest["files"][number];

export const tablePath = (table: string): string => `database/${table}.jsonl`;
export const blobPath = (hash: string): string => `blobs/${hash.slice(0, 2)}/${hash}`;

/** What may be in a backup at all: no path leads out of the folder. */
export function isPath(path: string): boolean {
  const [, part, hash] = /^blobs\/([0-9a-f]{2})\/([0-9a-f]{64})$/.exec(path) ?? [];
  return hash?.startsWith(part) ?? /^database\/(public|pgboss)\.[a-z_]{1,60}\.jsonl$/.test(path);
}
