import { describe, expect, test } from "vitest";
import {
  AppError,
  type DocumentInfo,
  type DocumentState,
  type LibraryApi,
  type LibraryEvent,
} from "../../worker/contract/index.ts";
import { LibraryState } from "./library.svelte.ts";

function info(id: string, state: DocumentState, addedAt = 1): DocumentInfo {
  return {
    ...{ id, name: `${id}.txt`, type: "text", sizeBytes: 1, contentHash: id, state, progress: 0 },
    ...{ passageCount: 0, addedAt, isExample: false },
  } as DocumentInfo;
}

async function setUp(stored: DocumentInfo[] = []) {
  let announce: (event: LibraryEvent) => void = () => undefined;
  let isBroken = false;
  const client: Partial<LibraryApi> = {
    list: async () => stored,
    subscribe: async (onEvent) => void (announce = onEvent),
    add: async ({ files }) => {
      if (isBroken) throw new AppError({ code: "storage-full", neededBytes: 1, freeBytes: 0 });
      return files.map(({ name }, index) => info(name, "waiting", 10 + index));
    },
    remove: async (id) => void (stored = stored.filter((document) => document.id !== id)),
    restore: async (id) => void (stored = [info(id, "ready"), ...stored]),
  };
  let firsts = 0;
  const library = new LibraryState(client as LibraryApi, () => firsts++);
  await library.load();
  return {
    library,
    announce: (event: LibraryEvent) => announce(event),
    firsts: () => firsts,
    fill: () => (isBroken = true),
  };
}
const file = (name: string) => new File(["x"], name);

describe("the library", () => {
  test("documents follow what the worker announces", async () => {
    const { library, announce } = await setUp();
    await library.add([file("a")]);
    expect(library.busy).toHaveLength(1);
    announce({ type: "document-changed", document: info("a", "ready", 10) });
    expect(library.ready.map(({ id }) => id)).toEqual(["a"]);
    announce({ type: "document-removed", document: info("a", "ready", 10) });
    expect(library.documents).toHaveLength(0);
  });
  test("news that arrive before the answer to add are not overwritten by it", async () => {
    const { library, announce } = await setUp();
    const adding = library.add([file("a")]);
    announce({ type: "document-changed", document: info("a", "reading", 10) });
    await adding;
    expect(library.documents.map(({ state }) => state)).toEqual(["reading"]);
  });
  test("keeping the data is asked for once, with the first document of one's own", async () => {
    const { library, firsts } = await setUp([{ ...info("example", "ready"), isExample: true }]);
    await library.add([]);
    expect(firsts()).toBe(0);
    await library.add([file("a")]);
    await library.add([file("b")]);
    expect(firsts()).toBe(1);
  });
  test("removing can be taken back", async () => {
    const { library } = await setUp([info("a", "ready")]);
    await library.remove("a");
    expect(library.documents).toHaveLength(0);
    await library.restore("a");
    expect(library.documents.map(({ id }) => id)).toEqual(["a"]);
  });
  test("a full storage is reported, what was there stays", async () => {
    const { library, fill } = await setUp([info("a", "ready")]);
    fill();
    await library.add([file("b")]);
    expect(library.error?.code).toBe("storage-full");
    expect(library.documents).toHaveLength(1);
  });
});
