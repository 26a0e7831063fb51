// The browser's store against IndexedDB in memory and a small private file system in memory. The real ones are used in
// the end-to-end tests; here the promises and the failures are pinned.
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, it, vi } from "vitest";
import { openBrowserStore } from "./browser.ts";
import { storeSuite } from "../../test/harness/store-suite.ts";

const missing = () => new DOMException("not there", "NotFoundError");
let files: Map<string, Uint8Array<ArrayBuffer>>;
let quotaBytes: number;

const writable = (name: string) => {
  let bytes = new Uint8Array(0);
  return new WritableStream<Uint8Array>({
    write(chunk) {
      if (bytes.length + chunk.length > quotaBytes) throw new DOMException("full", "QuotaExceededError");
      const joined = new Uint8Array(bytes.length + chunk.length);
      joined.set(bytes);
      joined.set(chunk, bytes.length);
      bytes = joined;
    },
    close: () => void files.set(name, bytes), // swapped in on close, as the specification says
  });
};
const handle = (name: string) => ({
  getFile: async () => new Blob([files.get(name)!]),
  createWritable: async () => writable(name),
});
const directory = {
  getDirectoryHandle: async () => directory,
  async getFileHandle(name: string, options?: { create?: boolean }) {
    if (!files.has(name) && !options?.create) throw missing();
    if (!files.has(name)) files.set(name, new Uint8Array(0));
    return handle(name);
  },
  async removeEntry(name: string) {
    if (!files.delete(name)) throw missing();
  },
};

beforeEach(() => {
  files = new Map();
  quotaBytes = 1e6;
  vi.stubGlobal("indexedDB", new IDBFactory());
  const held = () => Array.from(files.values()).reduce((sum, bytes) => sum + bytes.length, 0);
  vi.stubGlobal("navigator", {
    storage: {
      getDirectory: async () => directory,
      estimate: async () => ({ usage: held(), quota: quotaBytes }),
      persisted: async () => false,
    },
  });
});

storeSuite("the browser's store", openBrowserStore);

it("a full disk is storage-full, says how much is missing, and leaves nothing behind", async () => {
  const store = await openBrowserStore();
  quotaBytes = 1000;
  await expect(store.putBlob(new Blob(["z".repeat(4000)]))).rejects.toMatchObject({
    detail: { code: "storage-full", neededBytes: 4000, freeBytes: 1000 },
  });
  expect(files.size).toBe(0);
});

it("a blob whose writing the browser never finished counts as absent and is written again", async () => {
  const store = await openBrowserStore();
  const hash = await store.putBlob(new Blob(["whole"]));
  files.set(hash, new Uint8Array(0)); // the tab was closed between creating the name and closing the writable
  expect(await store.hasBlob(hash)).toBe(false);
  await store.putBlob(new Blob(["whole"]));
  expect(await (await store.getBlob(hash))!.text()).toBe("whole");
});
