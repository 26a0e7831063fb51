// What a worker does for each kind of job: which verb of the command line, told what, and which files it leaves. The verb runs in a
// process of its own: the same that a person would type, so that a job's result is the one they would get.
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { stringify } from "yaml";
import { fail } from "../../worker/contract/errors.ts";
import { hasModel } from "../folder.ts";

/** What of a job its execution depends on. */
export interface Task {
  readonly kind: string;
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly { readonly role: string; readonly name: string }[];
}

export interface Execution {
  readonly argv: readonly string[];
  readonly steps: number | null; // of the whole, where that is known
  /** The files that the result is made of, by their names in the folder `out`. */
  readonly results: (out: string) => string[];
  readonly savesOutput: string | null; // what the verb says in the end is itself a result, under this name
}

/** Where an input lies in the folder of its attempt. Its name does not change the run: a checkpoint fits wherever the job goes on. */
export function inputPath({ role, name }: { readonly role: string; readonly name: string }): string {
  const isOne = role !== "adapter" && role !== "documents";
  return isOne
    ? role + (/^\.[a-z]+$/i.test(extname(name)) ? extname(name).toLowerCase() : "")
    : join(role, plain(name));
}
const plain = (name: string): string => name.replace(/[^\p{L}\p{N}._ -]/gu, "_").replace(/^\.+/, "_");

/** The command for a job whose inputs lie in `folder`, and whose results are to come to `out`. Models are looked for in `models`. */
export function executionOf(job: Task, folder: string, out: string, models: string | undefined): Execution {
  const file = (role: string): string | undefined => {
    const input = job.inputs.find((one) => one.role === role);
    return input && join(folder, inputPath(input));
  };
  const need = (role: string) => file(role) ?? fail({ code: "not-found", what: "input of the job", id: role });
  const option = (name: string, value: unknown) => (value === undefined ? [] : [`--${name}`, String(value)]);
  const none = { steps: null, savesOutput: null };
  switch (job.kind) {
    case "fine-tune": {
      const config = written(folder, job.config);
      const data = ["--data", need("train"), ...option("valid", file("valid"))];
      const { steps = null } = (job.config.training ?? {}) as { steps?: number };
      const argv = ["finetune", "--model", modelAt(job.model, models), ...data, "--config", config, "--out", out, "--resume"]; // prettier-ignore
      const results = () => ["adapter_config.json", "adapter_model.safetensors", "run.yaml"];
      return { ...none, argv, steps, results };
    }
    case "pretrain": {
      const valid = file("valid");
      const data = { train: [need("train")], valid: valid ? [valid] : [] };
      const { steps } = job.config.training as { steps: number };
      const argv = ["pretrain", "--config", written(folder, { ...job.config, data }), "--out", out];
      const results = () => ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
      return { ...none, argv, steps, results };
    }
    case "embed": {
      const documents = job.inputs
        .filter(({ role }) => role === "documents")
        .map((one) => join(folder, inputPath(one)));
      const argv = ["index", "--collection", out, "--embedder", modelAt(job.model, models), ...documents];
      return { ...none, argv, results: filesBelow };
    }
    case "evaluate": {
      const { scorer, pattern, maxTokens } = job.config;
      const adapter = job.inputs.some(({ role }) => role === "adapter") ? join(folder, "adapter") : undefined;
      const how = [...option("scorer", scorer), ...option("pattern", pattern), ...option("max-tokens", maxTokens)];
      const argv = ["eval", "--model", modelAt(job.model, models), "--data", need("test"), "--rows", ...how, ...option("adapter", adapter)]; // prettier-ignore
      return { ...none, argv, results: () => [], savesOutput: "report.json" };
    }
    default:
      return fail({ code: "invalid-argument", name: "kind", reason: `this worker knows no ${job.kind}: bring it up to date` }); // prettier-ignore
  }
}

/** A model of this machine. Throws not-found. */
function modelAt(name: string, models: string | undefined): string {
  const own = models === undefined ? undefined : join(models, name);
  if (own !== undefined && existsSync(join(own, "config.json"))) return own;
  return hasModel(name) && !name.includes("/")
    ? name
    : fail({ code: "not-found", what: "model on this worker", id: name });
}

function written(folder: string, config: Readonly<Record<string, unknown>>): string {
  const path = join(folder, "run.yaml");
  writeFileSync(path, stringify(config));
  return path;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map((name) => relative(folder, join(folder, String(name))))
    .filter((name) => statSync(join(folder, name)).isFile());
