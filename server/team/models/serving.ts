// The team's adapters as the engine serves them: each version in use as "base:name@3", the champion's, else the newest, as
// "base:name". Looked up again and again; the engine is told when they changed.
import { asc, eq, isNull } from "drizzle-orm";
import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { AdapterSpec } from "../../engine/protocol.ts";
import type { DiskBlobs } from "../blobs.ts";
import { modelAliases, models, modelVersions, type ModelVersion } from "../schema/index.ts";
import type { Team } from "../team.ts";

const LOOK_MS = 2000;

interface Served {
  readonly models: readonly { readonly id: string }[];
  adopt(adapters: readonly AdapterSpec[]): void;
}

/** Keeps the engine up to date, with the adapters' files in `folder`; what comes back ends that. */
export function serveAdapters(team: Team, engine: Served, folder: string): () => void {
  let told = "";
  let isBusy = false;
  const look = async () => {
    const adapters = await adaptersOf(team, folder);
    const wanted = adapters.filter(({ name }) => engine.models.some(({ id }) => name.startsWith(`${id}:`)));
    const state = JSON.stringify(wanted);
    if (state !== told) engine.adopt(wanted);
    told = state;
  };
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    look()
      .catch(() => team.log("The team's models could not be looked up; they will be again."))
      .finally(() => (isBusy = false));
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Every version in use, and the names without a number. */
export async function adaptersOf({ db, blobs }: Team, folder: string): Promise<AdapterSpec[]> {
  const rows = await db
    .select({ version: modelVersions, base: models.base })
    .from(modelVersions)
    .innerJoin(models, eq(models.name, modelVersions.model))
    .where(isNull(modelVersions.withdrawnAt))
    .orderBy(asc(modelVersions.model), asc(modelVersions.version));
  const champions = await db.select().from(modelAliases).where(eq(modelAliases.alias, "champion"));
  const main = new Map(rows.map(({ version }) => [version.model, version.version])); // the newest comes last
  for (const { model, version } of champions) main.set(model, version);
  return rows.flatMap(({ version, base }) => {
    const own = folderOf(version, blobs, folder);
    const name = `${base}:${version.model}`;
    const numbered = { name: `${name}@${version.version}`, folder: own };
    return main.get(version.model) === version.version ? [numbered, { name, folder: own }] : [numbered];
  });
}

/** The version's files as a folder; made once, whole. */
function folderOf({ model, version, files }: ModelVersion, blobs: DiskBlobs, folder: string): string {
  const own = join(folder, `${model}@${version}`);
  if (existsSync(own)) return own;
  const unfinished = `${own}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  for (const { name, hash } of files) if (isPlain(name)) linked(blobs.path(hash), join(unfinished, name));
  renameSync(unfinished, own);
  return own;
}

/** Whether a name stays in its folder. */
const isPlain = (name: string): boolean => /^\w[\w.-]*$/.test(name);

/** Another name of the same bytes, or their copy where the disk is another. */
function linked(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
