// What a pretraining run is: the file a person writes. Every field is checked; every one but the model and the data has a default.
import * as v from "valibot";
import { fail } from "../contract/errors.ts";

const count = (fallback: number, min = 1) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(min)), fallback);
const positive = (fallback: number) => v.optional(v.pipe(v.number(), v.minValue(0)), fallback);

const Training = v.strictObject({
  steps: v.pipe(v.number(), v.integer(), v.minValue(1)),
  rows: count(512), // tokens a micro-batch (static-embedding: tokens of all its texts)
  pairs: count(64), // static-embedding: pairs a batch
  accumulation: count(1), // micro-batches a step
  context: count(256, 2), // tokens of the longest sequence
  learningRate: positive(3e-3),
  warmupSteps: count(20, 0),
  finalFraction: positive(0.1), // of the learning rate, at the end
  weightDecay: positive(0.1),
  beta1: positive(0.9),
  beta2: positive(0.95),
  maxGradNorm: positive(1), // 0 = no clipping
  temperature: positive(0.05), // static-embedding: similarities are divided by it
  seed: count(0, 0),
  logEvery: count(1), // steps
  validEvery: count(100),
  checkpointEvery: count(100),
});

const RunConfigSchema = v.strictObject({
  kind: v.optional(v.picklist(["decoder", "static-embedding"]), "decoder"),
  model: v.record(v.string(), v.unknown()), // config.json's fields; vocab_size comes from the tokenizer
  tokenizer: v.union([v.string(), v.strictObject({ vocabulary: v.pipe(v.number(), v.integer(), v.minValue(257)) })]),
  data: v.strictObject({
    train: v.pipe(v.array(v.string()), v.minLength(1)),
    valid: v.optional(v.array(v.string()), []),
  }),
  training: Training,
});
export type RunConfig = v.InferOutput<typeof RunConfigSchema>;
export type TrainingSettings = RunConfig["training"];

/** Throws bad-file that names the field and what is wrong with it. */
export function runConfig(value: unknown, file: string): RunConfig {
  const parsed = v.safeParse(RunConfigSchema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? "the file";
  return fail({ code: "bad-file", file, format: "run configuration", reason: `${path}: ${issue.message}` });
}
