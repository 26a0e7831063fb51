// The embedding model of search, chosen, changed and lost, over the file store; the models are small ports in the process.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openFileStore } from "../../server/store.ts";
import { hashPort, type HashPort } from "../../test/harness/hash-vectors.ts";
import type { SearchModelStatus } from "../contract/index.ts";
import type { Store } from "../storage/store.ts";
import { LibraryIndex } from "./library-index.ts";
import { Library } from "./library.ts";
import { SearchModel } from "./search-model.ts";

let folder = "";
let store: Store;
let ports: Record<string, HashPort>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loam-search-model-"));
  store = await openFileStore(folder);
  ports = { small: hashPort("small", 1), large: hashPort("large", 2), third: hashPort("third", 3) };
});
afterEach(() => rm(folder, { recursive: true }));

/** What a session has; `small` is the model that came with the app. */
async function session(...names: string[]) {
  const here = new Set(names);
  const model = new SearchModel({
    ...{ store, fallback: "small", port: (name) => ports[name] },
    models: async () => [...here],
  });
  const seen: SearchModelStatus[] = [];
  await model.subscribe((status) => void seen.push(status));
  const index = new LibraryIndex(store, () => model.ports(), model);
  const library = new Library(store, index, async () => []);
  model.serve(index);
  await model.status();
  await library.settled();
  await index.completed();
  return { model, index, library, here, seen };
}
const text = (topic: string) =>
  `# ${topic}\n\n${`The ${topic} is described in this long paragraph of words. `.repeat(20)}`;
const files = Array.from({ length: 6 }, (_, i) => ({ name: `${i}.md`, bytes: new Blob([text(`topic${i}`)]) }));
const queriedBy = async ({ library }: { library: Library }) => {
  const before = Object.values(ports).map(({ embedded }) => embedded.length);
  const [best] = await library.search({ query: "topic3", k: 1 });
  const by = Object.keys(ports).filter((_, i) => Object.values(ports)[i]!.embedded.length > before[i]!);
  return { by, isByVectors: best!.vectorRank !== undefined };
};
const keptModels = async () =>
  [...new Set((await store.keys("vectors", "")).map((key) => key.slice(key.indexOf("/") + 1)))].toSorted();

/** A session with six documents by the small model, which then waits in the middle of the large one's. */
async function halfWay() {
  const open = await session("small", "large");
  await open.library.add({ files });
  await open.library.settled();
  await open.index.completed();
  const passageCount = ports.small!.embedded.length;
  let release = () => {};
  const { embed } = ports.large!;
  ports.large!.embed = async (texts, role) => {
    if (ports.large!.embedded.length >= 3) await new Promise<void>((resolve) => (release = resolve));
    return embed(texts, role);
  };
  await open.model.choose("large");
  while (ports.large!.embedded.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  const free = () => {
    ports.large!.embed = embed;
    release();
  };
  return { ...open, free, passageCount };
}

it("a chosen model is computed behind, with progress; searches go by the old one until it is complete, then by it", async () => {
  const open = await halfWay();
  expect(await open.model.status()).toMatchObject({ chosen: "large", inUse: "small", state: "indexing" });
  expect(await queriedBy(open)).toEqual({ by: ["small"], isByVectors: true });
  open.free();
  await open.index.completed();
  expect(await open.model.status()).toMatchObject({ chosen: "large", inUse: "large", state: "ready", lost: null });
  expect(await queriedBy(open)).toEqual({ by: ["large"], isByVectors: true });
  const done = open.seen.filter(({ state }) => state === "indexing").map((status) => status.done);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  expect(done.at(-1)).toBe(open.seen.at(-1)!.total);
  expect(await keptModels()).toEqual(["large"]);
});

it("a document that is added meanwhile is found at once, and by the new model with the rest", async () => {
  const open = await halfWay();
  await open.library.add({ files: [{ name: "late.md", bytes: new Blob([text("latecomer")]) }] });
  const isRead = async () => (await open.library.list()).every(({ state }) => state === "ready");
  while (!(await isRead())) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await open.library.search({ query: "latecomer", k: 1 }))[0]!.documentName).toBe("late.md"); // by its words
  open.free();
  await open.index.completed();
  const [best] = await open.library.search({ query: "latecomer", k: 1 });
  expect(best).toMatchObject({ documentName: "late.md", vectorRank: expect.any(Number) as number });
  expect((await open.model.status()).inUse).toBe("large");
});

it("paused it stays paused, over a restart too; resumed it goes on where it was", async () => {
  const open = await halfWay();
  await open.model.pause();
  open.free();
  await open.index.completed();
  expect(await open.model.status()).toMatchObject({ state: "paused", inUse: "small" });
  const computed = ports.large!.embedded.length;
  const again = await session("small", "large");
  expect(await again.model.status()).toMatchObject({ chosen: "large", inUse: "small", state: "paused" });
  expect(await queriedBy(again)).toEqual({ by: ["small"], isByVectors: true });
  await again.model.resume();
  await again.index.completed();
  expect((await again.model.status()).inUse).toBe("large");
  // Nothing but the document under way is computed twice.
  expect(ports.large!.embedded.length).toBeLessThanOrEqual(open.passageCount * (1 + 1 / files.length));
  expect(computed).toBeGreaterThan(0);
  expect(computed).toBeLessThan(open.passageCount);
});

it("a session that ends in the middle leaves the old vectors whole, and the next goes on", async () => {
  const open = await halfWay();
  const small = ports.small!.embedded.length;
  const next = session("small", "large"); // the first is never freed
  await new Promise((resolve) => setTimeout(resolve, 50));
  open.free();
  const again = await next;
  expect(ports.small!.embedded.length).toBe(small); // read, not computed
  expect((await again.model.status()).inUse).toBe("large");
});

it("cancelled, search stays with the old model, and nothing is kept of the other", async () => {
  const open = await halfWay();
  await open.model.cancel();
  open.free();
  await open.index.completed();
  expect(await open.model.status()).toMatchObject({ chosen: "small", inUse: "small", state: "ready" });
  expect(await queriedBy(open)).toEqual({ by: ["small"], isByVectors: true });
  await open.index.complete();
  expect(await keptModels()).toEqual(["small"]);
});

it("the model in use is removed: search falls back to the one that came with the app, and says so until that is dismissed", async () => {
  const open = await halfWay();
  open.free();
  await open.index.completed();
  open.here.delete("large");
  ports.large!.failure = new Error("gone");
  await open.model.check();
  await open.index.completed();
  expect(await open.model.status()).toMatchObject({ chosen: "small", inUse: "small", state: "ready", lost: "large" });
  expect(await queriedBy(open)).toEqual({ by: ["small"], isByVectors: true });
  expect(await keptModels()).toEqual(["small"]);
  await open.model.dismiss();
  expect((await (await session("small")).model.status()).lost).toBeNull();
});

it("a chosen model is removed while it is computed: search stays with the one in use", async () => {
  const open = await halfWay();
  open.here.delete("large");
  await open.model.check();
  open.free();
  await open.index.completed();
  expect(await open.model.status()).toMatchObject({ chosen: "small", inUse: "small", lost: "large" });
});

it("a failure is told and leaves the old model in use; resumed it is tried again", async () => {
  const open = await session("small", "large");
  await open.library.add({ files });
  await open.library.settled();
  await open.index.completed();
  ports.large!.failure = new Error("no memory");
  await open.model.choose("large");
  await open.index.completed();
  expect(await open.model.status()).toMatchObject({ state: "failed", inUse: "small", error: { code: "unexpected" } });
  expect(await queriedBy(open)).toEqual({ by: ["small"], isByVectors: true });
  ports.large!.failure = undefined;
  await open.model.resume();
  await open.index.completed();
  expect(await open.model.status()).toMatchObject({ state: "ready", inUse: "large", error: null });
});
