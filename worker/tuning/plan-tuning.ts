// What a run would take, before it starts: rows, memory as planned, and time from steps that are really run and then forgotten.
import type { TuningPlan } from "../contract/training.ts";
import { fail } from "../contract/errors.ts";
import type { Slice } from "../engine/program.ts";
import type { ChatModel } from "../inference/chat-model.ts";
import { maskedTokens, sequenceFrom, sequenceOf, type Row } from "../training/examples.ts";
import type { FineTuneConfig } from "../training/fine-tune-config.ts";
import { fineTuneWork, loopSettings } from "../training/fine-tune.ts";
import { Trainer } from "../training/trainer.ts";

const TIMED_STEPS = 2; // after one that warms up
const SLOW_MS = 4000; // a first step that takes longer is timing enough

/** Throws invalid-argument when nothing can be learned, gpu-out-of-memory when it does not fit; nothing stays allocated. */
export async function planTuning(
  model: ChatModel,
  config: FineTuneConfig,
  train: readonly Row[],
  valid: readonly Row[],
  slice: Slice,
): Promise<Omit<TuningPlan, "testRows">> {
  const { context } = config.training;
  const masked = train.map((row) => maskedTokens(row, model.tokenizer));
  const taught = masked.flatMap((tokens) => sequenceFrom(tokens, context) ?? []);
  const held = valid.flatMap((row) => sequenceOf(row, model.tokenizer, context) ?? []);
  if (taught.length === 0)
    fail({ code: "invalid-argument", name: "examples", reason: "nothing in them can be learned" });
  const lengths = masked.map(({ ids }) => ids.length);
  const work = fineTuneWork(model, config, taught, held);
  const settings = loopSettings(config, taught.length);
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
    const { steps } = settings;
    return {
      steps,
      trainRows: taught.length,
      validRows: held.length,
      skippedRows: train.length - taught.length + (valid.length - held.length),
      longestTokens: Math.max(0, ...lengths),
      cutRows: lengths.filter((length) => length > context + 1).length,
      trainableParameters: trainer.parameterCount,
      peakBytes: trainer.ownBytes,
      stepMs,
      totalMs: stepMs * steps * (1 + validShare(work.valid.length, work.step(0).batches.length, settings.validEvery)),
    };
  } finally {
    trainer.dispose();
  }
}

/** What validations add to a run's time, as a share: a forward pass takes about a third of a step. */
const validShare = (validBatches: number, stepBatches: number, validEvery: number): number =>
  validBatches / (3 * Math.max(1, stepBatches) * validEvery);
