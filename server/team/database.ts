// The team's database: PGlite in a folder, or Postgres by its URL; one schema, one list of migrations, the same SQL.
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { PGlite } from "@electric-sql/pglite";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { Pool, PoolClient } from "pg";
import { fail } from "../../worker/contract/errors.ts";
import { projectRoot } from "../folder.ts";
import { lockFolder } from "./lock.ts";
import * as schema from "./schema/index.ts";

/** Queries, typed by the schema: the database itself or a transaction in it. */
export type Queries = PgDatabase<PgQueryResultHKT, typeof schema>;

/** What runs the SQL, for libraries that bring their own tables. */
export type Client =
  { readonly kind: "pglite"; readonly pglite: PGlite } | { readonly kind: "postgres"; readonly pool: Pool };

export interface Database {
  readonly db: Queries;
  readonly client: Client;
  close(): Promise<void>;
}

const MIGRATION_LOCK = 4_106_117; // any number that all servers of one team share

export const migrationsFolder = (): string => join(projectRoot(), "server/team/migrations");

/**
 * Opens the database at `url` (postgres://…), or the one in the folder `data`, which is made where it is not there; then brings its
 * tables up to date. A new folder takes 5 to 10 s. Throws storage-unavailable when another process has the folder open, or
 * Postgres cannot be reached. `migrations` is a folder of them, all where none is given.
 */
export async function openDatabase(data: string, url?: string, migrations = migrationsFolder()): Promise<Database> {
  if (url !== undefined) return openPostgres(url, migrations);
  mkdirSync(data, { recursive: true, mode: 0o700 }); // other users of the machine have no business there
  const unlock = lockFolder(data);
  try {
    const folder = join(data, "database");
    if (!existsSync(folder)) await makeFolder(folder);
    const { PGlite } = await import("@electric-sql/pglite");
    const database = await ofPglite(await PGlite.create(folder), migrations);
    return { ...database, close: () => database.close().finally(unlock) };
  } catch (error) {
    unlock();
    throw error;
  }
}

// A new folder takes seconds of computing, in which the page is to be served.
const maker = `
  const { workerData } = require("node:worker_threads");
  require(workerData.pglite).PGlite.create(workerData.folder).then((made) => made.close());
`;

/** A folder that is there is whole, whenever the server was killed. */
async function makeFolder(folder: string): Promise<void> {
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const pglite = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const thread = new Worker(maker, { eval: true, workerData: { pglite, folder: unfinished } });
  const [status] = (await once(thread, "exit")) as [number]; // an error of the thread is thrown here
  if (status !== 0) fail({ code: "storage-unavailable", reason: `${folder} could not be made` });
  renameSync(unfinished, folder);
}

/** The database in an open PGlite, brought up to date. */
export async function ofPglite(pglite: PGlite, migrations = migrationsFolder()): Promise<Database> {
  const [{ drizzle }, { migrate }] = await Promise.all([
    import("drizzle-orm/pglite"),
    import("drizzle-orm/pglite/migrator"),
  ]);
  const db = drizzle(pglite, { schema });
  await migrate(db, { migrationsFolder: migrations });
  return { db, client: { kind: "pglite", pglite }, close: () => pglite.close() };
}

async function openPostgres(url: string, migrations: string): Promise<Database> {
  const [{ default: pg }, { drizzle }, { migrate }] = await Promise.all([
    import("pg"),
    import("drizzle-orm/node-postgres"),
    import("drizzle-orm/node-postgres/migrator"),
  ]);
  const pool = new pg.Pool({ connectionString: url });
  pool.on("error", () => undefined); // an idle connection was cut: the next query opens another
  try {
    await underLock(await pool.connect(), (client) =>
      migrate(drizzle(client, { schema }), { migrationsFolder: migrations }),
    );
  } catch (error) {
    await pool.end();
    // The text of a connection's error names host and port; the URL, which may hold a password, is not repeated.
    fail({ code: "storage-unavailable", reason: `Postgres (DATABASE_URL): ${reasonOf(error)}` }, error);
  }
  return { db: drizzle(pool, { schema }), client: { kind: "postgres", pool }, close: () => pool.end() };
}

/** Servers of one team that start together migrate one after the other. */
async function underLock(client: PoolClient, work: (client: PoolClient) => Promise<void>): Promise<void> {
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await work(client);
    await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]);
  } finally {
    client.release(true); // and with its connection, whatever lock is left
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof AggregateError ? error.errors.map(reasonOf).join("; ") : error instanceof Error ? error.message : String(error); // prettier-ignore
