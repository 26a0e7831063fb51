// The loop of teaching in Node, on Dawn: examples → run → paused, cut off, gone on with → adapter → proof → default → answer. The
// text worker's service and the GPU worker's object, joined without workers between them.
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openAdapter } from "../../server/gpu.ts";
import { openFileStore } from "../../server/store.ts";
import { shortRows } from "../harness/short-rows.ts";
import { fail, greedy, type RunInfo, type TuningEvent, type TuningRequest } from "../../worker/contract/index.ts";
import { DatasetService } from "../../worker/datasets/service.ts";
import { deviceOf, statusOf } from "../../worker/gpu/device.ts";
import { Gpu } from "../../worker/gpu/gpu.ts";
import { ModelCatalog } from "../../worker/models/catalog.ts";
import type { Store } from "../../worker/storage/store.ts";
import type { StoredRun } from "../../worker/text/tuning/run-shelf.ts";
import { TuningService } from "../../worker/text/tuning/service.ts";

const model = "loam-chat";

async function openDevice() {
  const adapter = (await openAdapter()) ?? fail({ code: "gpu-unavailable", reason: "none" });
  const device = await deviceOf(adapter);
  return { device, status: statusOf(adapter, device) };
}

const defaultFile = async (path: string) => new Blob([readFileSync(`web/public/models/${path}`)]);

let gpu: Gpu; // one for all: what a page loses when it is closed is the text worker's state, and that is made anew

/** What the page sees, over a store: a second one over the same store is the page opened again. */
async function open(store: Store) {
  const datasets = new DatasetService(store);
  const tuning = new TuningService(store, {
    gpu: async () => gpu.tuning,
    model: async (id) => (await gpu.models()).find((m) => m.id === id)!,
    datasets,
  });
  const events: TuningEvent[] = [];
  await tuning.subscribe((event) => events.push(event));
  /** Waits until an event of the run passes. */
  const until = (run: string, isIt: (info: RunInfo) => boolean) =>
    expect.poll(async () => isIt(await tuning.run(run)), { timeout: 120_000, interval: 50 }).toBe(true);
  return { datasets, tuning, events, until };
}

describe("the loop of teaching", () => {
  let store: Store;
  let dataset: string;
  let request: TuningRequest;
  beforeAll(async () => {
    store = await openFileStore(mkdtempSync(join(tmpdir(), "loam-tuning-")));
    const catalog = new ModelCatalog(store, (path) => defaultFile(path).catch(() => null));
    gpu = new Gpu(Promise.resolve(catalog), openDevice);
    const { datasets, tuning } = await open(store);
    ({ id: dataset } = await datasets.create({ name: "colours" }));
    await datasets.add(dataset, shortRows.map((row) => ({ ...row, origin: { kind: "written" } as const }))); // prettier-ignore
    const [quick] = await tuning.presets(model, "sft");
    const training = { ...quick.settings.training, steps: 6, batch: 4, context: 64, validEvery: 3, checkpointEvery: 2 };
    const adapter = { ...quick.settings.adapter, rank: 4 };
    request = { name: "Colours 1", model, dataset, settings: { adapter, training } };
  });

  it("says before it starts what it will take", async () => {
    const { tuning } = await open(store);
    const plan = await tuning.plan(request);
    expect(plan).toMatchObject({ steps: 6, trainRows: 8, validRows: 2, testRows: 2, skippedRows: 0, cutRows: 0 });
    expect(plan.peakBytes).toBeGreaterThan(plan.trainableParameters * 16);
    expect(plan.totalMs).toBeGreaterThan(plan.stepMs);
  });

  it("pauses, goes on where the page left it, ends, proves and is worn", async () => {
    const first = await open(store);
    const { id } = await first.tuning.start(request);
    await expect(first.tuning.start(request)).rejects.toThrow(/under way/);
    await first.until(id, ({ checkpointStep }) => (checkpointStep ?? 0) >= 2);
    await first.tuning.pause(id);
    const paused = await first.tuning.run(id);
    expect(paused).toMatchObject({ state: "paused", adapter: null });
    expect(paused.checkpointStep).toBe(paused.step);

    const second = await open(store);
    expect((await second.tuning.runs())[0]).toMatchObject({ id, state: "paused", step: paused.step });
    await second.tuning.resume(id);
    await second.until(id, ({ state }) => state === "finished");
    const run = await second.tuning.run(id);
    expect(run.points.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6]); // none twice
    expect(run.points.filter(({ validLoss }) => validLoss !== null).map(({ step }) => step)).toEqual([0, 3, 6]);
    expect(run.checkpointStep).toBeNull(); // an ended run keeps its adapter alone
    expect(run.samples.length).toBeGreaterThan(0);
    expect(run.yaml).toContain("learningRate");
    const [adapter] = await second.tuning.adapters();
    expect(adapter).toMatchObject({ id: run.adapter, run: id, model, isDefault: false });

    await expect(second.tuning.setDefault(model, adapter.id, "")).rejects.toThrow(/compare it first/);
    const evaluate = (which: string | null) =>
      second.tuning.evaluate(
        { id: crypto.randomUUID(), model, adapter: which, dataset, scorer: { id: "exact-match" }, maxTokens: 8 },
        () => {},
      );
    const [base, own] = [await evaluate(null), await evaluate(adapter.id)];
    expect(own.report.rows.map(({ expected }) => expected)).toEqual(base.report.rows.map(({ expected }) => expected));
    expect(own.report.totals.loss).toBeLessThan(base.report.totals.loss); // six steps are enough for that
    const comparison = await second.tuning.compare(base.id, own.id);
    expect(comparison.rows).toHaveLength(2);
    expect(comparison.verdict.sentence).not.toBe("");

    await second.tuning.setDefault(model, adapter.id, "to try it");
    expect((await second.tuning.adapters())[0]).toMatchObject({ isDefault: true, defaultReason: "to try it" });
    const ask = (adapters: { id: string; strength: number }[]) =>
      gpu.generate(
        {
          id: "g",
          model,
          messages: [{ role: "user", content: "Say heron." }],
          maxTokens: 6,
          sampling: greedy,
          adapters,
        },
        () => {},
      );
    const [plain, worn] = [await ask([]), await ask([{ id: adapter.id, strength: 1 }])];
    expect(worn.ids).not.toEqual(plain.ids);
    expect((await ask([{ id: adapter.id, strength: 0 }])).ids).toEqual(plain.ids);

    for (const format of ["peft", "gguf", "merged"] as const) {
      const { files, parity } = await second.tuning.exportAdapter(adapter.id, format);
      expect(parity.equalTokens, format).toBe(parity.tokens);
      expect(parity.tokens).toBeGreaterThan(0);
      if (format === "merged") expect(files.map(({ name }) => name)).toContain("tokenizer.json");
      else expect(await second.tuning.importAdapter({ name: "again", model, files })).toMatchObject({ rank: 4 });
    }
  });

  it("a run that was cut off says so, and its adapter can be kept as it is", async () => {
    const first = await open(store);
    const { id } = await first.tuning.start({ ...request, name: "Colours 2" });
    await first.until(id, ({ checkpointStep }) => (checkpointStep ?? 0) >= 2);
    await first.tuning.pause(id);
    const stored = (await store.get<StoredRun>("runs", id))!; // as a killed tab leaves it: nobody wrote that it paused
    await store.put("runs", id, { ...stored, info: { ...stored.info, state: "running" } });
    const second = await open(store);
    expect((await second.tuning.runs()).find((run) => run.id === id)).toMatchObject({ state: "interrupted" });
    await second.tuning.stopAndKeep(id);
    const kept = await second.tuning.run(id);
    expect(kept.state).toBe("stopped");
    expect((await second.tuning.adapters()).some((a) => a.id === kept.adapter)).toBe(true);
    await second.tuning.removeRun(id);
    expect((await second.tuning.runs()).some((run) => run.id === id)).toBe(false);
  });

  it("learns from preferences where there are pairs, and says so where there are none", async () => {
    const { tuning, datasets, until } = await open(store);
    const training = { ...request.settings.training, steps: 3 };
    const preferences = { ...request.settings, training, method: "dpo", beta: 0.1 } as const;
    const wanted = { ...request, name: "Colours 3", settings: preferences };
    expect(await tuning.pairCounts(dataset)).toEqual({ train: 0, valid: 0, test: 0 });
    await expect(tuning.plan(wanted)).rejects.toThrow(/rejected answer beside the right one/);
    const { id: pairs } = await datasets.create({ name: "pairs" });
    const rows = shortRows.map((row, i) => ({ ...row, ...(i % 4 !== 3 && { rejected: "I cannot say that." }) }));
    await datasets.add(pairs, rows.map((row) => ({ ...row, origin: { kind: "written" } as const }))); // prettier-ignore
    expect(await tuning.pairCounts(pairs)).toEqual({ train: 6, valid: 2, test: 1 });
    expect(await tuning.plan({ ...wanted, dataset: pairs })).toMatchObject({
      trainRows: 6,
      validRows: 2,
      skippedRows: 2,
    });

    const { id } = await tuning.start({ ...wanted, dataset: pairs });
    await until(id, ({ state }) => state === "finished");
    const run = await tuning.run(id);
    expect(run.points[0].validPairs).toMatchObject({ accuracy: 0.5 });
    expect(run.points[3].validPairs!.margin).toBeGreaterThan(0);
    expect(run.points[3].pairs!.accuracy).toBeGreaterThan(0.5);
    expect(run.yaml).toContain("method: dpo");
    expect(run.adapter).not.toBeNull();
  });

  it("refuses an adapter that is none, and rows of which nothing can be learned", async () => {
    const { tuning, datasets } = await open(store);
    const files = [{ name: "adapter_config.json", bytes: new Blob(["{}"]) }];
    await expect(tuning.importAdapter({ name: "x", model, files })).rejects.toThrow(/adapter_model/);
    const { id } = await datasets.create({ name: "empty" });
    await expect(tuning.plan({ ...request, dataset: id })).rejects.toThrow(/nothing/);
  });
});
