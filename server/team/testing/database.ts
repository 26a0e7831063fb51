// A team's database in memory, for tests. Making one takes 5 to 10 s and is done once a machine: later ones are its copy.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { projectRoot } from "../../folder.ts";
import { Queue } from "../jobs/queue.ts";
import { ofPglite, type Database } from "../database.ts";

/** An empty database with all tables. */
export async function memoryDatabase(): Promise<Database> {
  return ofPglite(await PGlite.create({ loadDataDir: await template() }));
}

/** The same in a folder that is not there yet, closed: for a server that a test starts. */
export async function makeDatabaseFolder(folder: string): Promise<void> {
  await (await PGlite.create({ dataDir: folder, loadDataDir: await template() })).close();
}

async function template(): Promise<Blob> {
  const file = templateFile();
  if (!existsSync(file)) await writeTemplate(file);
  return new Blob([readFileSync(file)]);
}

/** Named by all that it was made from. */
function templateFile(): string {
  const hash = createHash("sha256");
  const root = projectRoot();
  for (const name of ["@electric-sql/pglite", "pg-boss"])
    hash.update(readFileSync(join(root, "node_modules", name, "package.json")));
  const migrations = join(root, "server/team/migrations");
  for (const name of readdirSync(migrations).sort())
    if (name.endsWith(".sql")) hash.update(readFileSync(join(migrations, name)));
  return join(root, "node_modules/.cache/loam", `team-${hash.digest("hex").slice(0, 16)}.tar`);
}

async function writeTemplate(file: string): Promise<void> {
  const database = await ofPglite(await PGlite.create());
  if (database.client.kind !== "pglite") throw new Error("not PGlite");
  await (await Queue.open(database.client, { limit: 0, delaySeconds: 0 }, rethrow)).close(); // its tables, too
  const dump = await database.client.pglite.dumpDataDir("none");
  await database.close();
  mkdirSync(join(file, ".."), { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, Buffer.from(await dump.arrayBuffer()));
  renameSync(partial, file);
}

const rethrow = (error: unknown): never => {
  throw error;
};
