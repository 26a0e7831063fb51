// Blobs on disk: the same bytes once, ranges, limits, and nothing left of what did not arrive whole.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { DiskBlobs } from "./blobs.ts";

const folder = mkdtempSync(join(tmpdir(), "loam-blobs-"));
afterAll(() => rmSync(folder, { recursive: true }));
const blobs = new DiskBlobs(folder);

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
const read = async (hash: string, start?: number, end?: number) =>
  new Response(await blobs.get(hash, start, end)).text();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

it("are named by what is in them, stored once, read in ranges", async () => {
  const blob = await blobs.put(chunks("ab", "cd", "e"), 5);
  expect(blob).toEqual({ hash: sha256("abcde"), bytes: 5 });
  expect(await blobs.put(chunks("abcde"), 5, blob.hash)).toEqual(blob);
  expect(readdirSync(join(folder, blob.hash.slice(0, 2)))).toEqual([blob.hash]);
  expect([await read(blob.hash), await read(blob.hash, 1, 3), await read(blob.hash, 3), await read(blob.hash, 5)]).toEqual(["abcde", "bc", "de", ""]); // prettier-ignore
  expect(await blobs.size(blob.hash)).toBe(5);
  await blobs.remove(blob.hash);
  expect(await blobs.size(blob.hash)).toBeNull();
  await expect(blobs.get(blob.hash)).rejects.toThrow("not-found");
});

it("what is too long, not what it says, or breaks off leaves nothing", async () => {
  async function* broken() {
    yield Buffer.from("ab");
    throw new Error("gone");
  }
  await expect(blobs.put(chunks("abc", "def"), 5)).rejects.toThrow("more than 5 bytes");
  await expect(blobs.put(chunks("abc"), 5, sha256("abd"))).rejects.toThrow("send it again");
  for (let time = 0; time < 50; time++) await expect(blobs.put(broken(), 5)).rejects.toThrow("gone");
  expect(readdirSync(join(folder, "arriving"))).toEqual([]);
  expect(await blobs.size(sha256("abc"))).toBeNull();
});

it("a name that is no hash leads nowhere", async () => {
  for (const name of ["../../etc/passwd", "", "a".repeat(63)]) expect(await blobs.size(name)).toBeNull();
  expect(() => blobs.path("../x")).toThrow("not-found");
});

it("what a killed server left half written goes at the next start", () => {
  writeFileSync(join(folder, "arriving", "half"), "x");
  const restarted = new DiskBlobs(folder);
  expect(readdirSync(join(folder, "arriving"))).toEqual([]);
  expect(restarted.path(sha256("abc"))).toBe(blobs.path(sha256("abc")));
});
