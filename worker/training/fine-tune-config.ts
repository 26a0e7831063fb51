// What a fine-tuning run is: the file a person writes, and what the page writes for them. Every field has a default.
import * as v from "valibot";
import { fail } from "../contract/errors.ts";
import { ADAPTABLE, type Target } from "../engine/model/adapter.ts";

const count = (fallback: number, min = 1) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(min)), fallback);
const positive = (fallback: number) => v.optional(v.pipe(v.number(), v.minValue(0)), fallback);

const Adapter = v.strictObject({
  rank: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)), 8),
  alpha: v.optional(v.pipe(v.number(), v.gtValue(0)), 16),
  rankStabilized: v.optional(v.boolean(), false), // scale α/√r
  dropout: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(0.9)), 0),
  targets: v.optional(v.pipe(v.array(v.picklist(ADAPTABLE)), v.minLength(1)), [...ADAPTABLE] as Target[]),
});
const Training = v.strictObject({
  epochs: v.optional(v.pipe(v.number(), v.gtValue(0)), 3), // times every row is seen; `steps` instead, if given
  steps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  batch: count(8), // rows of the data a step
  context: count(512, 2), // tokens of the longest row; a longer one loses its beginning
  learningRate: positive(1e-3),
  warmupSteps: count(5, 0),
  finalFraction: positive(0), // of the learning rate, at the end
  weightDecay: positive(0),
  beta1: positive(0.9),
  beta2: positive(0.999),
  maxGradNorm: positive(1),
  seed: count(0, 0),
  logEvery: count(1), // steps
  validEvery: count(20),
  checkpointEvery: count(20),
  patience: count(0, 0), // validations without improvement before the run stops; the best is kept. 0: never
  checkpointing: v.optional(v.picklist(["auto", "on", "off"]), "auto"), // blocks recorded twice, to save memory
});

const FineTuneSchema = v.strictObject({
  adapter: v.optional(Adapter, {}),
  training: v.optional(Training, {}),
});
export type FineTuneConfig = v.InferOutput<typeof FineTuneSchema>;
export type FineTuneInput = v.InferInput<typeof FineTuneSchema>;

/** Throws bad-file that names the field and what is wrong with it. */
export function fineTuneConfig(value: unknown, file: string): FineTuneConfig {
  const parsed = v.safeParse(FineTuneSchema, value ?? {});
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? "the file";
  return fail({ code: "bad-file", file, format: "fine-tuning configuration", reason: `${path}: ${issue.message}` });
}

/** How many updates a run makes over `rows` rows. */
export function stepsOf({ training }: FineTuneConfig, rows: number): number {
  return training.steps ?? Math.max(1, Math.ceil((training.epochs * rows) / training.batch));
}
