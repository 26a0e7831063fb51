// Files for jobs: uploaded as they are, in a stream, and used by their ids.
import { desc, eq } from "drizzle-orm";
import { Hono } from "hono";
import * as v from "valibot";
import { change } from "../audit/record.ts";
import { download } from "../download.ts";
import { notFound } from "../errors.ts";
import { gate, type Ownership, type TeamEnv } from "../gate.ts";
import { files } from "../schema/index.ts";
import { byId, line, query } from "../shapes.ts";
import type { Queries } from "../database.ts";
import { contentOf, MOST_FILE_BYTES, upload } from "./store.ts";

const fileOf = async (db: Queries, id: string) => (await db.select().from(files).where(eq(files.id, id))).at(0);

const owned: Ownership = {
  what: "file",
  owner: async (db, id) => (await fileOf(db, id))?.personId ?? null,
  others: "jobs:manage",
};

const about = v.object({ name: line(200), purpose: v.optional(line(40), "job") });

export const fileRoutes = new Hono<TeamEnv>()
  .get("/", gate("jobs:write", "One's files, newest first"), async (context) => {
    const { caller, team } = context.var;
    const own = eq(files.personId, caller.person.id);
    return context.json({ files: await team.db.select().from(files).where(own).orderBy(desc(files.createdAt)) });
  })
  .post(
    "/",
    gate("jobs:write", "Upload a file: the body is its bytes", { mostBytes: MOST_FILE_BYTES }),
    query(about),
    async (context) => {
      const { caller, team } = context.var;
      const given = { ...context.req.valid("query"), personId: caller.person.id };
      const file = await upload(team, given, contentOf(context.req.raw), (write) =>
        change(context, caller, async (tx, record) => {
          const row = await write(tx);
          await record("file.upload", row.id, { name: row.name, hash: row.hash, bytes: row.bytes });
          return row;
        }),
      );
      return context.json({ file }, 201);
    },
  )
  .get("/:id", gate("jobs:write", "A file", { owned }), byId, async (context) => {
    const file = await fileOf(context.var.team.db, context.req.valid("param").id);
    return context.json({ file: file ?? notFound("file") });
  })
  .get("/:id/content", gate("jobs:write", "A file's bytes, or a range of them", { owned }), byId, async (context) => {
    const { team } = context.var;
    const file = await fileOf(team.db, context.req.valid("param").id);
    return download(context, team.blobs, file ?? notFound("file"));
  })
  .delete("/:id", gate("jobs:write", "Forget a file; jobs that use it keep it", { owned }), byId, async (context) => {
    const { id } = context.req.valid("param");
    await change(context, context.var.caller, async (tx, record) => {
      const [gone] = await tx.delete(files).where(eq(files.id, id)).returning();
      if (!gone) notFound("file");
      await record("file.delete", id, { name: gone.name, hash: gone.hash });
    });
    return context.json({ id });
  });
