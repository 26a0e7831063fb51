// What a run would take, before it starts: rows, memory as planned, and time from steps that are really run and then forgotten.
import type { TuningPlan } from "../contract/training.ts";
import type { Slice } from "../engine/program.ts";
import type { ChatModel } from "../inference/chat-model.ts";
import type { FineTuneConfig } from "../training/fine-tune-config.ts";
import { fineTuneWork, loopSettings } from "../training/fine-tune.ts";
import { lessonsOf, type TaughtRow } from "../training/lessons.ts";
import type { LoopSettings, Work } from "../training/loop.ts";
import { preferenceWork, unreferenced } from "../training/preference.ts";
import { Trainer } from "../training/trainer.ts";

const TIMED_STEPS = 2; // after one that warms up
const SLOW_MS = 4000; // a first step that takes longer is timing enough

/** Throws invalid-argument when nothing can be learned, gpu-out-of-memory when it does not fit; nothing stays allocated. */
export async function planTuning(
  model: ChatModel,
  config: FineTuneConfig,
  train: readonly TaughtRow[],
  valid: readonly TaughtRow[],
  slice: Slice,
): Promise<Omit<TuningPlan, "testRows">> {
  const { lessons, lengths } = lessonsOf(config, train, valid, model.tokenizer);
  const [trainRows, validRows] = [lessons.train.length, lessons.valid.length];
  const measured =
    lessons.method === "dpo"
      ? await measure(model, preferenceWork(model, config, unreferenced(lessons.train), unreferenced(lessons.valid)), loopSettings(config, trainRows), slice) // prettier-ignore
      : await measure(model, fineTuneWork(model, config, lessons.train, lessons.valid), loopSettings(config, trainRows), slice); // prettier-ignore
  // The base's own preferences: a forward pass of every pair.
  const before = lessons.method === "dpo" ? FORWARD_SHARE * measured.stepMs * ((trainRows + validRows) / config.training.batch) : 0; // prettier-ignore
  return {
    ...measured,
    trainRows,
    validRows,
    skippedRows: train.length - trainRows + (valid.length - validRows),
    longestTokens: lengths.reduce((most, length) => Math.max(most, length), 0),
    cutRows: lengths.filter((length) => length > config.training.context + 1).length,
    totalMs: measured.totalMs + before,
  };
}

const FORWARD_SHARE = 1 / 3; // of a step's time, that a forward pass takes

/** Runs a few steps and forgets them. */
async function measure<Batch>(model: ChatModel, work: Work<Batch>, settings: LoopSettings, slice: Slice) {
  const trainer = await Trainer.create(model.session.runtime, work.objective, work.initial, { ...settings, eps: 1e-8 });
  try {
    const timed = async (from: number, count: number) => {
      const startedAt = performance.now();
      for (let step = from; step < from + count; step++) await trainer.run(work.step(step).batches, 0, slice);
      await trainer.report();
      return (performance.now() - startedAt) / count;
    };
    const firstMs = await timed(0, 1);
    const stepMs = firstMs > SLOW_MS ? firstMs : await timed(1, TIMED_STEPS);
    const { steps, validEvery } = settings;
    const validations = (FORWARD_SHARE * work.valid.length) / Math.max(1, work.step(0).batches.length) / validEvery; // a step's
    return {
      steps,
      trainableParameters: trainer.parameterCount,
      peakBytes: trainer.ownBytes,
      stepMs,
      totalMs: stepMs * steps * (1 + validations),
    };
  } finally {
    trainer.dispose();
  }
}
