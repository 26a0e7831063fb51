// A backup is put back to the byte, from PGlite and into Postgres; one that is cut off or altered is refused, and nothing is touched.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase, type Database } from "../database.ts";
import { audit, people } from "../schema/index.ts";
import { START, World } from "../testing/client.ts";
import { memoryDatabase } from "../testing/database.ts";
import { hasPostgres, startPostgres } from "../testing/postgres.ts";
import { samples } from "../testing/samples.ts";
import { backup } from "./backup.ts";
import { restore } from "./restore.ts";

const folder = mkdtempSync(join(tmpdir(), "loam-backup-"));
const path = (name: string) => join(folder, name);
const first = path("first.tar");
let world: World;
let database: Database;
beforeAll(async () => {
  database = await memoryDatabase();
  world = await World.open(database, { blobs: path("blobs") });
  const admin = await world.person("admin", 'Zoë\n"{a,b}\\' as never);
  for (const make of Object.values(samples)) await make(world, admin.id);
  const { as } = admin;
  await world.ask("POST", "/keys", as, { name: "laptop", scopes: ["inference", "monitor"] });
  for (const text of ["", "a", "x".repeat(100_000)]) await world.team.blobs.put((async function* () { yield Buffer.from(text); })(), 1e6); // prettier-ignore
  await backup(database, path("blobs"), first, () => START);
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true });
});

/** The backup of a folder that was restored. */
async function again(data: string, url?: string): Promise<Buffer> {
  const [restored, out] = [await openDatabase(data, url), `${data}.tar`];
  await backup(restored, join(data, "blobs"), out, () => START);
  await restored.close();
  return readFileSync(out);
}

it("restored, it has the same rows and files to the byte, and goes on counting where it was", async () => {
  const done = await restore(first, path("new"), undefined, false);
  expect(done).toMatchObject({ before: null });
  expect(done.blobs).toBeGreaterThanOrEqual(3);
  expect(readdirSync(path("new")).sort()).toEqual(["blobs", "database"]);
  expect((await again(path("new"))).equals(readFileSync(first))).toBe(true);
  const restored = await openDatabase(path("new"));
  const who = await restored.db.select().from(people);
  expect(who.map(({ name }) => name)).toContain('Zoë\n"{a,b}\\');
  const [{ id: last }] = (await world.team.db.select().from(audit)).slice(-1);
  const entry = { at: new Date(START), who: "-", action: "a.b", object: "-", detail: {}, address: "-" };
  const [added] = await restored.db.insert(audit).values(entry).returning();
  expect(added.id).toBe(last + 1);
  await restored.close();
});

it.skipIf(!hasPostgres)(
  "goes from PGlite into Postgres, equal to the byte; a database with a team is left alone",
  async () => {
    const postgres = await startPostgres();
    try {
      await restore(first, path("with-postgres"), postgres.url, false);
      expect((await again(path("with-postgres"), postgres.url)).equals(readFileSync(first))).toBe(true);
      await expect(restore(first, path("other"), postgres.url, true)).rejects.toThrow("there is a team");
      expect(existsSync(path("other"))).toBe(false);
    } finally {
      await postgres.stop();
    }
  },
);

it("any tar reads it", () => {
  const list = execFileSync("tar", ["-tf", first], { encoding: "utf8" }).trim().split("\n");
  expect(list.slice(-2)).toEqual(["manifest.json", "manifest.sha256"]);
  expect(list).toContain("database/public.people.jsonl");
  mkdirSync(path("unpacked"));
  execFileSync("tar", ["-xf", first, "-C", path("unpacked")]);
  execFileSync("sha256sum", ["-c", "manifest.sha256"], { cwd: path("unpacked") });
});

describe("a folder with something in it", () => {
  it("is refused, and with force kept beside", async () => {
    mkdirSync(path("full/blobs"), { recursive: true });
    writeFileSync(path("full/blobs/mine"), "x");
    await expect(restore(first, path("full"), undefined, false)).rejects.toThrow("is not empty");
    expect(readdirSync(path("full"))).toEqual(["blobs"]);
    const { before } = await restore(first, path("full"), undefined, true);
    expect(readFileSync(join(before!, "blobs/mine"), "utf8")).toBe("x");
    expect(existsSync(path("full/database"))).toBe(true);
  });
  it("that a server has open is refused", async () => {
    const running = await openDatabase(path("new"));
    await expect(restore(first, path("new"), undefined, true)).rejects.toThrow("in use");
    await running.close();
  });
});

describe("a backup that is not as it was written is refused, and nothing is there after", () => {
  const size = () => statSync(first).size;
  const refused = async (content: Buffer, what: string) => {
    const [file, data] = [path("altered.tar"), path("untouched")];
    writeFileSync(file, content);
    await expect(restore(file, data, undefined, false), what).rejects.toThrow("data-unreadable");
    expect(existsSync(data), what).toBe(false);
  };
  it("cut off anywhere", async () => {
    for (const share of [0, 0.001, 0.3, 0.7, 0.99]) await refused(readFileSync(first).subarray(0, Math.floor(size() * share)), `${share}`); // prettier-ignore
    for (const bytes of [1, 512, 1024, 1536])
      await refused(readFileSync(first).subarray(0, size() - bytes), `-${bytes}`);
  });
  it("one bit different anywhere", async () => {
    const places = Array.from({ length: 60 }, (_, i) => Math.floor(((i + 0.5) / 60) * size()));
    for (const place of [0, 100, 124, 148, 257, 511, ...places, size() - 1]) {
      const content = readFileSync(first);
      content[place] ^= 1;
      await refused(content, `byte ${place}`);
    }
  });
  it("with something behind its end, or nothing but a name", async () => {
    await refused(Buffer.concat([readFileSync(first), Buffer.from("x")]), "behind");
    await refused(Buffer.from("not a backup"), "text");
  });
});

it("a file whose bytes are not those of its name stops the backup, which is then not there", async () => {
  const [part] = readdirSync(path("blobs")).filter((name) => name !== "arriving");
  const [hash] = readdirSync(path(`blobs/${part}`));
  const was = readFileSync(path(`blobs/${part}/${hash}`));
  writeFileSync(path(`blobs/${part}/${hash}`), "rotten");
  await expect(backup(database, path("blobs"), path("bad.tar"), () => START)).rejects.toThrow(
    "the disk may be failing",
  );
  writeFileSync(path(`blobs/${part}/${hash}`), was);
  expect([existsSync(path("bad.tar")), readdirSync(folder).filter((name) => name.startsWith(".loam"))]).toEqual([
    false,
    [],
  ]);
});
