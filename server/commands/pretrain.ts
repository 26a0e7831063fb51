// `loam pretrain`: a run configuration in, a model folder out. Killed at any moment, the same command goes on from the last
// checkpoint, and ends with the same weights.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { writeSafetensors } from "../../worker/engine/format/safetensors.ts";
import { decoderConfig } from "../../worker/engine/model/config.ts";
import { weightSpecs } from "../../worker/engine/model/weights.ts";
import { STATIC_ARCHITECTURE, STATIC_TENSOR } from "../../worker/models/static.ts";
import { Tokenizer } from "../../worker/tokenizer/tokenizer.ts";
import { trainBpe } from "../../worker/tokenizer/train-bpe.ts";
import { readCheckpoint, writeCheckpoint } from "../../worker/training/checkpoint.ts";
import { BulkMerges } from "../../worker/tokenizer/bulk.ts";
import { pairsOf, sequencesOf, textsOf, type TextFile } from "../../worker/training/corpus.ts";
import type { RunHooks, RunResult } from "../../worker/training/loop.ts";
import { trainDecoder, trainStatic } from "../../worker/training/run.ts";
import { runConfig, type RunConfig } from "../../worker/training/run-config.ts";
import { openRuntime, text, type Command, type Values } from "./command.ts";
import { hash, parseFile, readTextFile, reportStep, stopSignal, writeAtomically } from "./run-files.ts";

export const pretrain: Command = {
  name: "pretrain",
  usage:
    "--config FILE --out DIR                      train a model from scratch; the same command goes on after a stop",
  options: { config: { type: "string" }, out: { type: "string" }, resume: { type: "boolean" } },
  async run(values) {
    const configFile = text(values, "config");
    const out = text(values, "out");
    const config = runConfig(parseFile(configFile), basename(configFile));
    const base = dirname(resolve(configFile));
    const files = {
      train: config.data.train.map((f) => readTextFile(base, f)),
      valid: config.data.valid.map((f) => readTextFile(base, f)),
    };
    mkdirSync(out, { recursive: true });
    const tokenizerJson = tokenizerOf(config, base, files.train);
    const tokenizer = new Tokenizer({ tokenizer: tokenizerJson.tokenizer, config: tokenizerJson.config });
    const sized: RunConfig = { ...config, model: { vocab_size: tokenizer.size, ...config.model } };
    const runHash = hash(JSON.stringify([sized, files, tokenizerJson.tokenizer]));
    const result = await train(values, sized, files, tokenizer, out, runHash);
    writeFolder(out, sized, result, tokenizerJson, tokenizer);
    const summary = { finished: result.isFinished, step: result.step, validLoss: result.validLoss, out };
    console.log(
      values.json
        ? JSON.stringify(summary)
        : `${result.isFinished ? "Finished" : "Stopped"} at step ${result.step}; the model is in ${out}`,
    );
  },
};

async function train(
  values: Values,
  config: RunConfig,
  files: { train: TextFile[]; valid: TextFile[] },
  tokenizer: Tokenizer,
  out: string,
  runHash: string,
): Promise<RunResult> {
  const checkpoint = join(out, "checkpoint.safetensors");
  const from = existsSync(checkpoint)
    ? await readCheckpoint(new Uint8Array(readFileSync(checkpoint)), runHash)
    : undefined;
  const hooks: RunHooks = {
    onLog: (log) => reportStep(values, log, out),
    onCheckpoint: async (state) => writeAtomically(checkpoint, writeCheckpoint(state, runHash)),
    signal: stopSignal(),
  };
  const runtime = await openRuntime();
  await new BulkMerges(runtime).prepare(
    tokenizer,
    [...files.train, ...files.valid].map((file) => file.text),
  );
  if (config.kind === "static-embedding")
    return trainStatic(runtime, config, pairsOf(files.train, tokenizer), pairsOf(files.valid, tokenizer), hooks, from);
  const { context } = config.training;
  const valid = files.valid.length > 0 ? sequencesOf(files.valid, tokenizer, context) : [];
  return trainDecoder(runtime, config, sequencesOf(files.train, tokenizer, context), valid, hooks, from);
}

interface TokenizerJson {
  readonly tokenizer: unknown;
  readonly config: Record<string, unknown>;
}

/** The tokenizer a folder holds, or one trained on the training texts. */
function tokenizerOf(config: RunConfig, base: string, train: readonly TextFile[]): TokenizerJson {
  if (typeof config.tokenizer === "string") {
    const folder = resolve(base, config.tokenizer);
    const settings = join(folder, "tokenizer_config.json");
    return {
      tokenizer: parseFile(join(folder, "tokenizer.json")),
      config: existsSync(settings) ? (parseFile(settings) as Record<string, unknown>) : {},
    };
  }
  const tokenizer = trainBpe(train.flatMap(textsOf), {
    vocabularySize: config.tokenizer.vocabulary,
    specialTokens: ["<|end|>"],
  });
  return { tokenizer, config: { tokenizer_class: "PreTrainedTokenizerFast", eos_token: "<|end|>" } };
}

/** The model as a Hugging Face folder. */
function writeFolder(
  out: string,
  config: RunConfig,
  result: RunResult,
  { tokenizer, config: settings }: TokenizerJson,
  made: Tokenizer,
): void {
  const json = (name: string, value: unknown) => writeAtomically(join(out, name), JSON.stringify(value, null, 1));
  json("tokenizer.json", tokenizer);
  json("tokenizer_config.json", settings);
  if (config.kind === "static-embedding") {
    json("config.json", { architectures: [STATIC_ARCHITECTURE], model_type: "static-embedding", ...config.model });
    const shape = [Number(config.model.vocab_size), Number(config.model.hidden_size)];
    return writeAtomically(
      join(out, "model.safetensors"),
      writeSafetensors([{ name: STATIC_TENSOR, shape, values: result.values.get(STATIC_TENSOR)! }], "F16"),
    );
  }
  const eos = made.endToken === undefined ? {} : { eos_token_id: made.endToken };
  json("config.json", { torch_dtype: "float32", ...eos, ...config.model });
  const tensors = weightSpecs(decoderConfig(config.model)).flatMap(({ name, parts }) => {
    let at = 0;
    return parts.map((part) => {
      const size = part.shape.reduce((a, b) => a * b, 1);
      return { ...part, values: result.values.get(name)!.subarray(at, (at += size)) };
    });
  });
  writeAtomically(join(out, "model.safetensors"), writeSafetensors(tensors, "F32"));
}
