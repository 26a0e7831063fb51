// What was taught, packed and brought back to another device, to the same one, and to one that went on by itself.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openFileStore } from "../../server/store.ts";
import { ask, failureOf } from "../../test/harness/datasets.ts";
import { DatasetService } from "../datasets/service.ts";
import { AdapterCatalog } from "../models/adapters.ts";
import type { Store } from "../storage/store.ts";
import { Carrier } from "./carry.ts";
import { RunShelf, type StoredRun } from "./tuning/run-shelf.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

interface Device {
  readonly store: Store;
  readonly datasets: DatasetService;
  readonly carrier: Carrier;
  readonly announced: string[];
}
async function device(): Promise<Device> {
  const folder = await mkdtemp(join(tmpdir(), "loam-carry-"));
  folders.push(folder);
  const store = await openFileStore(folder);
  const datasets = new DatasetService(store);
  const announced: string[] = [];
  const announce = async (runs: readonly string[]) => void announced.push(...runs);
  return { store, datasets, carrier: new Carrier({ store, datasets, announce }), announced };
}

const tables = ["datasets", "datasetVersions", "datasetParts", "adapters", "runs", "runLogs", "evaluations"] as const;
const everything = async ({ store }: Device) => {
  const records = await Promise.all(tables.map((table) => store.list(table)));
  return { records, worn: await store.get("settings", "default adapter m") };
};
const question = (i: number) => ask(`Question ${i}?`, `Answer ${i}.`, { rating: "up", reason: "Zoë\u2028" });

let one: Device;
let dataset: string;
beforeEach(async () => {
  one = await device();
  ({ id: dataset } = await one.datasets.create({ name: "Field" }));
  const [row] = await one.datasets.add(dataset, [question(1), question(2)]);
  await one.datasets.edit(dataset, row!.id, { messages: ask("Question 1?", "A better answer.").messages });
  await one.datasets.move(dataset, [row!.id], "test");
  const removed = await one.datasets.create({ name: "Removed" });
  await one.datasets.remove(removed.id);
  const adapters = new AdapterCatalog(one.store);
  const about = { id: "a1", name: "Field 1", model: "m", baseFingerprint: "b", rank: 4, targets: ["q_proj" as const] };
  const files = [{ name: "adapter_model.safetensors", bytes: new Blob([new Uint8Array([0, 255, 10, 13])]) }];
  await adapters.add({ ...about, createdAt: 1, run: "r1", dataHash: "h" }, files);
  await adapters.setDefault("m", "a1", "it is shorter");
  const shelf = new RunShelf(one.store);
  const info = { id: "r1", name: "Field 1", state: "paused", createdAt: 1 };
  await shelf.put({ info, about: {}, samples: [], checkpoint: null } as unknown as StoredRun);
  for (let step = 0; step < 300; step++)
    await shelf.addPoint("r1", { step, loss: 1 / (step + 1), validLoss: null, learningRate: 1, gradNorm: null, tokensPerSecond: 2 }); // prettier-ignore
  await shelf.putCheckpoint("r1", 299, new Blob(["where it was"]));
  await one.store.put("evaluations", "e1", { id: "e1", model: "m", report: { rows: [] } });
});

it("comes back to another device the same, record for record and byte for byte, and each version with its rows", async () => {
  const two = await device();
  expect(await two.carrier.bringBack("x", await one.carrier.carry())).toEqual({ datasets: 1, adapters: 1, runs: 1 });
  const [here, there] = [await everything(one), await everything(two)];
  here.records[0] = here.records[0]!.filter(({ key }) => key === dataset); // not the one that was removed
  here.records[1] = here.records[1]!.filter(({ key }) => key.startsWith(dataset));
  expect(there).toEqual(here);
  for (const version of [1, 2, 3, 4])
    expect(await (await two.datasets.export(dataset, { version })).text()).toBe(
      await (await one.datasets.export(dataset, { version })).text(),
    );
  const source = (await new AdapterCatalog(two.store).files("a1")).get("adapter_model.safetensors")!;
  expect(source.size).toBe(4);
  const { checkpoint } = await new RunShelf(two.store).get("r1");
  expect(await (await two.store.getBlob(checkpoint!.hash))!.text()).toBe("where it was");
  expect(two.announced).toEqual(["r1"]);
  expect(await (await two.carrier.carry()).text()).toBe(await (await one.carrier.carry()).text());
});

it("where it came from it adds nothing, and what went on since then stays", async () => {
  const backup = await one.carrier.carry();
  await one.datasets.add(dataset, [question(3)]);
  const before = await everything(one);
  expect(await one.carrier.bringBack("x", backup)).toEqual({ datasets: 0, adapters: 0, runs: 0 });
  expect(await everything(one)).toEqual(before);
});

it("a data set that went on elsewhere goes on here; one that went on in both places is put beside the other, once", async () => {
  const two = await device();
  await two.carrier.bringBack("x", await one.carrier.carry());
  await two.datasets.add(dataset, [question(3)]);
  await two.datasets.add(dataset, [question(4)]);
  expect(await one.carrier.bringBack("x", await two.carrier.carry())).toMatchObject({ datasets: 1 });
  expect((await one.datasets.rows(dataset, { start: 0, count: 9 })).total).toBe(4);
  await one.datasets.add(dataset, [question(5)]);
  await two.datasets.add(dataset, [question(6)]);
  const backup = await two.carrier.carry();
  expect(await one.carrier.bringBack("x", backup)).toMatchObject({ datasets: 1 });
  expect(await one.carrier.bringBack("x", backup)).toMatchObject({ datasets: 0 });
  const all = await new DatasetService(one.store).list();
  expect(all.map(({ name }) => name).sort()).toEqual(["Field", "Field (backup)"]);
  for (const { id, name } of all) {
    const texts = (await one.datasets.rows(id, { start: 0, count: 9 })).rows.map(
      ({ messages }) => messages[0]!.content,
    );
    expect(texts, name).toContain(name === "Field" ? "Question 5?" : "Question 6?");
    expect(texts).toHaveLength(5);
  }
});

it("a file that is none, cut short or damaged is refused", async () => {
  const two = await device();
  const whole = await one.carrier.carry();
  for (const size of [0, 5, 20, 200, whole.size - 1])
    expect(await failureOf(two.carrier.bringBack("x", whole.slice(0, size))), String(size)).toMatchObject({ code: "bad-file" }); // prettier-ignore
  expect((await everything(two)).records.flat()).toEqual([]);
  const last = new Blob([whole.slice(0, whole.size - 1), "!"]); // a byte of a checkpoint or of an adapter
  expect(await failureOf(two.carrier.bringBack("x", last))).toMatchObject({ code: "bad-file" });
});
