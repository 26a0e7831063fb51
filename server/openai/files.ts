// /v1/files: what OpenAI's clients upload, over the team's files. The whole upload passes through memory: what is larger goes by
// /api/files, which streams.
import { and, asc, desc, eq, gt, lt, or } from "drizzle-orm";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import { change } from "../team/audit/record.ts";
import { download } from "../team/download.ts";
import { upload, type UploadedFile } from "../team/files/store.ts";
import type { TeamEnv } from "../team/gate.ts";
import { files } from "../team/schema/index.ts";
import type { Team } from "../team/team.ts";
import { admitted, answerOf, idOf, pageOf, readQuery, secondsOf } from "./team.ts";
import { refuse } from "./errors.ts";

const MOST_BYTES = 512 * 2 ** 20; // as OpenAI's own

const described = ({ id, bytes, createdAt, name, purpose }: UploadedFile) => ({
  ...{ id: `file-${id}`, object: "file", bytes, created_at: secondsOf(createdAt), filename: name, purpose },
  status: "processed",
});

const listing = v.object({
  after: v.optional(v.string()),
  limit: v.optional(pageOf(10_000), "10000"),
  order: v.optional(v.picklist(["asc", "desc"], "must be asc or desc"), "desc"),
  purpose: v.optional(v.string()),
});
const purposes = ["fine-tune", "batch", "assistants", "vision", "user_data", "evals"];

const none = (id: string) =>
  refuse({ status: 404, message: `there is no file ${id}`, param: "file_id", code: "not_found" });

/** The file, if it is the caller's. */
export async function ownFile(team: Team, personId: string, given: string): Promise<UploadedFile> {
  const id = idOf("file-", given) ?? none(given);
  const [row] = await team.db
    .select()
    .from(files)
    .where(and(eq(files.id, id), eq(files.personId, personId)));
  return row ?? none(given);
}

export const fileRoutes = (opening: Promise<Team> | undefined) =>
  new Hono<TeamEnv>()
    .onError(answerOf)
    .use(admitted(opening, "jobs:write"))
    .use(
      bodyLimit({
        maxSize: MOST_BYTES,
        onError: () =>
          refuse({ status: 413, message: `the file is larger than ${MOST_BYTES} bytes`, code: "file_too_large" }),
      }),
    ) // prettier-ignore
    .post("/", async (context) => {
      const { caller, team } = context.var;
      const form = await context.req.formData().catch(() => refuse({ status: 400, message: "the body is no form with a file" })); // prettier-ignore
      const [file, purpose] = [form.get("file"), form.get("purpose")];
      if (!(file instanceof File)) return refuse({ status: 400, message: "file is required", param: "file" });
      if (typeof purpose !== "string" || !purposes.includes(purpose))
        return refuse({ status: 400, message: `purpose must be one of ${purposes.join(", ")}`, param: "purpose" });
      const name = file.name.replace(/\p{Cc}/gu, "").slice(0, 200) || "file";
      const about = { personId: caller.person.id, name, purpose };
      const content = file.stream() as unknown as AsyncIterable<Uint8Array>;
      const row = await upload(team, about, content, (write) =>
        change(context, caller, async (tx, record) => {
          const made = await write(tx);
          await record("file.upload", made.id, { name: made.name, hash: made.hash, bytes: made.bytes });
          return made;
        }),
      );
      return context.json(described(row));
    })
    .get("/", async (context) => {
      const { caller, team } = context.var;
      const { after, limit, order, purpose } = readQuery(context, listing);
      const last = after === undefined ? undefined : await ownFile(team, caller.person.id, after);
      const beyond = order === "asc" ? gt : lt;
      const isNext = last && or(beyond(files.createdAt, last.createdAt), and(eq(files.createdAt, last.createdAt), beyond(files.id, last.id))); // prettier-ignore
      const by = order === "asc" ? asc : desc;
      const rows = await team.db
        .select()
        .from(files)
        .where(
          and(
            eq(files.personId, caller.person.id),
            purpose === undefined ? undefined : eq(files.purpose, purpose),
            isNext,
          ),
        )
        .orderBy(by(files.createdAt), by(files.id))
        .limit(limit + 1);
      const data = rows.slice(0, limit).map(described);
      return context.json({ object: "list", data, has_more: rows.length > limit, first_id: data.at(0)?.id ?? null, last_id: data.at(-1)?.id ?? null }); // prettier-ignore
    })
    .get("/:id", async (context) =>
      context.json(described(await ownFile(context.var.team, context.var.caller.person.id, context.req.param("id")))),
    )
    .get("/:id/content", async (context) => {
      const { caller, team } = context.var;
      return download(context, team.blobs, await ownFile(team, caller.person.id, context.req.param("id")));
    })
    .delete("/:id", async (context) => {
      const { caller, team } = context.var;
      const { id, name, hash } = await ownFile(team, caller.person.id, context.req.param("id"));
      await change(context, caller, async (tx, record) => {
        await tx.delete(files).where(eq(files.id, id));
        await record("file.delete", id, { name, hash });
      });
      return context.json({ id: `file-${id}`, object: "file", deleted: true });
    });
