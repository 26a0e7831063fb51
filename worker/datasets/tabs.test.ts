// Two tabs over one store change the same data set: no version is lost, none is damaged, and what one shows the other hears of.
import { expect, it } from "vitest";
import { ask, datasetBench, failureOf, topics } from "../../test/harness/datasets.ts";
import { TestBrowser } from "../../test/harness/tabs.ts";
import type { DatasetEvent } from "../contract/index.ts";
import type { Store } from "../storage/store.ts";
import { DatasetService } from "./service.ts";

const bench = datasetBench();
const row = (i: number) => ask(`${topics[i % 10]} number ${i}?`, `Answer ${i}.`);
const fileOf = (name: string, from: number, count: number) => {
  const lines = Array.from({ length: count }, (_, i) => JSON.stringify({ messages: row(from + i).messages }));
  return { name, bytes: new Blob([lines.join("\n")]) };
};

/** Two tabs, and a data set that both know. */
async function twoTabs() {
  const browser = new TestBrowser();
  const open = (store: Store = bench.store) => {
    const tab = browser.open();
    return { tab, service: new DatasetService(store, tab) };
  };
  const [one, two] = [open(), open()];
  const { id } = await one.service.create({ name: "Field" });
  await two.service.list();
  return { open, one, two, id };
}

it("changes made at once in both are both made, each as a version of its own", async () => {
  const { open, one, two, id } = await twoTabs();
  const changes = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? one : two).service.add(id, [row(i)]));
  await Promise.all([...changes, one.service.rename(id, { licence: "CC0" })]);
  const third = open().service;
  expect(await bench.all(id, third)).toHaveLength(8); // read from the store, where a damaged version would throw
  expect((await third.versions(id)).map(({ number }) => number)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect((await third.list())[0]!.licence).toBe("CC0");
  for (const service of [one.service, two.service]) expect(await bench.all(id, service)).toHaveLength(8);
});

it("two imports at once are both kept whole, and only what versions name stays in the store", async () => {
  const { open, one, two, id } = await twoTabs();
  const load = (service: DatasetService, name: string, from: number) =>
    service.import({ id: name, dataset: id, file: fileOf(name, from, 300) }, () => undefined);
  const reports = await Promise.all([load(one.service, "a.jsonl", 0), load(two.service, "b.jsonl", 200)]);
  expect(reports[0].addedCount + reports[1].addedCount).toBe(500); // 100 rows are in both files
  expect(reports[0].refusedCount + reports[1].refusedCount).toBe(100);
  expect((await open().service.versions(id)).map(({ number }) => number)).toEqual([3, 2, 1]);
  expect(await bench.store.keys("datasetParts", `${id}/`)).toHaveLength(2);
  expect(await bench.store.keys("datasetVersions", "writing/")).toEqual([]);
});

it("a tab killed while it writes leaves nothing; one that still writes is left alone", async () => {
  const { open, one, id } = await twoTabs();
  let arrive = () => {};
  const atTheEnd = new Promise<void>((resolve) => (arrive = resolve));
  const stuck = { ...storeOf(bench.store), putIf: () => (arrive(), new Promise<boolean>(() => undefined)) };
  const writer = open(stuck);
  await writer.service.list();
  void writer.service.add(id, [row(1)]);
  await atTheEnd;
  await open().service.list();
  expect(await bench.store.keys("datasetParts", `${id}/`)).toHaveLength(1);
  writer.tab.kill();
  await open().service.list();
  expect(await bench.store.keys("datasetParts", `${id}/`)).toEqual([]);
  await one.service.add(id, [row(2)]);
  expect(await bench.all(id, open().service)).toHaveLength(1);
});

it("what one changes the other hears of; what one removed can be put back while it is there", async () => {
  const { open, one, two, id } = await twoTabs();
  const events: DatasetEvent[] = [];
  await two.service.subscribe((event) => void events.push(event));
  await one.service.add(id, [row(1)]);
  expect(await bench.all(id, two.service)).toHaveLength(1);
  await one.service.remove(id);
  expect(events.map(({ type }) => type)).toEqual(["dataset-changed", "dataset-removed"]);
  expect(await two.service.list()).toEqual([]);
  expect(await open().service.list()).toEqual([]); // a new tab, which must not clear it away
  await one.service.undoRemove(id);
  expect(await bench.all(id, two.service)).toHaveLength(1);
  await one.service.remove(id);
  one.tab.kill();
  expect(await open().service.list()).toEqual([]);
  expect(await bench.store.keys("datasetParts", "")).toEqual([]);
  expect(await failureOf(one.service.undoRemove(id))).toMatchObject({ code: "not-found" });
});

/** The methods of a store, to be spread. */
const storeOf = (store: Store): Store => ({
  get: (table, key) => store.get(table, key),
  put: (table, key, value) => store.put(table, key, value),
  putIf: (isStill, entries) => store.putIf(isStill, entries),
  keys: (table, prefix) => store.keys(table, prefix),
  delete: (table, key) => store.delete(table, key),
  list: (table) => store.list(table),
  putBlob: (bytes) => store.putBlob(bytes),
  getBlob: (hash) => store.getBlob(hash),
  hasBlob: (hash) => store.hasBlob(hash),
  deleteBlob: (hash) => store.deleteBlob(hash),
  usage: () => store.usage(),
});
