// A backup put back: first all of it is unpacked and checked beside what is there, then loaded, and only then does it take its place.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { sql } from "drizzle-orm";
import * as v from "valibot";
import { fail } from "../../../worker/contract/errors.ts";
import { migrationsFolder, openDatabase, type Database, type Queries } from "../database.ts";
import { Queue } from "../jobs/queue.ts";
import { lockFolder } from "../lock.ts";
import { people } from "../schema/index.ts";
import {
  isPath,
  MANIFEST,
  MANIFEST_SUM,
  manifestSchema,
  tablePath,
  type BackupFile,
  type Manifest,
} from "./manifest.ts";
import { loadTable, plainly, QUEUE_SCHEMA, rowsOf, setSequence, type TableName } from "./tables.ts";
import { readTar } from "./tar.ts";

export interface Restored {
  readonly tables: number;
  readonly blobs: number;
  readonly before: string | null; // the folder where what was there is kept
}

/**
 * Restores `file` into the folder `data`, or its tables into the Postgres at `url`. A folder with something in it is refused, unless
 * `isForced`: then what was there is kept beside. Postgres must be empty. Throws data-unreadable for a backup that is not as it was
 * written, and then has changed nothing.
 */
export async function restore(
  file: string,
  data: string,
  url: string | undefined,
  isForced: boolean,
): Promise<Restored> {
  if (!existsSync(file)) fail({ code: "not-found", what: "file", id: file });
  const isNew = !existsSync(data);
  await mkdir(data, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(data);
  const staging = await mkdtemp(join(data, "restoring-"));
  try {
    const there = (await readdir(data)).filter((name) => name !== "server.pid" && !staging.endsWith(name));
    if (there.length > 0 && !isForced)
      fail({ code: "invalid-argument", name: "--data", reason: `${data} is not empty: choose another folder, or add --force, which keeps what is there beside` }); // prettier-ignore
    const manifest = await unpack(file, staging);
    await load(manifest, staging, url, file);
    const before = await takePlace(data, staging, url !== undefined);
    return { tables: manifest.tables.length, blobs: manifest.files.length - manifest.tables.length, before };
  } finally {
    await rm(staging, { recursive: true, force: true });
    unlock();
    if (isNew) await rmdir(data).catch(() => undefined); // where nothing was restored
  }
}

/** Writes every file of the backup below `folder`, and checks all of them. */
async function unpack(file: string, folder: string): Promise<Manifest> {
  const broken = (reason: string): never => fail({ code: "data-unreadable", file, reason });
  const found: BackupFile[] = [];
  for await (const { path, bytes, content } of readTar(file)) {
    const isAbout = path === MANIFEST || path === MANIFEST_SUM;
    if (!isAbout && (!isPath(path) || existsSync(join(folder, path)))) broken(`${path} does not belong in a backup`);
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
    const sum = createHash("sha256");
    async function* hashed() {
      for await (const chunk of content) {
        sum.update(chunk);
        yield chunk;
      }
    }
    await pipeline(hashed(), createWriteStream(join(folder, path), { mode: 0o600, flush: true }));
    found.push({ path, bytes, sha256: sum.digest("hex") });
  }
  const [last, beforeLast] = [found.pop(), found.pop()];
  if (last?.path !== MANIFEST_SUM || beforeLast?.path !== MANIFEST) return broken("it has no manifest: it is cut off, or no backup of Loam"); // prettier-ignore
  if ((await readFile(join(folder, MANIFEST_SUM), "latin1")) !== `${beforeLast.sha256}  ${MANIFEST}\n`) broken("its manifest is damaged"); // prettier-ignore
  const read = v.safeParse(manifestSchema, JSON.parse(await readFile(join(folder, MANIFEST), "utf8")));
  if (!read.success) return broken("it was made by a newer Loam: restore it with that one");
  const manifest = read.output;
  const wrong = found.findIndex((one, i) => JSON.stringify(one) !== JSON.stringify(manifest.files[i]));
  if (wrong >= 0 || found.length !== manifest.files.length) broken(`${found[wrong]?.path ?? "a file"} is damaged`);
  const isNamed = ({ path, sha256 }: BackupFile) => !path.startsWith("blobs/") || path.endsWith(sha256);
  if (!manifest.files.every(isNamed)) broken("a file is not what its name says");
  return manifest;
}

/** Makes the tables as they were when the backup was made, fills them, and brings them up to date. */
async function load(manifest: Manifest, staging: string, url: string | undefined, file: string): Promise<void> {
  const migrations = await migrationsUntil(manifest.migration, join(staging, "migrations"), file);
  const fresh = join(staging, "fresh");
  const database = await openDatabase(fresh, url, migrations);
  try {
    if ((await database.db.$count(people)) > 0) fail({ code: "invalid-argument", name: "DATABASE_URL", reason: "there is a team in that database: restore into an empty one" }); // prettier-ignore
    await makeQueue(database);
    await database.db.transaction((tx) => fill(tx, manifest, staging, file));
  } finally {
    await database.close();
  }
  await (await openDatabase(fresh, url)).close(); // with all migrations
}

async function makeQueue({ client }: Database): Promise<void> {
  const rethrow = (error: unknown): never => {
    throw error;
  };
  await (await Queue.open(client, { limit: 0, delaySeconds: 0 }, rethrow)).close();
}

async function fill(tx: Queries, { tables, sequences }: Manifest, staging: string, file: string): Promise<void> {
  await plainly(tx);
  const version = `${QUEUE_SCHEMA}.version`;
  const isQueues = (table: TableName) => table.startsWith(`${QUEUE_SCHEMA}.`);
  if (tables.includes(version)) {
    const [{ now }] = await rowsOf<{ now: number }>(tx, sql`select version as now from pgboss.version`);
    const [line = '""'] = (await readFile(join(staging, tablePath(version)), "utf8")).split("\n");
    if (Number(/^\((\d+)/.exec(JSON.parse(line) as string)?.[1]) !== now) fail({ code: "data-unreadable", file, reason: "its queue of jobs is of another version: restore it with the Loam that made it" }); // prettier-ignore
  }
  for (const table of tables.filter(isQueues).reverse()) await tx.execute(sql`delete from ${sql.raw(table)}`);
  for (const table of tables) {
    await loadTable(tx, table, linesOf(join(staging, tablePath(table))));
  }
  for (const sequence of sequences) await setSequence(tx, sequence);
}

/** Opened with the first line that is asked for: an interface that nobody listens to loses its lines. */
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity });
}

interface Journal {
  readonly entries: readonly { readonly when: number; readonly tag: string }[];
}

/** A folder with the migrations up to that one. */
async function migrationsUntil(last: number, folder: string, file: string): Promise<string> {
  const all = migrationsFolder();
  const journal = JSON.parse(await readFile(join(all, "meta/_journal.json"), "utf8")) as Journal;
  const entries = journal.entries.filter(({ when }) => when <= last);
  if (entries.at(-1)?.when !== last) fail({ code: "data-unreadable", file, reason: "it was made by a newer Loam: restore it with that one" }); // prettier-ignore
  await mkdir(join(folder, "meta"), { recursive: true });
  for (const { tag } of entries) await cp(join(all, `${tag}.sql`), join(folder, `${tag}.sql`));
  await writeFile(join(folder, "meta/_journal.json"), JSON.stringify({ ...journal, entries }));
  return folder;
}

/** Moves what was restored to its place, and what was there beside; both, or neither. */
async function takePlace(data: string, staging: string, isInPostgres: boolean): Promise<string | null> {
  const moves = [
    { from: join(staging, "blobs"), to: join(data, "blobs") },
    ...(isInPostgres ? [] : [{ from: join(staging, "fresh/database"), to: join(data, "database") }]),
  ];
  await mkdir(join(staging, "blobs"), { recursive: true, mode: 0o700 });
  const before = await mkdtemp(join(data, "before-restore-"));
  const done: (readonly [string, string])[] = [];
  const move = async (from: string, to: string) => {
    await rename(from, to);
    done.push([from, to]);
  };
  try {
    for (const { to } of moves) if (existsSync(to)) await move(to, join(before, to.slice(data.length + 1)));
    for (const { from, to } of moves) await move(from, to);
  } catch (error) {
    for (const [from, to] of done.reverse()) await rename(to, from);
    throw error;
  }
  return rmdir(before).then(() => null, () => before); // prettier-ignore
}
