/**
 * Writes examples as lines of JSON.
 *   npx -y tsx dump.ts --split train --seed 1 --stage 4 --count 1000 --texts DIR --out FILE [--start INDEX]
 * DIR holds .txt or .md files; paragraphs are separated by empty lines. Without --out the lines go to standard output;
 * --read prints the examples for people instead.
 */
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { groundedExample, type GroundedExample, type Stage } from "./grounded.ts";
import type { Split } from "./types.ts";

function argument(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}

function readTexts(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(txt|md)$/.test(name));
  return files
    .toSorted()
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split(/\r?\n\s*\r?\n/))
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text.split(" ").length >= 15 && /^[A-Z"“]/.test(text));
}

function readable(example: GroundedExample): string {
  const [user, assistant] = example.messages;
  return `${user?.content}\n>>> ${assistant?.content}   (${example.kind})\n`;
}

function main(): void {
  const folder = argument("texts", "");
  const texts = folder === "" ? undefined : readTexts(folder);
  const out = argument("out", "");
  const file = out === "" ? 1 : openSync(out, "w");
  const options = {
    seed: Number(argument("seed", "1")),
    split: argument("split", "train") as Split,
    stage: Number(argument("stage", "4")) as Stage,
  };
  const start = Number(argument("start", "0"));
  const end = start + Number(argument("count", "1000"));
  let lines: string[] = [];
  for (let index = start; index < end; index++) {
    const example = groundedExample({ ...options, index, ...(texts ? { texts } : {}) });
    lines.push(process.argv.includes("--read") ? readable(example) : JSON.stringify(example));
    if (lines.length === 5000 || index === end - 1) {
      writeSync(file, `${lines.join("\n")}\n`);
      lines = [];
    }
  }
  if (file !== 1) closeSync(file);
}

main();
