// The files' store keeps the promises of every store, and a record survives a write that is cut off.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { storeSuite } from "../test/harness/store-suite.ts";
import { openFileStore } from "./store.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loam-store-"));
});
afterEach(() => rm(folder, { recursive: true }));

storeSuite("the store in files", () => openFileStore(folder));

it("a record that cannot be written leaves the old one, and no scraps", async () => {
  const store = await openFileStore(folder);
  await store.put("chats", "a", { text: "old" });
  await expect(store.put("chats", "a", { bad: () => 1 })).rejects.toThrow();
  expect(await store.get("chats", "a")).toEqual({ text: "old" });
  expect(await readdir(join(folder, "records", "chats"))).toEqual(["ka"]);
});

it("scraps of a write that was cut off are cleared at the next start and never listed", async () => {
  const store = await openFileStore(folder);
  await store.put("chats", "a", 1);
  await writeFile(join(folder, "records", "chats", "kb.123.part"), "half");
  expect(await store.list("chats")).toEqual([{ key: "a", value: 1 }]);
  await openFileStore(folder);
  expect(await readdir(join(folder, "records", "chats"))).toEqual(["ka"]);
});
