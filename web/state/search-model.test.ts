// What the page shows of the embedding model of search: as it is announced, and why a choice failed.
import { expect, test } from "vitest";
import { AppError, type SearchModelApi, type SearchModelStatus } from "../../worker/contract/index.ts";
import { SearchModelState } from "./search-model.svelte.ts";

const ready: SearchModelStatus = {
  ...{ chosen: "loam-embed", inUse: "loam-embed", state: "ready", done: 0, total: 0, lost: null, error: null },
};

async function setUp() {
  let announce: (status: SearchModelStatus) => void = () => undefined;
  const calls: string[] = [];
  const called = (name: string) => async () => void calls.push(name);
  const client: SearchModelApi = {
    status: async () => ready,
    async choose(model) {
      if (model === "gone") throw new AppError({ code: "not-found", what: "model", id: model });
      calls.push(`choose ${model}`);
    },
    ...{ pause: called("pause"), resume: called("resume"), cancel: called("cancel"), dismiss: called("dismiss") },
    subscribe: async (onStatus) => void (announce = onStatus),
  };
  const search = new SearchModelState(client);
  await search.load();
  return { search, calls, announce: (status: SearchModelStatus) => announce(status) };
}

test("the model in use and the one on its way are told apart", async () => {
  const { search, calls, announce } = await setUp();
  expect([search.isInUse("loam-embed"), search.isChosen("loam-embed"), search.isChosen("mini")]).toEqual([
    ...[true, true, false],
  ]);
  await search.choose("mini");
  announce({ ...ready, chosen: "mini", state: "indexing", done: 3, total: 9 });
  expect([search.isInUse("loam-embed"), search.isChosen("loam-embed"), search.isChosen("mini")]).toEqual([
    ...[true, false, true],
  ]);
  await search.pause();
  await search.resume();
  await search.cancel();
  expect(calls).toEqual(["choose mini", "pause", "resume", "cancel"]);
});

test("a choice that fails is kept as a reason until the next that does not, or until it is dismissed", async () => {
  const { search } = await setUp();
  await search.choose("gone");
  expect(search.error).toMatchObject({ code: "not-found" });
  search.dismissError();
  expect(search.error).toBeNull();
  await search.choose("gone");
  await search.choose("mini");
  expect(search.error).toBeNull();
});
