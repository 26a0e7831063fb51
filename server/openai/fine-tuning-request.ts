// What a client asks a fine-tuning for, made into the team's own request of a job.
import * as v from "valibot";
import type { JobRequest } from "../team/jobs/request.ts";
import { refuse } from "./errors.ts";

/** What "auto" is, and a multiplier of one. */
export const DEFAULTS = { epochs: 3, batch: 8, learningRate: 1e-3 };

const text = v.string("must be a text");
const auto = <S extends v.GenericSchema<unknown, number>>(schema: S) =>
  v.nullish(
    v.union(
      [
        v.pipe(
          v.literal("auto"),
          v.transform(() => null),
        ),
        schema,
      ],
      "must be a number or auto",
    ),
    null,
  );
const count = (most: number) => auto(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most)));
const hyperparameters = {
  n_epochs: count(1000),
  batch_size: count(1024),
  learning_rate_multiplier: auto(v.pipe(v.number(), v.gtValue(0), v.maxValue(1000))),
};
const supervised = v.nullish(v.strictObject(hyperparameters));
const preference = v.nullish(
  v.strictObject({ ...hyperparameters, beta: auto(v.pipe(v.number(), v.gtValue(0), v.maxValue(100))) }),
);

export const fineTuneRequest = v.strictObject({
  model: v.pipe(text, v.regex(/^[A-Za-z0-9][\w.-]{0,99}$/, "must be the name of a base model")),
  training_file: text,
  validation_file: v.nullish(text),
  suffix: v.nullish(v.pipe(text, v.maxLength(64, "must have 64 characters at most"))),
  seed: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1)), 0),
  metadata: v.nullish(v.record(text, text)),
  hyperparameters: supervised,
  method: v.nullish(
    v.strictObject({
      type: v.picklist(["supervised", "dpo"], "must be supervised or dpo"),
      supervised: v.nullish(v.strictObject({ hyperparameters: supervised })),
      dpo: v.nullish(v.strictObject({ hyperparameters: preference })),
    }),
  ),
  integrations: v.nullish(v.pipe(v.array(v.unknown()), v.maxLength(0, "are not supported"))),
});
export type FineTuneRequest = v.InferOutput<typeof fineTuneRequest>;

export function jobRequestOf(request: FineTuneRequest, trainId: string, validId: string | null): JobRequest {
  const { method, metadata, suffix } = request;
  const isPreference = method?.type === "dpo";
  const given = (isPreference ? method.dpo?.hyperparameters : method?.supervised?.hyperparameters) ?? request.hyperparameters; // prettier-ignore
  const beta = isPreference ? method.dpo?.hyperparameters?.beta : null;
  const training = {
    epochs: given?.n_epochs ?? DEFAULTS.epochs,
    batch: given?.batch_size ?? DEFAULTS.batch,
    learningRate: DEFAULTS.learningRate * (given?.learning_rate_multiplier ?? 1),
    seed: request.seed,
  };
  return {
    kind: "fine-tune",
    name: nameOf(suffix, request.model),
    model: request.model,
    config: { ...(isPreference && { method: "dpo", ...(beta && { beta }) }), training },
    files: [{ role: "train", id: trainId }, ...(validId === null ? [] : [{ role: "valid", id: validId }])],
    priority: 0,
    metadata: { ...(metadata && { openai: metadata }), trainingFile: trainId, validationFile: validId },
  };
}

/** The model's name: the suffix without what a name may not have. */
function nameOf(suffix: string | null | undefined, base: string): string {
  if (!suffix) return `${base}-tuned`;
  const name = suffix.replace(/[^\w.-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return name === "" ? refuse({ status: 400, message: "suffix has no letter and no digit", param: "suffix" }) : name;
}
