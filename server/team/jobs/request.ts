// What a new job is asked for by, made into what it is: its configuration checked, its files found, its adapter looked up.
import { and, eq, inArray } from "drizzle-orm";
import * as v from "valibot";
import { parse as parseYaml } from "yaml";
import type { Queries } from "../database.ts";
import { refuse } from "../errors.ts";
import { baseOf, versionOf } from "../models/registry.ts";
import { files, type JobInput } from "../schema/index.ts";
import { id, line, whole } from "../shapes.ts";
import type { NewJob } from "./jobs.ts";
import { configOf, kindNames, kinds, type Kind } from "./kinds.ts";

const nameRule = "must be a name of letters, digits, dots and dashes";
/** A model's, or a job's: it may become a model's. */
export const plainName = v.pipe(line(100), v.regex(/^[A-Za-z0-9][\w.-]*$/, nameRule));
const modelName = v.pipe(line(200), v.regex(/^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/, nameRule));
export const priority = whole(-1000, 1000);

export const newJob = v.strictObject({
  kind: v.picklist(kindNames, `must be one of ${kindNames.join(", ")}`),
  name: plainName,
  model: modelName,
  config: v.optional(v.union([v.pipe(v.string(), v.maxLength(20_000)), v.record(v.string(), v.unknown())]), {}), // YAML, or its fields
  files: v.pipe(v.array(v.strictObject({ role: line(40), id })), v.maxLength(1010, "are too many")),
  adapter: v.optional(v.strictObject({ model: plainName, version: v.optional(v.union([whole(1, 1e9), plainName])) })),
  priority: v.optional(priority, 0),
  metadata: v.optional(v.record(v.string(), v.unknown()), {}),
});
export type JobRequest = v.InferOutput<typeof newJob>;

/** Refuses what the job could not be done with. */
export async function jobOf(tx: Queries, given: JobRequest, personId: string): Promise<NewJob> {
  const { kind, name, model, priority: wanted, metadata } = given;
  const base = kinds[kind].makesAdapter ? await baseOf(tx, name) : null;
  if (base !== null && base !== model) wrong("name", `is a model's already, which is worn by ${base}: choose another`);
  const config = configOf(kind, typeof given.config === "string" ? yamlOf(given.config) : given.config);
  const inputs = [...(await inputsOf(tx, given, personId)), ...(await adapterOf(tx, given))];
  return { personId, kind, name, model, config, inputs, metadata, priority: wanted };
}

function yamlOf(text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 0 });
  } catch {
    return wrong("config", "is not YAML");
  }
}

const wrong = (field: string, reason: string): never =>
  refuse({ status: 400, code: "invalid-argument", message: `"${field}" ${reason}.` });

async function inputsOf(tx: Queries, { kind, files: given }: JobRequest, personId: string): Promise<JobInput[]> {
  demandRoles(kind, given);
  const ids = given.map((one) => one.id);
  const own = and(inArray(files.id, ids), eq(files.personId, personId));
  const found = new Map((await tx.select().from(files).where(own)).map((row) => [row.id, row]));
  return given.map((one) => {
    const { name, hash, bytes } = found.get(one.id) ?? wrong("files", `names ${one.id}, which is no file of yours`);
    return { role: one.role, name, hash, bytes };
  });
}

function demandRoles(kind: Kind, given: readonly { readonly role: string }[]): void {
  const { needs, mostFiles, may } = kinds[kind];
  const count = (role: string) => given.filter((one) => one.role === role).length;
  if (count(needs) === 0) wrong("files", `must have one for "${needs}"`);
  if (count(needs) > mostFiles) wrong("files", `has more than ${mostFiles} for "${needs}"`);
  for (const { role } of given)
    if (role !== needs && (!may.includes(role) || count(role) > 1))
      wrong("files", `has what "${kind}" has no use for: ${role}`);
}

/** The files of the adapter that the job's model is to wear. */
async function adapterOf(tx: Queries, { kind, model, adapter }: JobRequest): Promise<JobInput[]> {
  if (!adapter) return [];
  if (!kinds[kind].wearsAdapter) wrong("adapter", `is nothing that "${kind}" has a use for`);
  const version = await versionOf(tx, adapter.model, adapter.version);
  if (!version) return wrong("adapter", "names no version that is there");
  const base = await baseOf(tx, adapter.model);
  if (base !== model) wrong("adapter", `is worn by ${base}, not by ${model}`);
  return version.files.map((file) => ({ ...file, role: "adapter" }));
}
