// Jobs, their events and checkpoints as OpenAI's clients read them.
import type { FineTuneConfig } from "../../worker/training/fine-tune-config.ts";
import type { Job, JobEvent } from "../team/schema/index.ts";
import { DEFAULTS } from "./fine-tuning-request.ts";
import { secondsOf } from "./team.ts";

const statuses: Readonly<Record<Job["state"], string>> = {
  queued: "queued",
  running: "running",
  paused: "paused",
  finished: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
};

/** The name by which `loam serve` serves a job's result. */
const modelOf = ({ model, result }: Job): string | null =>
  result?.model ? `${model}:${result.model.name}@${result.model.version}` : null;

export function describe(job: Job) {
  const { training, beta, method } = job.config as FineTuneConfig;
  const hyperparameters = {
    n_epochs: training.epochs,
    batch_size: training.batch,
    learning_rate_multiplier: training.learningRate / DEFAULTS.learningRate,
  };
  const { openai = null, trainingFile, validationFile } = job.metadata as Record<string, string | null>;
  const fileId = (id: string | null | undefined, role: string) => {
    const input = job.inputs.find((one) => one.role === role);
    return id ? `file-${id}` : (input?.hash ?? null);
  };
  return {
    id: `ftjob-${job.id}`,
    object: "fine_tuning.job",
    created_at: secondsOf(job.createdAt),
    finished_at: job.finishedAt && secondsOf(job.finishedAt),
    model: job.model,
    fine_tuned_model: modelOf(job),
    organization_id: "team",
    status: statuses[job.state],
    error: job.state === "failed" && job.error ? { ...job.error, param: null } : null,
    hyperparameters,
    method:
      method === "dpo"
        ? { type: "dpo", dpo: { hyperparameters: { ...hyperparameters, beta } } }
        : { type: "supervised", supervised: { hyperparameters } },
    training_file: fileId(trainingFile, "train"),
    validation_file: fileId(validationFile, "valid"),
    result_files: [],
    trained_tokens: null,
    seed: training.seed,
    estimated_finish: null,
    integrations: [],
    metadata: openai,
  };
}

export function eventOf({ id, at, level, message, type, data }: JobEvent) {
  const isMetrics = type === "metrics";
  const measured = { step: data["step"], train_loss: data["loss"], valid_loss: data["validLoss"] ?? undefined };
  return {
    ...{ id: `ftevent-${id}`, object: "fine_tuning.job.event", created_at: secondsOf(at), level, message },
    ...{ type: isMetrics ? "metrics" : "message", data: isMetrics ? measured : data },
  };
}

/** A checkpoint: where the job would go on. It is no model that could be asked; its name says which job and step it is of. */
export const checkpointOf = (job: Job, { id, at, data }: JobEvent) => ({
  id: `ftckpt-${id}`,
  object: "fine_tuning.job.checkpoint",
  created_at: secondsOf(at),
  fine_tuned_model_checkpoint: `${job.model}:${job.name}:ckpt-step-${String(data["step"])}`,
  fine_tuning_job_id: `ftjob-${job.id}`,
  metrics: { step: data["step"] },
  step_number: data["step"],
});
