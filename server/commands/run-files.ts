// What the verbs that train share: configuration and data files, the log, a stop that keeps what was learned.
import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parse as parseYaml } from "yaml";
import { fail } from "../../worker/contract/errors.ts";
import type { TextFile } from "../../worker/training/corpus.ts";
import type { StepLog } from "../../worker/training/loop.ts";
import type { Values } from "./command.ts";

/** Says a step on standard output and in `log.jsonl`. */
export function reportStep(values: Values, log: StepLog, out: string): void {
  writeFileSync(join(out, "log.jsonl"), JSON.stringify(log) + "\n", { flag: "a" });
  const number = (n: number | null) => n?.toFixed(4) ?? "-";
  const plain = `step ${log.step}  loss ${number(log.loss)}  validation ${number(log.validLoss)}  learning rate ${log.learningRate.toPrecision(3)}  ${Math.round(log.tokensPerSecond)} tok/s`;
  console.log(values.json ? JSON.stringify(log) : plain);
}

/** Aborts at Ctrl+C: the run saves a checkpoint and ends. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  return stop.signal;
}

/** YAML, of which JSON is a part. */
export function parseFile(path: string): unknown {
  try {
    return parseYaml(readFileSync(path, "utf8"));
  } catch (error) {
    return fail(
      { code: "bad-file", file: path, format: "YAML or JSON", reason: (error as Error).message.split("\n")[0] },
      error,
    );
  }
}

export function readTextFile(base: string, path: string): TextFile {
  try {
    return { name: basename(path), text: readFileSync(resolve(base, path), "utf8") };
  } catch (error) {
    return fail({ code: "bad-file", file: path, format: "training data", reason: (error as Error).message }, error);
  }
}

/** A reader sees the old file or the new one, never half of either. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.part`, content);
  renameSync(`${path}.part`, path);
}

/** SHA-256, in hexadecimal. */
export const hash = (value: string): string => createHash("sha256").update(value).digest("hex");
