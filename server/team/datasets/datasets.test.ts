// Shared data sets, on PGlite and on Postgres: an edit counts once, who may accept, parallel edits stay, versions are for good.
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TeamEdit } from "../../../worker/contract/index.ts";
import { lineOf } from "../../../worker/sharing/line.ts";
import { openDatabase, type Database } from "../database.ts";
import { datasetEdits, datasetLines, datasetVersions } from "../schema/index.ts";
import { sha256, World, type As, type Asked } from "../testing/client.ts";
import { memoryDatabase } from "../testing/database.ts";
import { hasPostgres, startPostgres, type Postgres } from "../testing/postgres.ts";

type Split = "train" | "valid" | "test";
const said = (question: string, answer: string, split: Split = "train") =>
  lineOf({
    messages: [
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ],
    tags: [],
    split,
  });
const put = (row: string, line: string | null, ...parents: string[]) => ({ id: randomUUID(), row, parents, line });

function suite(open: () => Promise<Database>) {
  let world: World;
  let as: Record<"reader" | "contributor" | "reviewer", As>;
  beforeAll(async () => {
    world = await World.open(await open());
    const [reader, contributor, reviewer] = await Promise.all([world.person("reader"), world.person("contributor"), world.person("reviewer")]); // prettier-ignore
    as = { reader: reader.as, contributor: contributor.as, reviewer: reviewer.as };
  });
  afterAll(() => world?.close());

  async function share(who: As = as.contributor): Promise<string> {
    const id = randomUUID();
    expect((await world.ask("PUT", `/datasets/${id}`, who, { name: "Pumps", licence: "CC0 1.0" })).status).toBe(200);
    return id;
  }
  const send = (id: string, who: As, ...edits: object[]): Promise<Asked> =>
    world.ask("POST", `/datasets/${id}/edits`, who, { edits });
  const review = (id: string, verdict: string, ...edits: string[]): Promise<Asked> =>
    world.ask("POST", `/datasets/${id}/reviews`, as.reviewer, { verdict, edits });
  const pull = async (
    id: string,
    after = 0,
    more = "",
  ): Promise<{ edits: TeamEdit[]; number: number; hasMore: boolean }> =>
    (await world.ask("GET", `/datasets/${id}/edits?after=${after}${more}`, as.reader)).json as never;
  const version = (id: string, body: object = {}) => world.ask("POST", `/datasets/${id}/versions`, as.reviewer, body);
  const rowsOf = async (id: string, hash: string) =>
    (await world.ask("GET", `/datasets/${id}/versions/${hash}/rows`, as.reader)).text;

  it("what a contributor sends waits for a reviewer; what a reviewer sends is accepted", async () => {
    const id = await share();
    const [a, b] = [put("a", said("A?", "a")), put("b", said("B?", "b"))];
    expect((await send(id, as.contributor, a)).json.edits).toMatchObject([{ id: a.id, status: "proposed", number: 1, hash: sha256(a.line!) }]); // prettier-ignore
    expect((await send(id, as.reviewer, b)).json.edits).toMatchObject([{ status: "accepted", number: 2 }]);
    expect((await world.ask("GET", `/datasets/${id}`, as.reader)).json.dataset).toMatchObject({ number: 2, proposalCount: 1 }); // prettier-ignore
    expect((await review(id, "accepted", a.id)).json.edits).toMatchObject([{ status: "accepted", reviewer: "reviewer", number: 3 }]); // prettier-ignore
    expect((await review(id, "accepted", a.id)).status).toBe(200);
    expect((await review(id, "refused", a.id)).json.error.code).toBe("decided");
    expect((await review(id, "accepted", randomUUID())).status).toBe(404);
    const { edits, number } = await pull(id);
    expect([edits.map((edit) => [edit.row, edit.number, edit.line]), number]).toEqual([
      [
        ["b", 2, b.line],
        ["a", 3, a.line],
      ],
      3,
    ]);
  });
  it("the same edit sent again, alone or among others, counts once; another under its id is refused whole", async () => {
    const id = await share();
    const [a, b] = [put("a", said("A?", "a")), put("b", said("A?", "a"))];
    for (const edits of [[a], [a], [a, b, a], [b]]) expect((await send(id, as.reviewer, ...edits)).status).toBe(200);
    const other = put("c", said("C?", "c"));
    const refused = await send(id, as.reviewer, other, { ...a, line: said("A?", "else") });
    expect([refused.status, refused.json.error.code]).toEqual([409, "edit-taken"]);
    expect((await send(id, as.contributor, a)).json.edits).toMatchObject([{ author: "reviewer", status: "accepted" }]);
    expect((await send(await share(), as.reviewer, a)).json.error.code).toBe("edit-taken");
    expect((await pull(id)).edits.map(({ row }) => row)).toEqual(["a", "b"]);
  });
  it("an edit is made upon edits of its row", async () => {
    const id = await share();
    const [a, b] = [put("a", said("A?", "a")), put("b", said("B?", "b"))];
    const [next, wrong] = [put("a", null, a.id), put("b", null, a.id)];
    expect((await send(id, as.reviewer, next)).json.error.code).toBe("parent-missing");
    expect((await send(id, as.reviewer, a, b, wrong)).json.error.code).toBe("parent-missing");
    expect((await send(id, as.reviewer, a, next)).status).toBe(200);
    expect((await pull(id)).edits).toHaveLength(2);
  });
  it("a line that is no row, or is written otherwise, is refused by name", async () => {
    const id = await share();
    const lines = ["", "{}", said("A?", "a").replace(',"metadata"', ', "metadata"'), '{"messages":[],"metadata":{"split":"train"}}', '{"text":"a"}']; // prettier-ignore
    for (const line of lines) {
      const { status, json } = await send(id, as.reviewer, put("a", line));
      expect([status, json.error.code]).toEqual([400, "invalid-argument"]);
    }
    expect((await pull(id)).edits).toEqual([]);
  });
  it("edits are read in pages, none missed, none twice", async () => {
    const id = await share();
    for (let i = 0; i < 3; i++)
      await send(id, as.reviewer, ...Array.from({ length: 7 }, (_, k) => put(`${i}-${k}`, said(`${i} ${k}?`, "x"))));
    const met: string[] = [];
    for (let [number, hasMore] = [0, true]; hasMore;) {
      const page = await pull(id, number, "&limit=5");
      met.push(...page.edits.map(({ row }) => row));
      ({ number, hasMore } = page);
    }
    expect(met).toEqual(Array.from({ length: 21 }, (_, i) => `${Math.floor(i / 7)}-${i % 7}`));
  });
  it("rows pushed at once by two get their own numbers", async () => {
    const id = await share();
    const edits = Array.from({ length: 12 }, (_, i) => put(`r${i}`, said(`${i % 5}?`, "x")));
    const sent = await Promise.all(edits.map((edit, i) => send(id, i % 2 ? as.reviewer : as.contributor, edit)));
    expect(sent.map(({ status }) => status)).toEqual(edits.map(() => 200));
    expect((await pull(id)).edits.map(({ number }) => number)).toEqual(edits.map((_, i) => i + 1));
  });
  it("a version is the accepted rows under their hash; the same rows are the same version; it is for good", async () => {
    const id = await share();
    const a = put("a", said("A?", "a"));
    await send(id, as.reviewer, a, put("b", said("B?", "b", "valid")));
    await send(id, as.contributor, put("c", said("C?", "c")));
    const first = await version(id, { note: "First" });
    expect(first.json.version).toMatchObject({ number: 1, parents: [], counts: { train: 1, valid: 1, test: 0 }, note: "First", licence: "CC0 1.0" }); // prettier-ignore
    expect((await version(id)).json.version).toEqual(first.json.version);
    await send(id, as.reviewer, put("a", said("A?", "better"), a.id));
    const { hash, number, parents } = (await version(id)).json.version;
    expect([number, parents]).toEqual([2, [first.json.version.hash]]);
    expect(await rowsOf(id, first.json.version.hash)).toBe(`${a.line}\n${said("B?", "b", "valid")}\n`);
    expect(await rowsOf(id, hash)).toBe(`${said("A?", "better")}\n${said("B?", "b", "valid")}\n`);
    expect((await version(await share(), { parents: [hash] })).json.version.parents).toEqual([hash]);
    expect((await version(await share(), { parents: [sha256("none")] })).status).toBe(404);
    const { db } = world.team;
    for (const change of [db.update(datasetVersions).set({ note: "x" }), db.delete(datasetVersions), db.update(datasetLines).set({ line: "x" }), db.delete(datasetEdits), db.update(datasetEdits).set({ row: "x" }), db.execute(sql`truncate dataset_lines cascade`)]) // prettier-ignore
      await expect(Promise.resolve(change)).rejects.toMatchObject({ cause: { message: expect.stringContaining("stays as it is") } }); // prettier-ignore
  });
  it("parallel edits are both kept until one is made upon both; no version before", async () => {
    const id = await share();
    const base = put("a", said("A?", "a"));
    const [left, right] = [put("a", said("A?", "left"), base.id), put("a", null, base.id)];
    await send(id, as.reviewer, base);
    await send(id, as.reviewer, left);
    await send(id, as.reviewer, right);
    expect((await version(id)).json.error.code).toBe("in-conflict");
    await send(id, as.reviewer, put("a", said("A?", "both"), left.id, right.id));
    expect(await rowsOf(id, (await version(id)).json.version.hash)).toBe(`${said("A?", "both")}\n`);
  });
  it("what was ever test is never trained on: not the row, not its prompt", async () => {
    const id = await share();
    const a = put("a", said("A?", "a", "test"));
    await send(id, as.reviewer, a, put("b", said("B?", "b")));
    await send(id, as.reviewer, put("a", said("Other?", "a"), a.id), put("c", said("Other?", "c")), put("d", said("A?", "d"))); // prettier-ignore
    const { hash, counts } = (await version(id)).json.version;
    expect(counts).toEqual({ train: 1, valid: 0, test: 3 });
    expect((await rowsOf(id, hash)).split("\n").filter((line) => line.includes('"test"'))).toHaveLength(3);
  });
  it("the card is changed by who knows what it is", async () => {
    const id = await share();
    const change = (who: As, name: string) => world.ask("PATCH", `/datasets/${id}`, who, { name, aboutNumber: 1 });
    expect((await change(as.contributor, "Wells")).json.dataset).toMatchObject({ name: "Wells", aboutNumber: 2 });
    expect((await change(as.reviewer, "Taps")).json.error.code).toBe("changed");
    expect((await world.ask("PUT", `/datasets/${id}`, as.reviewer, { name: "Taken" })).json.dataset.name).toBe("Wells");
  });
  it("a full disk is said, and nothing is half there", async () => {
    const id = await share();
    const [a, b] = [put("a", said("A?", "a")), put("b", said("Full?", "b"))];
    await send(id, as.reviewer, a);
    // The database's own words for it, at the moment the rows are written.
    const fails = sql`create function disk_full() returns trigger language plpgsql as $$ begin if new.row = 'b' then raise exception 'could not extend file' using errcode = '53100'; end if; return new; end $$`; // prettier-ignore
    await world.team.db.execute(fails);
    await world.team.db.execute(sql`create trigger disk_full before insert on dataset_edits for each row execute function disk_full()`); // prettier-ignore
    const refused = await send(id, as.reviewer, put("c", said("C?", "c")), b);
    expect([refused.status, refused.json.error.code]).toEqual([507, "storage-full"]);
    expect(refused.json.error.message).toContain("nothing was changed");
    expect((await pull(id)).edits.map(({ row }) => row)).toEqual(["a"]);
    expect(await world.team.db.$count(datasetLines, sql`hash = ${sha256(b.line!)}`)).toBe(0);
    await world.team.db.execute(sql`drop trigger disk_full on dataset_edits`);
    expect((await send(id, as.reviewer, b)).status).toBe(200);
    expect((await version(id)).json.version.counts.train).toBe(2);
  });
}

describe("PGlite", () => suite(memoryDatabase));

describe.skipIf(!hasPostgres)("Postgres", () => {
  let postgres: Postgres;
  beforeAll(async () => void (postgres = await startPostgres()));
  afterAll(() => postgres?.stop());
  suite(() => openDatabase("/nowhere", postgres.url));
});
