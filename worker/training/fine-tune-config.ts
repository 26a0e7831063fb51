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

/** sft: learns the answers. dpo: learns to prefer the chosen answers of pairs to the rejected ones. */
export const METHODS = ["sft", "dpo"] as const;
export type Method = (typeof METHODS)[number];

const FineTuneSchema = v.strictObject({
  method: v.optional(v.picklist(METHODS)), // absent: sft
  beta: v.optional(v.pipe(v.number(), v.gtValue(0))), // of dpo: how strongly it is held to the base; 0.1 when absent
  adapter: v.optional(Adapter, {}),
  training: v.optional(Training, {}),
});
export type FineTuneConfig = v.InferOutput<typeof FineTuneSchema>;
export type FineTuneInput = v.InferInput<typeof FineTuneSchema>;

/** Throws bad-file that names the field and what is wrong with it. */
export function fineTuneConfig(value: unknown, file: string): FineTuneConfig {
  const parsed = v.safeParse(FineTuneSchema, value ?? {});
  const bad = (path: string, reason: string) =>
    fail({ code: "bad-file", file, format: "fine-tuning configuration", reason: `${path}: ${reason}` });
  if (!parsed.success) return bad(v.getDotPath(parsed.issues[0]) ?? "the file", parsed.issues[0].message);
  const { output } = parsed;
  if (methodOf(output) === "dpo") return { ...output, beta: betaOf(output) };
  if (output.beta !== undefined) bad("beta", "it is of method: dpo");
  return output;
}

export const methodOf = ({ method = "sft" }: Pick<FineTuneConfig, "method">): Method => method;
/** Source of the default: arXiv:2305.18290 §B. */
export const betaOf = ({ beta = 0.1 }: Pick<FineTuneConfig, "beta">): number => beta;

/** How many updates a run makes over `rows` rows. */
export function stepsOf({ training }: FineTuneConfig, rows: number): number {
  return training.steps ?? Math.max(1, Math.ceil((training.epochs * rows) / training.batch));
}
