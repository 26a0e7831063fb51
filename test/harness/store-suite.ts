// What every store promises, as one suite: run against the files of the server and against IndexedDB with an in-memory
// private file system. Does not know which store it tests.
import { describe, expect, it } from "vitest";
import { sha256, type Store } from "../../worker/storage/store.ts";

/** Declares the suite; within a test, `open` opens the same place each time. */
export function storeSuite(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps records`, () => {
    it("gives back what was put, typed arrays too, after it is opened again", async () => {
      const value = { text: "Zoë\u0000\n", list: [1, null, { deep: true }], vectors: new Float32Array([1.5, -0]) };
      await (await open()).put("documents", "a/b ?.ä", value);
      expect(await (await open()).get("documents", "a/b ?.ä")).toEqual(value);
    });

    it("does not mix tables, replaces by key, and lists a table in order", async () => {
      const store = await open();
      for (const key of ["b", "..", "a", ""]) await store.put("chats", key, { key });
      await store.put("chats", "a", { key: "new a" });
      await store.put("vectors", "z", 1);
      expect((await store.list<{ key: string }>("chats")).map((r) => [r.key, r.value.key])).toEqual([
        ["", ""],
        ["..", ".."],
        ["a", "new a"],
        ["b", "b"],
      ]);
      expect(await store.get("chats", "z")).toBeUndefined();
      expect(await store.list("settings")).toEqual([]);
    });

    it("puts several at once only while the first is what was expected: of two writers one wins", async () => {
      const store = await open();
      const write = (by: string, before: number | undefined) =>
        store.putIf<{ n: number }>(
          (now) => now?.n === before,
          [
            { table: "datasets", key: "x", value: { n: (before ?? 0) + 1, by } },
            { table: "datasetVersions", key: `x/${(before ?? 0) + 1}`, value: by },
          ],
        );
      expect(await write("first", undefined)).toBe(true);
      const both = await Promise.all([write("a", 1), write("b", 1)]);
      expect(both.filter(Boolean)).toHaveLength(1);
      const winner = both[0] ? "a" : "b";
      expect(await store.get("datasets", "x")).toEqual({ n: 2, by: winner });
      expect(await store.get("datasetVersions", "x/2")).toBe(winner);
    });

    it("names the keys that begin alike", async () => {
      const store = await open();
      for (const key of ["a/1", "a/10", "ab", "b", "a/"]) await store.put("datasetParts", key, 1);
      expect(await store.keys("datasetParts", "a/")).toEqual(["a/", "a/1", "a/10"]);
      expect(await store.keys("datasetParts", "")).toHaveLength(5);
      expect(await store.keys("chats", "a")).toEqual([]);
    });

    it("forgets what is deleted, and deleting what is not there is no failure", async () => {
      const store = await open();
      await store.put("chats", "x", 1);
      await store.delete("chats", "x");
      await store.delete("chats", "x");
      expect(await store.get("chats", "x")).toBeUndefined();
    });
  });

  describe(`${name} keeps blobs`, () => {
    it("names them by SHA-256 and gives back their bytes", async () => {
      const store = await open();
      const bytes = new Uint8Array(100_000).map((_, i) => i * 31);
      const hash = await store.putBlob(new Blob([bytes]));
      expect(hash).toBe(await sha256(new Blob([bytes])));
      expect(new Uint8Array(await (await store.getBlob(hash))!.arrayBuffer())).toEqual(bytes);
      expect(await store.putBlob(new Blob([bytes]))).toBe(hash);
    });

    it("keeps an empty blob, and knows nothing of a name that is no hash", async () => {
      const store = await open();
      const hash = await store.putBlob(new Blob([]));
      expect((await store.getBlob(hash))!.size).toBe(0);
      expect(await store.getBlob("../../etc/passwd")).toBeUndefined();
      expect(await store.hasBlob("f".repeat(64))).toBe(false);
    });

    it("forgets a deleted blob", async () => {
      const store = await open();
      const hash = await store.putBlob(new Blob(["gone"]));
      await store.deleteBlob(hash);
      await store.deleteBlob(hash);
      expect(await store.hasBlob(hash)).toBe(false);
    });

    it("leaves nothing under the name when the bytes stop in the middle", async () => {
      const store = await open();
      const bytes = cutOff(new Blob(["x".repeat(100_000)]));
      await expect(store.putBlob(bytes)).rejects.toMatchObject({ detail: { code: "storage-unavailable" } });
      expect(await store.hasBlob(await sha256(new Blob(["x".repeat(100_000)])))).toBe(false);
    });

    it("counts the bytes it holds", async () => {
      const store = await open();
      await store.putBlob(new Blob(["y".repeat(5000)]));
      const { usedBytes, quotaBytes } = await store.usage();
      expect(usedBytes).toBeGreaterThanOrEqual(5000);
      expect(quotaBytes).toBeGreaterThan(usedBytes);
    });
  });
}

/** A blob whose stream fails half way, as a file does whose disk is pulled out. */
function cutOff(blob: Blob): Blob {
  Object.defineProperty(blob, "stream", {
    value: () =>
      new ReadableStream({
        async pull(controller) {
          controller.enqueue(new Uint8Array(await blob.slice(0, 1000).arrayBuffer()));
          controller.error(new Error("cut"));
        },
      }),
  });
  return blob;
}
