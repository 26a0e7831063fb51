// What the registry does with models, inside whoever's transaction: a new version, an alias that moves, a name that is looked up.
import { and, desc, eq, isNull, max } from "drizzle-orm";
import type { NamedBlob } from "../blobs.ts";
import type { Queries } from "../database.ts";
import { refuse } from "../errors.ts";
import { modelAliases, models, modelVersions, type ModelVersion } from "../schema/index.ts";

export interface NewVersion {
  readonly model: string;
  readonly base: string;
  readonly personId: string;
  readonly jobId: string | null;
  readonly dataHash: string | null;
  readonly runId: string | null;
  readonly files: readonly NamedBlob[];
  readonly measures: Readonly<Record<string, unknown>>;
  readonly note: string;
  readonly at: Date;
}

/** The base that a model is worn by; null when there is no model of this name. */
export const baseOf = async (db: Queries, model: string): Promise<string | null> =>
  (await db.select().from(models).where(eq(models.name, model))).at(0)?.base ?? null;

/** Adds a version; the first one makes the model. Refuses another base than the model's. */
export async function addVersion(tx: Queries, given: NewVersion): Promise<ModelVersion> {
  const { model, base, at, measures, ...about } = given;
  const begun = { name: model, base, personId: given.personId, createdAt: at };
  await tx.insert(models).values(begun).onConflictDoNothing();
  const [known] = await tx.select().from(models).where(eq(models.name, model)).for("update"); // versions come one after the other
  if (known.base !== base) refuse({ status: 409, code: "other-base", message: `${model} is worn by ${known.base}, not by ${base}: choose another name.` }); // prettier-ignore
  const own = eq(modelVersions.model, model);
  const [{ last }] = await tx
    .select({ last: max(modelVersions.version) })
    .from(modelVersions)
    .where(own);
  const row = { model, ...about, measures: { ...measures }, version: (last ?? 0) + 1, createdAt: at };
  return (await tx.insert(modelVersions).values(row).returning())[0];
}

/** Lets an alias name a version that is there and not withdrawn; false when it is not. */
export async function moveAlias(
  tx: Queries,
  model: string,
  alias: string,
  version: number,
  at: Date,
): Promise<boolean> {
  if (!(await versionOf(tx, model, version))) return false;
  const to = { version, movedAt: at };
  const target = [modelAliases.model, modelAliases.alias];
  await tx
    .insert(modelAliases)
    .values({ model, alias, ...to })
    .onConflictDoUpdate({ target, set: to });
  return true;
}

/** A version by its number or an alias; the champion's, else the newest, without either. Null when there is none that counts. */
export async function versionOf(db: Queries, model: string, wanted?: number | string): Promise<ModelVersion | null> {
  const isLive = and(eq(modelVersions.model, model), isNull(modelVersions.withdrawnAt));
  const newest = () => db.select().from(modelVersions).where(isLive).orderBy(desc(modelVersions.version)).limit(1);
  const byNumber = (version: number) =>
    db
      .select()
      .from(modelVersions)
      .where(and(isLive, eq(modelVersions.version, version)));
  if (typeof wanted === "number") return (await byNumber(wanted)).at(0) ?? null;
  const isAlias = and(eq(modelAliases.model, model), eq(modelAliases.alias, wanted ?? "champion"));
  const [alias] = await db.select().from(modelAliases).where(isAlias);
  if (alias) return (await byNumber(alias.version)).at(0) ?? null;
  return wanted === undefined ? ((await newest()).at(0) ?? null) : null;
}
