import { describe, expect, test } from "vitest";
import {
  AppError,
  type DatasetInfo,
  type Preset,
  type RunInfo,
  type TuningPlan,
} from "../../../worker/contract/index.ts";
import type { TuningRequest, TuningSettings } from "../../../worker/contract/index.ts";
import { settled } from "../../state/fakes.ts";
import { RunDraft } from "./draft.svelte.ts";
import { aligned, formatDuration, formatLoss, formatOf, formatRate, smoothed, thinned, timeLeft } from "./numbers.ts";

const settings = { adapter: { rank: 8, targets: ["q_proj"] }, training: { epochs: 3 } } as unknown as TuningSettings;
const presets: Preset[] = [
  { id: "quick", settings: { ...settings, training: { ...settings.training, epochs: 1 } } },
  { id: "balanced", settings },
];
const dataset = (train: number): DatasetInfo => ({
  ...{ id: "d", name: "Notes", description: "", licence: "", createdAt: 1 },
  version: { number: 2, hash: "h", parent: null, at: 1, what: "", counts: { train, valid: 1, test: 1 } },
});

function setUp(pairs = 0) {
  const started: TuningRequest[] = [];
  const plans: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  const draft = new RunDraft({
    tuning: {
      presets: async (_, method) =>
        method === "sft"
          ? presets
          : presets.map(({ id, settings: own }) => ({ id, settings: { ...own, method, beta: 0.1 } })),
      pairCounts: async () => ({ train: pairs, valid: 1, test: 0 }),
      plan: () =>
        new Promise((resolve, reject) => plans.push({ resolve: () => resolve({ steps: 5 } as TuningPlan), reject })),
    },
    start: async (request) => {
      started.push(request);
      return { id: "r" } as RunInfo;
    },
  });
  return { draft, started, plans };
}

describe("a new run", () => {
  test("says what is missing, one thing after the other, then teaches", async () => {
    const { draft, started, plans } = setUp();
    expect(draft.need).toBe("model");
    const choosing = draft.chooseModel("m");
    expect(draft.need).toBe("examples");
    draft.chooseDataset(dataset(0), "Notes 1");
    await choosing;
    expect(draft.preset?.id).toBe("balanced");
    expect(draft.need).toBe("rows");
    draft.chooseDataset(dataset(9), "Notes 1");
    draft.rename(" ");
    expect(draft.need).toBe("name");
    draft.rename("Mine");
    expect(draft.need).toBe("review");
    expect(await draft.start()).toBeNull();
    void draft.review();
    expect(draft.need).toBe("planning");
    plans[0]!.resolve();
    await settled();
    expect(draft.need).toBeNull();
    expect((await draft.start())?.id).toBe("r");
    expect(started).toEqual([{ name: "Mine", model: "m", dataset: "d", version: 2, settings }]);
  });
  test("a plan for what is no longer chosen does not count", async () => {
    const { draft, plans } = setUp();
    await draft.chooseModel("m");
    draft.chooseDataset(dataset(9), "Notes 1");
    void draft.review();
    draft.changeSettings(presets[0]!.settings);
    expect(draft.preset?.id).toBe("quick");
    plans[0]!.resolve();
    await settled();
    expect(draft.need).toBe("review");
    expect(draft.plan).toBeNull();
  });
  test("a plan that fails leads back to the settings", async () => {
    const { draft, plans } = setUp();
    await draft.chooseModel("m");
    draft.chooseDataset(dataset(9), "Notes 1");
    void draft.review();
    plans[0]!.reject(new AppError({ code: "gpu-out-of-memory", neededBytes: 9, what: "training" }));
    await settled();
    expect(draft.need).toBe("plan");
    expect(draft.error?.code).toBe("gpu-out-of-memory");
    void draft.review(true);
    expect([draft.need, draft.error]).toEqual(["planning", null]);
    plans[1]!.reject(new AppError({ code: "gpu-out-of-memory", neededBytes: 9, what: "training" }));
    await settled();
    expect(draft.need).toBe("plan");
    draft.changeSettings({ ...settings, adapter: { ...settings.adapter, targets: [] } });
    expect(draft.need).toBe("settings");
  });
  test("learns from preferences by the same preset, or by settings that were changed; only where there are pairs", async () => {
    const { draft } = setUp(3);
    await draft.chooseModel("m");
    draft.chooseDataset(dataset(9), "Notes 1");
    expect(draft.pairs).toBeNull(); // not counted yet
    await settled();
    expect(draft.pairs?.train).toBe(3);
    draft.changeSettings(presets[0]!.settings);
    draft.chooseMethod("dpo");
    expect([draft.method, draft.preset?.id, draft.need]).toEqual(["dpo", "quick", "review"]);
    const changed = { ...draft.settings!, adapter: { ...settings.adapter, rank: 3 } };
    draft.changeSettings(changed);
    draft.chooseMethod("sft");
    expect(draft.settings).toEqual({ training: presets[0]!.settings.training, adapter: changed.adapter });
    draft.chooseMethod("dpo");
    expect(draft.settings).toMatchObject({ method: "dpo", beta: 0.1, adapter: { rank: 3 } });

    const without = setUp(0).draft;
    await without.chooseModel("m");
    without.chooseDataset(dataset(9), "Notes 1");
    await settled();
    without.chooseMethod("dpo");
    expect(without.need).toBe("pairs");
  });
  test("a name that was given stays when other examples are chosen", async () => {
    const { draft } = setUp();
    draft.chooseDataset(dataset(9), "Notes 1");
    draft.rename("Mine");
    draft.chooseDataset(dataset(9), "Others 1");
    expect(draft.name).toBe("Mine");
  });
});

describe("numbers", () => {
  test("times and rates are short", () => {
    expect([400, 59_600, 720_000, 7_500_000].map(formatDuration)).toEqual(["400 ms", "60 s", "12 min", "2 h 5 min"]);
    expect([0, 0.001, 0.00025, 0.0000321].map(formatRate)).toEqual(["0", "0.001", "0.00025", "3.2e-5"]);
  });
  test("a margin that rounds to nothing has no sign; shares are in percent", () => {
    expect([-0.004, -0.006, null].map(formatLoss)).toEqual(["0.00", "-0.01", "–"]);
    expect([formatOf("margin", -1e-8), formatOf("accuracy", 0.5)]).toEqual(["0.00", "50%"]);
  });
  test("time left goes by the steps so far, before the first by the measured one", () => {
    expect(timeLeft({ step: 5, steps: 10, trainedMs: 1000 }, 7)).toBe(1000);
    expect(timeLeft({ step: 0, steps: 10, trainedMs: 0 }, 7)).toBe(70);
  });
  test("a constant is smoothed to itself, gaps stay gaps", () => {
    const mean = smoothed([2, null, 2]);
    expect(mean[0]).toBeCloseTo(2, 9);
    expect(mean[1]).toBeNull();
    expect(mean[2]).toBeCloseTo(2, 9);
  });
  test("a long curve is thinned without losing its end or a validation", () => {
    const points = Array.from({ length: 2001 }, (_, step) => ({
      ...{ step, loss: 1, validLoss: step === 7 ? 1 : null, learningRate: 0, gradNorm: 1, tokensPerSecond: 1 },
    }));
    const steps = thinned(points).map(({ step }) => step);
    expect(steps.length).toBeLessThan(800);
    expect(steps).toContain(7);
    expect(steps.at(-1)).toBe(2000);
  });
  test("lines share their steps", () => {
    const line = (values: [number, number][]) => ({
      label: "",
      colour: "leaf" as const,
      kind: "line" as const,
      values,
    });
    const [steps, a, b] = aligned([line([[2, 5]]), line([[1, 6], [2, 7]])]); // prettier-ignore
    expect([steps, a, b]).toEqual([[1, 2], [undefined, 5], [6, 7]]); // prettier-ignore
  });
});
