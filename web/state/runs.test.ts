import { describe, expect, test } from "vitest";
import {
  AppError,
  type RunDetail,
  type RunInfo,
  type RunPoint,
  type TuningEvent,
} from "../../worker/contract/index.ts";
import { settled } from "./fakes.ts";
import { RunsState, type RunsClient } from "./runs.svelte.ts";

const point = (step: number, loss = 1): RunPoint => ({
  ...{ step, loss, validLoss: null, learningRate: 0.001, gradNorm: 1, tokensPerSecond: 10 },
});
const info = (id: string, change: Partial<RunInfo> = {}): RunInfo => ({
  ...{ id, name: id, model: "loam-chat", baseFingerprint: "b", dataset: "d", datasetName: "Notes", datasetVersion: 1 },
  ...{ dataHash: "h", state: "running", error: null, step: 0, steps: 10, lastLoss: null, bestValidLoss: null },
  ...{ bestStep: null, checkpointStep: null, createdAt: 1, trainedMs: 0, adapter: null, ...change },
});

async function setUp(stored: RunInfo[]) {
  const calls: string[] = [];
  let announce: (event: TuningEvent) => void = () => undefined;
  let answer: (detail: Partial<RunDetail>) => void = () => undefined;
  let adapters = 0;
  const client: Partial<RunsClient> = {
    subscribe: async (onEvent) => void (announce = onEvent),
    runs: async () => stored,
    run: (id) =>
      new Promise((resolve) => {
        answer = (detail) => resolve({ ...info(id), points: [], samples: [], ...detail } as RunDetail);
      }),
    pause: async (id) => {
      calls.push(`pause ${id}`);
      throw new AppError({ code: "not-found", what: "run", id });
    },
    removeRun: async (id) => void calls.push(`remove ${id}`),
    start: async ({ name }) => info(name),
  };
  const runs = new RunsState(client as RunsClient, () => adapters++);
  await runs.load();
  const tell = (event: TuningEvent) => announce(event);
  return { runs, calls, tell, open: (detail: Partial<RunDetail>) => answer(detail), adapters: () => adapters };
}

describe("the runs", () => {
  test("one that another tab trains says so while it is open, until that tab lets it go", async () => {
    const elsewhere = { code: "run-elsewhere", run: "a" } as const;
    const { runs, tell } = await setUp([info("a", { error: elsewhere }), info("b")]);
    expect(runs.error).toBeNull();
    void runs.open("a");
    expect(runs.error).toEqual(elsewhere);
    void runs.open("b");
    expect(runs.error).toBeNull();
    void runs.open("a");
    tell({ type: "run-changed", run: info("a", { state: "interrupted" }) });
    expect(runs.error).toBeNull();
  });
  test("follow what is announced, and say which were cut off", async () => {
    const { runs, tell, adapters } = await setUp([info("a", { state: "interrupted" })]);
    expect(runs.interrupted.map(({ id }) => id)).toEqual(["a"]);
    tell({ type: "run-changed", run: info("b") });
    tell({ type: "run-changed", run: info("a", { state: "running", step: 4 }) });
    expect(runs.runs.map(({ id, step }) => [id, step])).toEqual([
      ["b", 0],
      ["a", 4],
    ]);
    expect(runs.interrupted).toEqual([]);
    tell({ type: "adapters-changed" });
    expect(adapters()).toBe(1);
    tell({ type: "run-removed", run: "b" });
    expect(runs.find("b")).toBeUndefined();
  });
  test("points that arrive while a run is being opened are not lost", async () => {
    const { runs, tell, open } = await setUp([info("a")]);
    const opening = runs.open("a");
    tell({ type: "run-point", run: "a", point: point(3) });
    open({ points: [point(1), point(2)] });
    await opening;
    tell({ type: "run-point", run: "a", point: point(4) });
    expect(runs.detail("a")?.points.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  });
  test("a run that goes on from its checkpoint takes the steps after it anew", async () => {
    const { runs, tell, open } = await setUp([info("a")]);
    void runs.open("a");
    open({ points: [point(1), point(2), point(3)] });
    await settled();
    tell({ type: "run-point", run: "a", point: point(2, 9) });
    expect(runs.detail("a")?.points.map(({ step, loss }) => [step, loss])).toEqual([
      [1, 1],
      [2, 9],
    ]);
  });
  test("an opened run has the state of the list", async () => {
    const { runs, tell, open } = await setUp([info("a")]);
    void runs.open("a");
    open({});
    await settled();
    tell({ type: "run-changed", run: info("a", { state: "paused", step: 5 }) });
    expect(runs.detail("a")).toMatchObject({ state: "paused", step: 5 });
  });
  test("a failure stays to be read; a run is removed with its curve", async () => {
    const { runs, calls } = await setUp([info("a")]);
    await runs.pause("a");
    expect(runs.error?.code).toBe("not-found");
    expect(await runs.remove("a")).toBe(true);
    expect(runs.error).toBeNull();
    expect(runs.runs).toEqual([]);
    expect(calls).toEqual(["pause a", "remove a"]);
  });
  test("a word left for the next new run is taken once", async () => {
    const { runs } = await setUp([]);
    runs.seed({ dataset: "d" });
    expect(runs.takeSeed()).toEqual({ dataset: "d" });
    expect(runs.takeSeed()).toEqual({});
  });
});
