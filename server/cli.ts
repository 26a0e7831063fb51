// The command line: one verb a module, the same engine as the page, headless. Bad input gets one clear line and exit code 1.
import { parseArgs } from "node:util";
import { AppError, detailOf } from "../worker/contract/errors.ts";
import type { Command } from "./commands/command.ts";
import { backup, restore } from "./commands/backup.ts";
import { ask, index, search } from "./commands/collections.ts";
import { doctor } from "./commands/doctor.ts";
import { embed } from "./commands/embed.ts";
import { engine } from "./commands/engine.ts";
import { evalRetrieval } from "./commands/eval-retrieval.ts";
import { evaluate } from "./commands/eval.ts";
import { exportCommand } from "./commands/export.ts";
import { finetune } from "./commands/finetune.ts";
import { generate } from "./commands/generate.ts";
import { logits } from "./commands/logits.ts";
import { pretrain } from "./commands/pretrain.ts";
import { serve } from "./commands/serve.ts";
import { tokenize } from "./commands/tokenize.ts";
import { worker } from "./commands/worker.ts";
import { sentence } from "./sentence.ts";

const commands: readonly Command[] = [
  tokenize,
  generate,
  logits,
  embed,
  index,
  search,
  ask,
  pretrain,
  finetune,
  evaluate,
  exportCommand,
  evalRetrieval,
  serve,
  backup,
  restore,
  worker,
  engine,
  doctor,
];

/** Runs one command; resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [verb, ...rest] = argv;
  const command = commands.find(({ name }) => name === verb);
  if (!command) {
    const isHelp = verb === undefined || verb === "help" || verb === "--help";
    (isHelp ? console.log : console.error)(
      isHelp ? usage() : `loam: there is no verb ${verb}; \`loam help\` lists them`,
    );
    return isHelp ? 0 : 1;
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...rest],
      allowPositionals: true,
      options: { ...command.options, json: { type: "boolean" } },
    });
    await command.run(values as Record<string, string | boolean | undefined>, positionals);
    return 0;
  } catch (error) {
    const isArgument = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
    const detail = detailOf(error);
    const message = isArgument ? (error as Error).message.split(". ")[0] : sentence(detail);
    console.error(rest.includes("--json") ? JSON.stringify({ error: detail, message }) : `loam ${verb}: ${message}`);
    if (!isArgument && !(error instanceof AppError) && process.env.LOAM_DEBUG) console.error(error);
    return 1;
  }
}

const usage = (): string =>
  ["loam <verb> [options] [--json]", "", ...commands.map(({ name, usage: text }) => `  ${name} ${text}`)].join("\n");
