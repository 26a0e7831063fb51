// One schema on both: what a table refuses, that migrations run once, and who may open what.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import journal from "./migrations/meta/_journal.json" with { type: "json" };
import { openDatabase, type Database } from "./database.ts";
import { lockFolder } from "./lock.ts";
import { audit, people } from "./schema/index.ts";
import { memoryDatabase } from "./testing/database.ts";
import { hasPostgres, startPostgres, type Postgres } from "./testing/postgres.ts";

const person = (id: string, email: string) => ({
  ...{ id, email, name: "Ada", passwordHash: "", role: "admin" as const, createdAt: new Date(0) },
});
const entry = { at: new Date(0), who: "Ada", action: "key.create", object: "k", detail: { a: 1 }, address: "::1" };

/** What the innermost cause of a failed query says. */
async function refusal(query: PromiseLike<unknown>): Promise<string> {
  const error = await Promise.resolve(query).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? String((error.cause as Error | undefined)?.message ?? error.message) : "none";
}

function conformance(open: () => Promise<Database>) {
  let database: Database;
  beforeAll(async () => void (database = await open()));
  afterAll(() => database?.close());

  it("keeps what is written, and an e-mail once", async () => {
    const { db } = database;
    await db.insert(people).values(person("1", "ada@x.org"));
    expect(await db.select().from(people)).toEqual([{ ...person("1", "ada@x.org"), disabledAt: null }]);
    expect(await refusal(db.insert(people).values(person("2", "ada@x.org")))).toContain("people_email");
    expect(await refusal(db.update(people).set({ role: "owner" as "admin" }))).toContain("people_role");
  });
  it("a transaction that fails leaves nothing", async () => {
    const { db } = database;
    const failing = db.transaction(async (tx) => {
      await tx.insert(people).values(person("3", "three@x.org"));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await db.select().from(people).where(eq(people.id, "3"))).toEqual([]);
  });
  it("the audit log is only added to", async () => {
    const { db } = database;
    await db.insert(audit).values(entry);
    for (const query of [db.update(audit).set({ who: "x" }), db.delete(audit), db.execute(sql`truncate audit`)])
      expect(await refusal(query)).toContain("only added to");
    expect(await db.select().from(audit)).toMatchObject([entry]);
  });
}

describe("PGlite", () => conformance(memoryDatabase));

describe.skipIf(!hasPostgres)("Postgres", () => {
  let postgres: Postgres;
  beforeAll(async () => void (postgres = await startPostgres()));
  afterAll(() => postgres?.stop());

  it("servers that start together migrate once", async () => {
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase("/nowhere", postgres.url)));
    const done = await opened[0].db.execute<{ count: number }>(
      sql`select count(*)::int as count from drizzle.__drizzle_migrations`,
    );
    expect((done as unknown as { rows: unknown[] }).rows).toEqual([{ count: journal.entries.length }]);
    await Promise.all(opened.map((database) => database.close()));
  });
  it("one that is not there is named without its password", async () => {
    const opening = openDatabase("/nowhere", "postgres://team:geheim@127.0.0.1:1/postgres");
    await expect(opening).rejects.toThrow(/storage-unavailable.*127\.0\.0\.1:1/);
    await expect(opening).rejects.not.toThrow("geheim");
  });
  describe("the same", () => conformance(() => openDatabase("/nowhere", postgres.url)));
});

describe("a folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "loam-data-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is kept over a restart, and is one server's at a time", async () => {
    const first = await openDatabase(folder);
    await first.db.insert(people).values(person("1", "ada@x.org"));
    await expect(openDatabase(folder)).rejects.toThrow("in use by process");
    await first.close();
    const second = await openDatabase(folder);
    expect(await second.db.$count(people)).toBe(1);
    await second.close();
  });
  it("of a process that was killed is free; of a living one it is not", () => {
    writeFileSync(join(folder, "server.pid"), "999999999");
    lockFolder(folder)();
    writeFileSync(join(folder, "server.pid"), String(process.ppid));
    expect(() => lockFolder(folder)).toThrow(`in use by process ${process.ppid}`);
  });
});
