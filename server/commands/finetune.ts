// `loam finetune`: a base, rows and a configuration in, an adapter in peft's form out. Killed at any moment, --resume goes on
// from the last checkpoint and ends with the same adapter.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { stringify } from "yaml";
import { fail } from "../../worker/contract/errors.ts";
import { ChatModel } from "../../worker/inference/chat-model.ts";
import { readHeaders } from "../../worker/models/folder.ts";
import { fingerprintOf, writePeft } from "../../worker/models/peft.ts";
import { readCheckpoint, writeCheckpoint } from "../../worker/training/checkpoint.ts";
import { fineTuneConfig, type FineTuneConfig } from "../../worker/training/fine-tune-config.ts";
import { teach } from "../../worker/training/lessons.ts";
import type { PairMeasures, RunHooks, StepLog } from "../../worker/training/loop.ts";
import { openFolder } from "../folder.ts";
import { openRuntime, print, text, type Command, type Values } from "./command.ts";
import { precisionOf, precisionOptions } from "./precision.ts";
import { lessonsIn } from "./lessons.ts";
import { hash, parseFile, readTextFile, reportStep, stopSignal, writeAtomically } from "./run-files.ts";

export const finetune: Command = {
  name: "finetune",
  usage:
    "--model M --data train.jsonl --out DIR [--valid v.jsonl --config run.yaml --resume --precision full|half|q8|q4]   teach a model: an adapter comes out",
  options: {
    model: { type: "string" },
    data: { type: "string" },
    valid: { type: "string" },
    config: { type: "string" },
    out: { type: "string" },
    resume: { type: "boolean" },
    ...precisionOptions,
  },
  async run(values) {
    const folder = openFolder(text(values, "model"));
    const out = text(values, "out");
    const config = configOf(values);
    const train = readTextFile(".", text(values, "data"));
    const valid = typeof values.valid === "string" ? [readTextFile(".", values.valid)] : [];
    const model = await ChatModel.load(await openRuntime(), folder, undefined, precisionOf(values));
    const fingerprint = await fingerprintOf(await readHeaders(folder));
    const settings = [config, train, valid, fingerprint, values.precision].filter((part) => part !== undefined);
    const runHash = hash(JSON.stringify(settings));
    mkdirSync(out, { recursive: true });
    const from = await checkpointOf(values, out, runHash);
    const lessons = lessonsIn(config, train, valid[0] ?? null, model.tokenizer);
    const hooks = hooksOf(values, out, runHash);
    const result = await teach(model.session.runtime, model, config, lessons, hooks, from);
    for (const [name, bytes] of writePeft(result.adapter, model.config, { name: folder.id, fingerprint }))
      writeAtomically(join(out, name), bytes);
    writeAtomically(join(out, "run.yaml"), stringify(config));
    const { step, isFinished, validLoss, bestStep } = result;
    const summary = { finished: isFinished, step, validLoss, bestStep, dataHash: hash(train.text), out: resolve(out) };
    print(values, summary, () => `${isFinished ? "Finished" : "Stopped"} at step ${step}; the adapter is in ${out}`);
  },
};

function configOf(values: Values): FineTuneConfig {
  return typeof values.config === "string"
    ? fineTuneConfig(parseFile(values.config), basename(values.config))
    : fineTuneConfig({}, "the defaults");
}

async function checkpointOf(values: Values, out: string, runHash: string) {
  const file = join(out, "checkpoint.safetensors");
  if (!existsSync(file)) return undefined;
  if (!values.resume)
    fail({
      code: "invalid-argument",
      name: "--out",
      reason: `${out} holds a run already: --resume goes on with it, another --out begins anew`,
    });
  return readCheckpoint(new Uint8Array(readFileSync(file)), runHash);
}

const hooksOf = (values: Values, out: string, runHash: string): RunHooks => ({
  onLog(log) {
    reportStep(values, log, out);
    if (!values.json) reportPairs(log);
  },
  onCheckpoint: async (state) => writeAtomically(join(out, "checkpoint.safetensors"), writeCheckpoint(state, runHash)),
  signal: stopSignal(),
});

/** What a step of preference training says of its pairs; `log.jsonl` has it in its own line. */
function reportPairs({ pairs, validPairs }: StepLog): void {
  const said = (what: string, of: PairMeasures | undefined) =>
    of ? [`${what}margin ${of.margin.toFixed(4)}, chosen ahead in ${Math.round(100 * of.accuracy)} %`] : [];
  const words = [...said("", pairs), ...said("validation ", validPairs)];
  if (words.length > 0) console.log(`    ${words.join("; ")}`);
}
