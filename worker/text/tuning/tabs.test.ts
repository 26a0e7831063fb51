// One run and two tabs: who trains it keeps the other from it, and the other says where it is, hears how far it is, and may go on
// with it when the first is gone. The GPU is a counter that waits to be told to step.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openFileStore } from "../../../server/store.ts";
import { failureOf } from "../../../test/harness/datasets.ts";
import { TestBrowser } from "../../../test/harness/tabs.ts";
import { shortRows } from "../../../test/harness/short-rows.ts";
import type {
  GpuTuning,
  ModelInfo,
  TuningEvent,
  TuningJobEvent,
  TuningRequest,
  TuningSettings,
} from "../../contract/index.ts";
import { DatasetService } from "../../datasets/service.ts";
import type { Store } from "../../storage/store.ts";
import { TuningService } from "./service.ts";

const steps = 6;
let store: Store;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loam-tabs-"));
  store = await openFileStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** Trains by counting: a step each time it is told to, a checkpoint after every second. */
class Counter {
  readonly begunAt: number[] = []; // the step each training began at
  #events: ((event: TuningJobEvent) => void) | null = null;
  #end: ((isFinished: boolean) => void) | null = null;
  #step = 0;

  readonly gpu: Pick<GpuTuning, "plan" | "tune" | "stop" | "fingerprint"> = {
    fingerprint: async () => "base",
    plan: async () => ({ ...sizes, steps }),
    stop: async () => this.#end?.(false),
    tune: async ({ checkpoint, isKeptAtOnce = false }, onEvent) => {
      this.#step = checkpoint === null ? 0 : Number(await checkpoint.text());
      this.begunAt.push(this.#step);
      this.#events = onEvent;
      const isFinished = isKeptAtOnce ? false : await new Promise<boolean>((resolve) => (this.#end = resolve));
      const file = { name: "adapter_model.safetensors", bytes: new Blob([`learned in ${this.#step}`]) };
      return { isFinished, step: this.#step, validLoss: null, bestStep: null, files: [file] };
    },
  };
  go(count: number): void {
    for (let i = 0; i < count; i++) {
      const step = ++this.#step;
      const point = { step, loss: 1 / step, validLoss: null, learningRate: 1, gradNorm: 1, tokensPerSecond: 1 };
      this.#events!({ type: "point", point });
      if (step % 2 === 0) this.#events!({ type: "checkpoint", step, bytes: new Blob([String(step)]) });
    }
    if (this.#step === steps) this.#end!(true);
  }
}
const rows = { trainRows: 8, validRows: 2, skippedRows: 0, longestTokens: 9, cutRows: 0 };
const sizes = { ...rows, trainableParameters: 1, peakBytes: 1, stepMs: 1, totalMs: 1 };

const adapter = { rank: 4, alpha: 8, rankStabilized: false, dropout: 0, targets: ["q_proj"] };
const settings = { adapter, training: { steps } } as TuningSettings; // the counter reads none of the rest

/** A browser with a data set in its store; `open` opens a tab. */
async function setUp() {
  const browser = new TestBrowser();
  const open = () => {
    const tab = browser.open();
    const counter = new Counter();
    const datasets = new DatasetService(store, tab);
    const ports = { gpu: async () => counter.gpu as GpuTuning, model: async () => ({}) as ModelInfo, datasets };
    const tuning = new TuningService(store, ports, tab);
    const events: TuningEvent[] = [];
    void tuning.subscribe((event) => void events.push(event));
    return { tab, counter, datasets, tuning, events };
  };
  const [one, two] = [open(), open()];
  const { id: dataset } = await one.datasets.create({ name: "words" });
  await one.datasets.add(
    dataset,
    shortRows.map((row) => ({ ...row, origin: { kind: "written" } as const })),
  );
  const request: TuningRequest = { name: "Words 1", model: "m", dataset, settings };
  return { open, one, two, request };
}
const elsewhere = { code: "run-elsewhere", run: "Words 1" };

it("a run that one tab trains cannot be gone on with, stopped, paused or removed in another, which says why", async () => {
  const { one, two, request } = await setUp();
  const { id } = await one.tuning.start(request);
  await expect.poll(() => one.counter.begunAt).toEqual([0]);
  one.counter.go(3);
  expect(await two.tuning.runs()).toMatchObject([{ id, state: "running", error: elsewhere }]);
  for (const act of ["resume", "stopAndKeep", "pause", "removeRun"] as const)
    expect(await failureOf(two.tuning[act](id)), act).toEqual(elsewhere);
  expect(two.counter.begunAt).toEqual([]);
  await expect.poll(async () => (await two.tuning.run(id)).checkpointStep).toBe(2);
  one.counter.go(3);
  await expect.poll(async () => (await two.tuning.run(id)).state).toBe("finished");
  const run = await two.tuning.run(id);
  expect(run.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await two.tuning.adapters()).toMatchObject([{ id: run.adapter }]);
  const heard = two.events.map(({ type }) => type);
  for (const type of ["run-changed", "run-point", "adapters-changed"] as const) expect(heard).toContain(type);
});

it("of two tabs that go on with a run at once one does, and the other is told", async () => {
  const { one, two, request } = await setUp();
  const { id } = await one.tuning.start(request);
  await expect.poll(() => one.counter.begunAt).toEqual([0]);
  one.counter.go(2);
  await one.tuning.pause(id);
  const outcomes = await Promise.allSettled([one.tuning.resume(id), two.tuning.resume(id)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const [winner, loser] = outcomes[0].status === "fulfilled" ? [one, two] : [two, one];
  await expect.poll(() => winner.counter.begunAt.at(-1)).toBe(2);
  expect(loser.counter.begunAt.at(-1)).not.toBe(2);
  await winner.tuning.pause(id);
});

it("a killed tab lets its run go: the other hears that it was cut off, and goes on from the checkpoint", async () => {
  const { open, one, two, request } = await setUp();
  const { id } = await one.tuning.start(request);
  await expect.poll(() => one.counter.begunAt).toEqual([0]);
  one.counter.go(3);
  await expect.poll(async () => (await two.tuning.run(id)).checkpointStep).toBe(2);
  two.events.length = 0;
  one.tab.kill();
  await expect
    .poll(() => two.events)
    .toContainEqual(
      expect.objectContaining({ type: "run-changed", run: expect.objectContaining({ id, state: "interrupted" }) }),
    );
  await two.tuning.resume(id);
  await expect.poll(() => two.counter.begunAt).toEqual([2]);
  two.counter.go(4);
  await expect.poll(async () => (await two.tuning.run(id)).state).toBe("finished");
  expect((await open().tuning.run(id)).points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
});
