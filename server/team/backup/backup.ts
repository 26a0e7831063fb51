// A backup of the team: its tables as they are at one moment, then its files, in one tar file with the SHA-256 of everything.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { sql } from "drizzle-orm";
import { fail } from "../../../worker/contract/errors.ts";
import type { Database, Queries } from "../database.ts";
import { blobPath, MANIFEST, MANIFEST_SUM, tablePath, type BackupFile, type Manifest } from "./manifest.ts";
import { dumpTable, plainly, rowsOf, sequences, tableNames, type TableName } from "./tables.ts";
import { TarWriter } from "./tar.ts";

/** What was written. */
export interface BackupSize {
  readonly rows: number;
  readonly blobs: number;
  readonly bytes: number; // of the file
}

/** Writes the team's database and the folder of its files to `out`, which is whole or not there. Throws data-unreadable. */
export async function backup(database: Database, blobs: string, out: string, now: () => number): Promise<BackupSize> {
  if (existsSync(out)) fail({ code: "invalid-argument", name: "--out", reason: `${out} is there already` });
  const unfinished = join(dirname(resolve(out)), `.loam-backup-${randomUUID()}`);
  await mkdir(unfinished, { mode: 0o700 });
  const writer = await TarWriter.create(join(unfinished, "backup.tar"));
  try {
    const files: BackupFile[] = [];
    const snapshot = { isolationLevel: "repeatable read", accessMode: "read only" } as const;
    const about = await database.db.transaction((tx) => addTables(tx, writer, unfinished, files), snapshot);
    const blobCount = await addBlobs(blobs, writer, files);
    const { tables, migration, rows } = about;
    const manifest: Manifest = {
      ...{ format: "loam-backup-1", madeAt: new Date(now()).toISOString(), migration, tables },
      ...{ sequences: about.sequences, files },
    };
    const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    const sum = Buffer.from(`${createHash("sha256").update(text).digest("hex")}  ${MANIFEST}\n`);
    await writer.add(MANIFEST, text.length, [text]);
    await writer.add(MANIFEST_SUM, sum.length, [sum]);
    await writer.end();
    await rename(join(unfinished, "backup.tar"), out);
    return { rows, blobs: blobCount, bytes: (await stat(out)).size };
  } catch (error) {
    await writer.abandon().catch(() => undefined); // closed already
    throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function addTables(tx: Queries, writer: TarWriter, folder: string, files: BackupFile[]) {
  const [{ migration }] = await rowsOf<{ migration: string | number }>(tx, sql`select max(created_at) as migration from drizzle.__drizzle_migrations`); // prettier-ignore
  await plainly(tx);
  const tables: TableName[] = await tableNames(tx);
  let rows = 0;
  for (const table of tables) {
    const file = join(folder, "rows");
    const lines = Readable.from(dumpTable(tx, table));
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        for (const byte of chunk) if (byte === 10) rows++;
        done(null, chunk);
      },
    });
    await pipeline(lines, counted, createWriteStream(file, { mode: 0o600 })); // its size comes before it in the tar
    files.push(await add(writer, tablePath(table), file));
  }
  return { migration: Number(migration), tables, rows, sequences: await sequences(tx, tables) };
}

async function addBlobs(folder: string, writer: TarWriter, files: BackupFile[]): Promise<number> {
  let count = 0;
  for (const part of existsSync(folder) ? (await readdir(folder)).sort() : []) {
    if (!/^[0-9a-f]{2}$/.test(part)) continue;
    for (const hash of (await readdir(join(folder, part))).sort()) {
      const file = await add(writer, blobPath(hash), join(folder, part, hash));
      if (file.sha256 !== hash) fail({ code: "data-unreadable", file: join(folder, part, hash), reason: "its bytes are not those of its name: the disk may be failing" }); // prettier-ignore
      files.push(file);
      count++;
    }
  }
  return count;
}

async function add(writer: TarWriter, path: string, file: string): Promise<BackupFile> {
  const [sum, { size: bytes }] = [createHash("sha256"), await stat(file)];
  async function* hashed() {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      sum.update(chunk);
      yield chunk;
    }
  }
  await writer.add(path, bytes, hashed());
  return { path, bytes, sha256: sum.digest("hex") };
}
