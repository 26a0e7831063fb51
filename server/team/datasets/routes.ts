// Data sets that the team shares: contributors send edits, reviewers accept them, everybody has what was accepted.
import { and, asc, eq, sql } from "drizzle-orm";
import { Hono } from "hono";
import * as v from "valibot";
import type { TeamDataset } from "../../../worker/contract/index.ts";
import { change } from "../audit/record.ts";
import type { Queries } from "../database.ts";
import { notFound, refuse } from "../errors.ts";
import { gate, type Ownership, type TeamEnv } from "../gate.ts";
import { may } from "../permissions.ts";
import { datasetEdits, datasets, people } from "../schema/index.ts";
import { body, id, line, path, query, whole, wholeText } from "../shapes.ts";
import { addEdits, editsAfter, editsById, hold, MOST_EDITS } from "./edits.ts";
import { decide } from "./reviews.ts";
import { linesOf, makeVersion, versionsOf } from "./versions.ts";

const MOST_BYTES = 8 * 1024 * 1024; // of a body with rows
const MOST_LINE_CHARS = 1_000_000;

const name = v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/, "must be an id"));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be a hash"));
const longText = (most: number) =>
  v.pipe(v.string(), v.maxLength(most, `must have at most ${most} characters`), v.regex(/^[^\0\p{Cs}]*$/u, "has a character that is none")); // prettier-ignore
const about = {
  name: line(200),
  description: v.optional(longText(20_000), ""),
  licence: v.optional(longText(200), ""),
};
const several = <S extends v.GenericSchema>(item: S) =>
  v.pipe(v.array(item), v.minLength(1, "is empty"), v.maxLength(MOST_EDITS, `has more than ${MOST_EDITS}`));
const edit = v.strictObject({
  id,
  row: name,
  parents: v.pipe(v.array(id), v.maxLength(100, "are too many")),
  line: v.nullable(v.pipe(v.string("must be a row as a line of JSON"), v.maxLength(MOST_LINE_CHARS, "is too long"))),
});
const editsWanted = v.object({
  after: v.optional(wholeText(0, Number.MAX_SAFE_INTEGER), "0"),
  limit: v.optional(wholeText(1, MOST_EDITS), String(MOST_EDITS)),
});
const versionWanted = v.strictObject({
  note: v.optional(longText(2000), ""),
  parents: v.optional(v.pipe(v.array(hash), v.maxLength(100, "are too many"))),
});
const byName = path(v.object({ id: name }));

const dataset: Ownership = {
  what: "data set",
  owner: async (db, one) => (await db.select().from(datasets).where(eq(datasets.id, one))).at(0)?.ownerId ?? null,
  others: "datasets:review",
};

async function listed(db: Queries, one?: string): Promise<TeamDataset[]> {
  const waits = and(eq(datasetEdits.datasetId, datasets.id), eq(datasetEdits.status, "proposed"));
  const found = await db
    .select({ dataset: datasets, owner: people.name, proposalCount: db.$count(datasetEdits, waits) })
    .from(datasets)
    .innerJoin(people, eq(people.id, datasets.ownerId))
    .where(one === undefined ? sql`true` : eq(datasets.id, one))
    .orderBy(asc(datasets.createdAt), asc(datasets.id));
  return found.map(({ dataset: { createdAt, ...plain }, owner, proposalCount }) => ({
    ...{ ...plain, owner, proposalCount, createdAt: createdAt.getTime() },
  }));
}

async function shown(db: Queries, one: string): Promise<TeamDataset> {
  return (await listed(db, one)).at(0) ?? notFound("data set");
}

export const datasetRoutes = new Hono<TeamEnv>()
  .get("/", gate("datasets:read", "The team's data sets, oldest first"), async (context) =>
    context.json({ datasets: await listed(context.var.team.db) }),
  )
  .get("/:id", gate("datasets:read", "One data set of the team's"), byName, async (context) =>
    context.json({ dataset: await shown(context.var.team.db, context.req.valid("param").id) }),
  )
  .put(
    "/:id",
    gate("datasets:write", "Share a data set under the id that it has on the device; once shared, it stays as it is"),
    byName,
    body(v.strictObject(about)),
    async (context) => {
      const { id: one } = context.req.valid("param");
      const { caller, team } = context.var;
      const given = { id: one, ...context.req.valid("json"), aboutNumber: 1, number: 0, ownerId: caller.person.id };
      await change(context, caller, async (tx, record) => {
        const made = await tx.insert(datasets).values({ ...given, createdAt: new Date(team.now()) }).onConflictDoNothing().returning(); // prettier-ignore
        if (made.length > 0) await record("dataset.share", one, { name: given.name });
      });
      return context.json({ dataset: await shown(team.db, one) });
    },
  )
  .patch(
    "/:id",
    gate("datasets:write", "Change name, description or licence, knowing what they are", { owned: dataset }),
    byName,
    body(v.strictObject({ ...about, aboutNumber: whole(1, 2 ** 31 - 2) })),
    async (context) => {
      const { id: one } = context.req.valid("param");
      const { aboutNumber, ...given } = context.req.valid("json");
      await change(context, context.var.caller, async (tx, record) => {
        const before = await hold(tx, one);
        if (before.aboutNumber !== aboutNumber)
          refuse({ status: 409, code: "changed", message: "Somebody changed the name, the description or the licence meanwhile: look at them, then change them again." }); // prettier-ignore
        await tx.update(datasets).set({ ...given, aboutNumber: aboutNumber + 1 }).where(eq(datasets.id, one)); // prettier-ignore
        await record("dataset.describe", one, given);
      });
      return context.json({ dataset: await shown(context.var.team.db, one) });
    },
  )
  .get(
    "/:id/edits",
    gate("datasets:read", "Edits of its rows by the number of their last change"),
    byName,
    query(editsWanted),
    async (context) => {
      const { id: one } = context.req.valid("param");
      const { after, limit } = context.req.valid("query");
      const { db } = context.var.team;
      await shown(db, one);
      return context.json(await editsAfter(db, one, after, limit));
    },
  )
  .post(
    "/:id/edits",
    gate(
      "datasets:write",
      "Send edits of rows: a reviewer's are accepted, others' are proposed; sent again, they are one",
      {
        mostBytes: MOST_BYTES,
      },
    ),
    byName,
    body(v.strictObject({ edits: several(edit) })),
    async (context) => {
      const { id: one } = context.req.valid("param");
      const { edits } = context.req.valid("json");
      const { caller, team } = context.var;
      const status = may(caller, "datasets:review") ? ("accepted" as const) : ("proposed" as const);
      const sender = { authorId: caller.person.id, status, at: new Date(team.now()) };
      const kept = await change(context, caller, async (tx, record) => {
        const added = await addEdits(tx, one, edits, sender);
        if (added.length > 0) await record("dataset.edit", one, { count: added.length, status });
        return editsById(tx, edits.map((sent) => sent.id)); // prettier-ignore
      });
      return context.json({ edits: kept });
    },
  )
  .post(
    "/:id/reviews",
    gate("datasets:review", "Accept or refuse proposed edits"),
    byName,
    body(v.strictObject({ verdict: v.picklist(["accepted", "refused"]), edits: several(id) })),
    async (context) => {
      const { id: one } = context.req.valid("param");
      const { verdict, edits } = context.req.valid("json");
      const { caller } = context.var;
      const reviewed = await change(context, caller, async (tx, record) => {
        const decided = await decide(tx, one, edits, verdict, caller.person.id);
        if (decided.length > 0) await record("dataset.review", one, { verdict, count: decided.length, edits: decided });
        return editsById(tx, edits);
      });
      return context.json({ edits: reviewed });
    },
  )
  .get("/:id/versions", gate("datasets:read", "Its versions, newest first"), byName, async (context) => {
    const { id: one } = context.req.valid("param");
    await shown(context.var.team.db, one);
    return context.json({ versions: await versionsOf(context.var.team.db, one) });
  })
  .post(
    "/:id/versions",
    gate("datasets:review", "Make a version of the accepted rows"),
    byName,
    body(versionWanted),
    async (context) => {
      const { id: one } = context.req.valid("param");
      const { caller, team } = context.var;
      const made = { makerId: caller.person.id, at: new Date(team.now()) };
      const { hash: wanted } = await change(context, caller, async (tx, record) => {
        const version = await makeVersion(tx, one, context.req.valid("json"), made);
        if (version.isNew) await record("dataset.version", one, { hash: version.hash });
        return version;
      });
      const version = (await versionsOf(team.db, one)).find((other) => other.hash === wanted)!;
      return context.json({ version }, 201);
    },
  )
  .get(
    "/:id/versions/:hash/rows",
    gate("datasets:read", "The rows of a version as JSONL"),
    path(v.object({ id: name, hash })),
    async (context) => {
      const { id: one, hash: wanted } = context.req.valid("param");
      const lines = linesOf(context.var.team.db, one, wanted);
      const first = await lines.next(); // what is not there is refused before the answer begins
      const bytes = new TextEncoderStream();
      void pour(lines, first.value ?? "", bytes.writable.getWriter());
      return context.body(bytes.readable, 200, { "Content-Type": "application/jsonl" });
    },
  );

/** Writes what is yielded, no faster than it is read; a reader that goes away ends it. */
async function pour(lines: AsyncGenerator<string>, first: string, writer: WritableStreamDefaultWriter<string>) {
  try {
    await writer.write(first);
    for await (const part of lines) await writer.write(part);
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
  }
}
