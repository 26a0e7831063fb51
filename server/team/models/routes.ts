// The registry of the team's models: adapters pushed from devices or made by jobs, in versions that stay as they are.
import { and, asc, desc, eq, inArray, isNull } from "drizzle-orm";
import { Hono, type Context } from "hono";
import * as v from "valibot";
import { change } from "../audit/record.ts";
import type { Queries } from "../database.ts";
import { download } from "../download.ts";
import { notFound, refuse } from "../errors.ts";
import { gate, type TeamEnv } from "../gate.ts";
import { plainName } from "../jobs/request.ts";
import { files, modelAliases, models, modelVersions, people } from "../schema/index.ts";
import { body, id, line, path, whole, wholeText } from "../shapes.ts";
import { addVersion, moveAlias, versionOf } from "./registry.ts";

/** What a folder of an adapter must have, and what it may have beside. */
const PEFT = ["adapter_config.json", "adapter_model.safetensors"];
const peftRule = `must be files of a peft folder: ${PEFT.join(", ")}, README.md, run.yaml`;
const peftFile = v.picklist([...PEFT, "README.md", "run.yaml"], peftRule);

const pushed = v.strictObject({
  base: line(200), // by the name the server knows it
  files: v.pipe(v.array(v.strictObject({ name: peftFile, id })), v.maxLength(4, peftRule)),
  dataHash: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hex"))),
  runId: v.optional(line(100)),
  measures: v.optional(v.record(v.string(), v.unknown()), {}),
  note: v.optional(v.pipe(v.string(), v.maxLength(2000, "is too long")), ""),
});

const byName = path(v.object({ name: plainName }));
const version = wholeText(1, 1e9);
const byVersion = path(v.object({ name: plainName, version }));
const byAlias = path(v.object({ name: plainName, alias: plainName }));

/** A model with its aliases and its versions, newest first. */
async function described(db: Queries, name: string) {
  const [model] = await db.select().from(models).where(eq(models.name, name));
  if (!model) return notFound("model");
  const aliases = await db.select().from(modelAliases).where(eq(modelAliases.model, name));
  const versions = await db
    .select({ version: modelVersions, by: people.name })
    .from(modelVersions)
    .innerJoin(people, eq(people.id, modelVersions.personId))
    .where(eq(modelVersions.model, name))
    .orderBy(desc(modelVersions.version));
  return { ...model, aliases, versions: versions.map(({ version: row, by }) => ({ ...row, by })) };
}

async function pushedFiles(context: Context<TeamEnv>, tx: Queries, given: v.InferOutput<typeof pushed>["files"]) {
  const missing = PEFT.find((name) => !given.some((file) => file.name === name));
  if (missing) refuse({ status: 400, code: "invalid-argument", message: `"files" has no ${missing}.` });
  const ids = given.map((file) => file.id);
  const own = and(inArray(files.id, ids), eq(files.personId, context.var.caller.person.id));
  const found = new Map((await tx.select().from(files).where(own)).map((row) => [row.id, row]));
  return given.map((file) => {
    const row = found.get(file.id);
    if (!row) return refuse({ status: 400, code: "invalid-argument", message: `"files" names ${file.id}, which is no file of yours.` }); // prettier-ignore
    return { name: file.name, hash: row.hash, bytes: row.bytes };
  });
}

export const modelRoutes = new Hono<TeamEnv>()
  .get("/", gate("models:read", "The team's models"), async (context) => {
    const { db } = context.var.team;
    const [rows, aliases] = [await db.select().from(models).orderBy(asc(models.name)), await db.select().from(modelAliases)]; // prettier-ignore
    return context.json({
      models: rows.map((row) => ({ ...row, aliases: aliases.filter(({ model }) => model === row.name) })),
    });
  })
  .get("/:name", gate("models:read", "A model, its versions and aliases"), byName, async (context) =>
    context.json({ model: await described(context.var.team.db, context.req.valid("param").name) }),
  )
  .post(
    "/:name/versions",
    gate("models:write", "Push a version: its files were uploaded before"),
    byName,
    body(pushed),
    async (context) => {
      // prettier-ignore
      const { name } = context.req.valid("param");
      const { files: given, dataHash = null, runId = null, ...about } = context.req.valid("json");
      const { caller, team } = context.var;
      const made = await change(context, caller, async (tx, record) => {
        const kept = await pushedFiles(context, tx, given);
        const lineage = { dataHash, runId, jobId: null, personId: caller.person.id };
        const row = await addVersion(tx, { model: name, ...about, ...lineage, files: kept, at: new Date(team.now()) });
        await record("model.push", name, { version: row.version, base: about.base, dataHash, runId });
        return row;
      });
      return context.json({ version: made }, 201);
    },
  )
  .get(
    "/:name/versions/:version/files/:file",
    gate("models:read", "A file of a version"),
    path(v.object({ name: plainName, version, file: line(200) })),
    async (context) => {
      // prettier-ignore
      const { name, version: wanted, file } = context.req.valid("param");
      const { db, blobs } = context.var.team;
      const found = (await versionOf(db, name, wanted))?.files.find((one) => one.name === file);
      return download(context, blobs, found ?? notFound("file"));
    },
  )
  .post(
    "/:name/versions/:version/withdraw",
    gate("models:promote", "Take a version out of use"),
    byVersion,
    async (context) => {
      // prettier-ignore
      const { name, version: wanted } = context.req.valid("param");
      const { caller, team } = context.var;
      await change(context, caller, async (tx, record) => {
        const own = and(eq(modelVersions.model, name), eq(modelVersions.version, wanted));
        const set = { withdrawnAt: new Date(team.now()) };
        const live = and(own, isNull(modelVersions.withdrawnAt));
        if ((await tx.update(modelVersions).set(set).where(live).returning()).length === 0) notFound("version in use");
        await tx.delete(modelAliases).where(and(eq(modelAliases.model, name), eq(modelAliases.version, wanted)));
        await record("model.withdraw", name, { version: wanted });
      });
      return context.json({ name, version: wanted });
    },
  )
  .put(
    "/:name/aliases/:alias",
    gate("models:promote", "Let an alias name a version"),
    byAlias,
    body(v.strictObject({ version: whole(1, 1e9) })),
    async (context) => {
      // prettier-ignore
      const { name, alias } = context.req.valid("param");
      const { version: wanted } = context.req.valid("json");
      const { caller, team } = context.var;
      await change(context, caller, async (tx, record) => {
        if (!(await moveAlias(tx, name, alias, wanted, new Date(team.now())))) notFound("version in use");
        await record("model.alias", name, { alias, version: wanted });
      });
      return context.json({ name, alias, version: wanted });
    },
  )
  .delete("/:name/aliases/:alias", gate("models:promote", "Remove an alias"), byAlias, async (context) => {
    const { name, alias } = context.req.valid("param");
    await change(context, context.var.caller, async (tx, record) => {
      const own = and(eq(modelAliases.model, name), eq(modelAliases.alias, alias));
      if ((await tx.delete(modelAliases).where(own).returning()).length === 0) notFound("alias");
      await record("model.alias", name, { alias, version: null });
    });
    return context.json({ name, alias });
  });
