// Preference training against peft and PyTorch in float64, on the toy Llama (test/golden/dpo_lora.py), and as whole runs.
import { beforeAll, describe, expect, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import type { Weights } from "../../worker/engine/model/weights.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { DecoderObjective } from "../../worker/training/decoder-objective.ts";
import { Evaluator } from "../../worker/training/evaluator.ts";
import { fineTuneConfig } from "../../worker/training/fine-tune-config.ts";
import type { RunHooks, RunState, StepLog } from "../../worker/training/loop.ts";
import { PreferenceObjective } from "../../worker/training/preference-objective.ts";
import { packPairs, packPlainPairs, pairFrom, rangesOf } from "../../worker/training/preference-pairs.ts";
import type { PreferencePair, ReferencedPair } from "../../worker/training/preference-pairs.ts";
import { preferenceTune } from "../../worker/training/preference.ts";
import { learningRate } from "../../worker/training/schedule.ts";
import { Trainer } from "../../worker/training/trainer.ts";
import golden from "../golden/dpo_lora.json" with { type: "json" };
import { adapter, baseWeights, config, gradientErrors, initial, scheduleOf, settingsOf } from "./toy-adapter.ts";

const { optimiser, beta, pairs: P, promptLength } = golden;
const [T, R] = [192, 128]; // of four pairs

/** Pair b of step s, by the recipe. */
function pair(s: number, b: number): PreferencePair {
  const q = s % 2;
  const many = (count: number, of: (t: number) => number) => Array.from({ length: count }, (_, t) => of(t) % 64);
  const prompt = many(promptLength, (t) => 7 * q + 3 * b + t * t + 5 * t * (b + 1));
  const masked = (answer: number[]) => ({
    ids: [...prompt, ...answer],
    counts: [...prompt, ...answer].map((_, i) => i >= promptLength),
  });
  const chosen = masked(many(6 + b, (t) => 11 + 5 * q + 7 * b + 3 * t));
  const rejected = masked(many(9 - b, (t) => 12 + 9 * q + 2 * b + t * t));
  return pairFrom({ chosen, rejected }, 64)!;
}
const pairsAt = (s: number) => Array.from({ length: P }, (_, b) => pair(s, b));

describe("preference training of an adapter of a toy Llama", () => {
  let runtime: Runtime;
  let weights: Weights;
  const known = new Map<number, ReferencedPair[]>(); // by the parity of the step
  beforeAll(async () => {
    runtime = new Runtime(await openDevice());
    weights = await baseWeights(runtime);
    const evaluator = await Evaluator.create(runtime, { config, weights }, null, T, R);
    for (const s of [0, 1]) {
      const losses = await evaluator.losses(packPlainPairs(pairsAt(s), T, R));
      const sum = (from: number, to: number) => losses.subarray(from, to).reduce((a, b) => a + b, 0);
      known.set(s, pairsAt(s).map((own, i) => {
        const [a, b, c, d] = rangesOf(pairsAt(s))[i];
        return { ...own, reference: sum(c, d) - sum(a, b) };
      })); // prettier-ignore
    }
    evaluator.dispose();
  });
  const create = (scaleOfB: number, places = P) =>
    Trainer.create(
      runtime,
      new PreferenceObjective(new DecoderObjective(config, T, R, { base: weights, adapter }), places, beta),
      initial(scaleOfB),
      settingsOf(optimiser),
    );

  it.each([
    ["one micro-batch", P],
    ["micro-batches of one pair", 1],
  ])("has PyTorch's loss, and gradients of every tensor within 1e-4, from %s", async (_, places) => {
    const trainer = await create(0.05, places);
    const batches = packPairs(known.get(0)!, T, R, places);
    expect(batches).toHaveLength(P / places);
    const { loss, measures } = await trainer.evaluate(batches);
    expect(Math.abs(loss / golden.start.loss - 1)).toBeLessThan(1e-4);
    const margins = golden.start.margins;
    expect(measures[0]).toBeCloseTo(margins.reduce((a, b) => a + b, 0) / P, 4);
    expect(measures[1]).toBe(margins.filter((h) => h > 0).length / P);
    for (const { tensor, error } of gradientErrors(golden.start.gradients, await trainer.gradientsOf(batches)))
      expect(error, tensor).toBeLessThan(1e-4);
    trainer.dispose();
  });

  it("has the first 50 losses, margins and shares of won pairs of peft and PyTorch, losses within 0.5 %", async () => {
    const trainer = await create(0);
    const { losses, margins, won } = golden.run;
    for (let s = 0; s < optimiser.steps; s++) {
      await trainer.run(packPairs(known.get(s % 2)!, T, R, P), learningRate(scheduleOf(optimiser), s));
      const { loss, measures } = await trainer.report();
      expect(Math.abs(loss / losses[s] - 1), `loss of step ${s}`).toBeLessThan(5e-3);
      expect(Math.abs(measures[0] - margins[s]), `margin of step ${s}`).toBeLessThan(5e-3 * (1 + Math.abs(margins[s])));
      expect(measures[1], `won at step ${s}`).toBe(won[s]);
    }
    trainer.dispose();
  });

  describe("as a whole run", () => {
    const run = fineTuneConfig(
      {
        method: "dpo",
        beta: 0.5,
        adapter: { rank: 4, alpha: 8, dropout: 0.1 },
        training: { steps: 8, batch: 3, context: 32, learningRate: 2e-2, validEvery: 2, checkpointEvery: 3, patience: 9 },
      },
      "test",
    ); // prettier-ignore
    const train = [0, 1].flatMap(pairsAt).slice(0, 7);
    const valid = [pair(1, 3)];
    const tune = (hooks: Partial<RunHooks>, from?: RunState) =>
      preferenceTune(runtime, { config, weights }, run, train, valid, { onLog: () => {}, onCheckpoint: async () => {}, ...hooks }, from); // prettier-ignore

    it("begins undecided and learns; stopped and gone on with, it ends with the same bytes", async () => {
      const logs: StepLog[] = [];
      const whole = await tune({ onLog: (log) => logs.push(log) });
      expect(logs[0]).toMatchObject({ step: 0, loss: null, validPairs: { accuracy: 0.5 } });
      expect(logs[0].pairs).toBeUndefined();
      expect(logs[0].validLoss).toBeCloseTo(Math.LN2, 4);
      expect(logs[0].validPairs!.margin).toBeCloseTo(0, 4);
      expect(logs[8].loss).toBeLessThan(logs[1].loss!);
      expect(logs[8].pairs!.margin).toBeGreaterThan(0.1);
      expect(logs[8].validPairs).toBeDefined();
      expect(logs[7].validPairs).toBeUndefined();
      expect(whole.bestStep).not.toBeNull();

      const stop = new AbortController();
      const states: RunState[] = [];
      const half = await tune({
        signal: stop.signal,
        onLog: ({ step }) => void (step === 4 && stop.abort()),
        onCheckpoint: async (state) => void states.push(state),
      });
      expect(half).toMatchObject({ isFinished: false, step: 4 });
      const resumed = await tune({}, states.at(-1));
      expect(resumed).toMatchObject({
        isFinished: true,
        step: 8,
        validLoss: whole.validLoss,
        bestStep: whole.bestStep,
      });
      for (const [name, values] of whole.values)
        expect(Buffer.from(resumed.values.get(name)!.buffer).equals(Buffer.from(values.buffer)), name).toBe(true);
    });

    it("stopped before its first step it says nothing; kept at once, it is what the checkpoint has", async () => {
      const seen: unknown[] = [];
      const signal = AbortSignal.abort();
      const hooks = { signal, onLog: (log: StepLog) => seen.push(log), onCheckpoint: async (state: RunState) => void seen.push(state) }; // prettier-ignore
      expect(await tune(hooks)).toMatchObject({ isFinished: false, step: 0 });
      expect(seen).toEqual([]);
      let last: RunState | undefined;
      await tune({ onLog: () => {}, onCheckpoint: async (state) => void (last ??= state) });
      const kept = await tune(hooks, last);
      expect(kept.step).toBe(3);
      const name = "layers.0.qkv.B";
      const trainer = await create(0);
      trainer.restore({ ...last!, p: last!.best!.p });
      expect([...kept.values.get(name)!]).toEqual([...(await trainer.values(name))]); // the best so far
      trainer.dispose();
    });
  });
});

describe("a pair", () => {
  const masked = (ids: number[], prompt: number) => ({ ids, counts: ids.map((_, i) => i >= prompt) });
  it("counts from the first token that differs", () => {
    const { chosen, rejected } = pairFrom({ chosen: masked([1, 2, 3, 4, 5], 2), rejected: masked([1, 2, 3, 9], 2) }, 64)!; // prettier-ignore
    expect(chosen.weights).toEqual([0, 0, 0, 1, 1]);
    expect(rejected.weights).toEqual([0, 0, 0, 1]);
  });
  it("that does not differ is none", () =>
    expect(pairFrom({ chosen: masked([1, 2, 3], 1), rejected: masked([1, 2, 3], 1) }, 64)).toBeNull());
  it("that is too long loses the same beginning in both, but of an answer only what it must", () => {
    const long = Array.from({ length: 9 }, (_, i) => 20 + i);
    const same = pairFrom({ chosen: masked([1, 2, 3, 4, 5], 4), rejected: masked([1, 2, 3, 4, 6, 7], 4) }, 3)!;
    expect([same.chosen.ids, same.rejected.ids]).toEqual([[3, 4, 5], [3, 4, 6, 7]]); // prettier-ignore
    const { chosen, rejected } = pairFrom({ chosen: masked([1, 2, 3, 5], 3), rejected: masked([1, 2, 3, ...long], 3) }, 6)!; // prettier-ignore
    expect(rejected.ids).toEqual(long.slice(-7));
    expect(chosen.ids).toEqual([3, 5]);
  });
});
