// The library over the file store: states, failures, undo, and going on after an interruption. Vectors by a small port in
// the process.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFileStore } from "../../server/store.ts";
import { hashPort } from "../../test/harness/hash-vectors.ts";
import { AppError, type DocumentInfo, type LibraryEvent } from "../contract/index.ts";
import type { VectorPort } from "../search/vectors.ts";
import type { Store } from "../storage/store.ts";
import { Chats } from "./chats.ts";
import { LibraryIndex } from "./library-index.ts";
import { Library } from "./library.ts";
import { Usage } from "./usage.ts";

let folder = "";
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loam-library-"));
  store = await openFileStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const openLibrary = (port?: VectorPort, over: Store = store) =>
  new Library(over, new LibraryIndex(over, () => (port ? [port] : [])), async () => [
    file("example.md", "# Example\n\nA lighthouse on a hill."),
  ]);
const file = (name: string, text: string) => ({ name, bytes: new Blob([text]) });
const pump = file("pump.md", "# Pump\n\nThe K4 serves wells down to 45 metres.");
const clinic = file("clinic.txt", "The clinic was founded in 1987.");
const found = async (library: Library, query: string, documentIds?: string[]) =>
  (await library.search({ query, k: 5, ...(documentIds === undefined ? {} : { documentIds }) })).map(
    ({ text }) => text,
  );
const byName = (list: DocumentInfo[]) => Object.fromEntries(list.map((info) => [info.name, info]));

/** The store, but `fails` may refuse a call by throwing. */
function failing(fails: (call: string, table?: string) => void): Store {
  return {
    ...{
      get: store.get.bind(store),
      list: store.list.bind(store),
      delete: store.delete.bind(store),
      usage: store.usage.bind(store),
      putIf: store.putIf.bind(store),
      keys: store.keys.bind(store),
    },
    ...{
      getBlob: store.getBlob.bind(store),
      hasBlob: store.hasBlob.bind(store),
      deleteBlob: store.deleteBlob.bind(store),
    },
    put: async (table, key, value) => (fails("put", table), store.put(table, key, value)),
    putBlob: async (bytes) => (fails("putBlob"), store.putBlob(bytes)),
  };
}
const full = () => {
  throw new AppError({ code: "storage-full", neededBytes: 10, freeBytes: 0 });
};

describe("adding", () => {
  it("answers at once, announces every state in order, and then finds the document by words and by vectors", async () => {
    const library = openLibrary(hashPort());
    const events: LibraryEvent[] = [];
    await library.subscribe((event) => events.push(event));
    const [info] = await library.add({ files: [pump] });
    expect(info).toMatchObject({
      name: "pump.md",
      type: "markdown",
      state: "waiting",
      passageCount: 0,
      isExample: false,
    });
    await library.settled();
    const states = events.map(({ document }) => document.state).filter((state, i, all) => state !== all[i - 1]);
    expect(states).toEqual(["waiting", "reading", "indexing", "ready"]);
    const [best] = await library.search({ query: "how deep a well", k: 3 });
    expect(best).toMatchObject({ documentName: "pump.md", headingPath: ["Pump"], textRank: 1, vectorRank: 1 });
    const { text, info: opened } = await library.open(info!.id);
    expect(text.slice(best!.start, best!.end)).toBe(best!.text);
    expect(opened).toMatchObject({ state: "ready", passageCount: 1 });
    expect(await (await library.original(info!.id)).text()).toBe(await pump.bytes.text());
  });

  it("a file that is there already, whatever its name, is not added twice", async () => {
    const library = openLibrary();
    const [first] = await library.add({ files: [pump] });
    const [again] = await library.add({ files: [{ ...pump, name: "copy.md" }] });
    await library.settled();
    expect(again!.id).toBe(first!.id);
    expect(await library.list()).toHaveLength(1);
  });

  it("one file that fails does not stop the others, and says why", async () => {
    const library = openLibrary();
    await library.add({
      files: [file("empty.txt", ""), file("broken.pdf", "%PDF-1.4 no"), file("table.xlsx", "PK\u0003\u0004"), clinic],
    });
    await library.settled();
    const list = byName(await library.list());
    expect(list["empty.txt"]).toMatchObject({ state: "failed", error: { reason: "empty" } });
    expect(list["broken.pdf"]).toMatchObject({ state: "failed", error: { reason: "damaged" } });
    expect(list["table.xlsx"]).toMatchObject({ state: "failed", error: { reason: "unsupported-type" } });
    expect(list["clinic.txt"]).toMatchObject({ state: "ready" });
    expect(await found(library, "founded")).toHaveLength(1);
  });

  it("examples are marked as such and added once", async () => {
    const library = openLibrary();
    await library.addExamples();
    const [info] = await library.addExamples();
    await library.settled();
    expect(info!.isExample).toBe(true);
    expect(await library.list()).toHaveLength(1);
  });
});

describe("when storage fails", () => {
  it("a file without room for it is shown as failed, and the next one is taken", async () => {
    let isFull = true;
    const library = openLibrary(
      undefined,
      failing((call) => (isFull && call === "putBlob" ? full() : undefined)),
    );
    const [refused] = await library.add({ files: [pump] });
    expect(refused).toMatchObject({ state: "failed", error: { code: "storage-full" } });
    isFull = false;
    await library.add({ files: [clinic] });
    await library.settled();
    expect(await found(library, "clinic")).toHaveLength(1);
  });

  it("a text without room for it fails, and retry reads it again", async () => {
    let isFull = true;
    const library = openLibrary(
      undefined,
      failing((_, table) => (isFull && table === "contents" ? full() : undefined)),
    );
    const [info] = await library.add({ files: [pump] });
    await library.settled();
    expect((await library.list())[0]).toMatchObject({ state: "failed", error: { code: "storage-full" } });
    await expect(library.open(info!.id)).rejects.toMatchObject({ detail: { code: "storage-full" } });
    isFull = false;
    await library.retry(info!.id);
    await library.settled();
    const [ready] = await library.list();
    expect(ready).toMatchObject({ state: "ready", passageCount: 1 });
    expect(ready!.error).toBeUndefined();
  });
});

describe("removing", () => {
  it("takes a document out of search, and undo puts it back", async () => {
    const library = openLibrary(hashPort());
    const [info] = await library.add({ files: [pump, clinic] });
    await library.settled();
    const events: string[] = [];
    await library.subscribe(({ type, document }) => events.push(`${type} ${document.name}`));
    await library.remove(info!.id);
    expect(await found(library, "wells")).not.toContain("The K4 serves wells down to 45 metres.");
    await expect(library.open(info!.id)).rejects.toMatchObject({ detail: { code: "not-found" } });
    await library.restore(info!.id);
    expect((await found(library, "wells"))[0]).toBe("The K4 serves wells down to 45 metres.");
    expect(events).toEqual(["document-removed pump.md", "document-changed pump.md"]);
  });

  it("while it is being read, undo reads it again", async () => {
    const library = openLibrary();
    const [info] = await library.add({ files: [file("long.txt", "Some words of a long text.\n\n".repeat(20_000))] });
    await library.remove(info!.id);
    expect(await library.list()).toEqual([]);
    await library.restore(info!.id);
    await library.settled();
    expect((await library.list())[0]!.state).toBe("ready");
  });

  it("adding the same file again is an undo, and a removal is final after the session", async () => {
    const library = openLibrary();
    const [info] = await library.add({ files: [pump] });
    await library.settled();
    await library.remove(info!.id);
    expect((await library.add({ files: [pump] }))[0]!.id).toBe(info!.id);
    expect(await found(library, "wells")).toHaveLength(1);
    await library.remove(info!.id);
    const later = openLibrary();
    expect(await later.list()).toEqual([]);
    expect(await store.hasBlob(info!.contentHash)).toBe(false);
    expect(await store.list("contents")).toEqual([]);
  });
});

describe("in a new session", () => {
  it("everything is there, and vectors are not computed again", async () => {
    const first = openLibrary(hashPort());
    await first.add({ files: [pump, clinic] });
    await first.settled();
    const port = hashPort();
    const second = openLibrary(port);
    await second.settled();
    expect((await second.list()).map(({ state }) => state)).toEqual(["ready", "ready"]);
    expect((await second.search({ query: "wells", k: 1 }))[0]).toMatchObject({ textRank: 1, vectorRank: 1 });
    expect(port.embedded).toEqual(["wells"]);
  });

  it("a document that was being read when the tab closed is read", async () => {
    const first = openLibrary();
    const [info] = await first.add({ files: [pump] });
    await first.settled();
    await store.put("documents", info!.id, { info: { ...info, state: "indexing", progress: 0.5 }, isAside: false });
    const second = openLibrary();
    await second.settled();
    expect(await second.list()).toMatchObject([{ state: "ready", progress: 1, passageCount: 1 }]);
  });
});

it("without vectors search goes by words, and vectors follow when the port comes back", async () => {
  const port = hashPort();
  port.failure = new Error("no device");
  const index = new LibraryIndex(store, () => [port]);
  const library = new Library(store, index, async () => []);
  await library.add({ files: [pump] });
  await library.settled();
  expect((await library.search({ query: "wells", k: 1 }))[0]!.vectorRank).toBeUndefined();
  port.failure = undefined;
  await index.complete();
  expect((await library.search({ query: "wells", k: 1 }))[0]!.vectorRank).toBe(1);
});

it("chats come back whole, newest first, without their turns in the list", async () => {
  const chats = new Chats(store);
  const chat = (id: string, updatedAt: number) => ({
    id,
    title: id,
    createdAt: 1,
    updatedAt,
    documentIds: null,
    turns: [],
    currentId: null,
  });
  await chats.put(chat("old", 1));
  await chats.put(chat("new", 2));
  expect((await chats.list()).map((summary) => [summary.id, "turns" in summary])).toEqual([
    ["new", false],
    ["old", false],
  ]);
  expect(await chats.get("old")).toEqual(chat("old", 1));
  await chats.remove("old");
  await expect(chats.get("old")).rejects.toMatchObject({ detail: { code: "not-found" } });
});

it("the ledger of storage names documents, vectors and chats, and does not need the GPU worker", async () => {
  const library = openLibrary(hashPort());
  await library.add({ files: [pump] });
  await library.settled();
  const usage = new Usage(
    store,
    () => library.list(),
    () => Promise.reject(new Error("down")),
  );
  const { items, usedBytes } = await usage.usage();
  const never = new Usage(store, async () => [], () => new Promise(() => {})); // prettier-ignore
  expect((await never.usage()).usedBytes).toBe(usedBytes); // a worker that never starts is not waited for
  expect(items.map(({ what, name }) => `${what} ${name}`)).toEqual(
    expect.arrayContaining(["documents pump.md", "vectors pump.md"]),
  );
  expect(items.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThanOrEqual(usedBytes);
});
