// What a verb of the command line is, and what verbs share.
import type { ParseArgsConfig } from "node:util";
import { fail } from "../../worker/contract/errors.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { openDevice } from "../gpu.ts";

export type Values = Readonly<Record<string, string | boolean | undefined>>;
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  run(values: Values, positionals: readonly string[]): Promise<void>;
}

/** A required text option. Throws invalid-argument. */
export function text(values: Values, name: string): string {
  const value = values[name];
  return typeof value === "string" && value !== ""
    ? value
    : fail({ code: "invalid-argument", name: `--${name}`, reason: "it is required" });
}

/** A number option within [min, max]. Throws invalid-argument. */
export function number(values: Values, name: string, fallback: number, min: number, max: number): number {
  const value = values[name];
  if (value === undefined) return fallback;
  const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
  return parsed >= min && parsed <= max
    ? parsed
    : fail({
        code: "invalid-argument",
        name: `--${name}`,
        reason: `${String(value)} is not a number from ${min} to ${max}`,
      });
}

/** A whole number option. Throws invalid-argument. */
export function count(values: Values, name: string, fallback: number, min: number, max: number): number {
  const value = number(values, name, fallback, min, max);
  return Number.isInteger(value)
    ? value
    : fail({ code: "invalid-argument", name: `--${name}`, reason: `${value} is not a whole number` });
}

/** Prints the value as one line of JSON, or what `plain` makes of it. */
export function print<T>(values: Values, value: T, plain: (value: T) => string): void {
  console.log(values.json ? JSON.stringify(value) : plain(value));
}

export const openRuntime = async (): Promise<Runtime> => new Runtime(await openDevice());

/** Every line of standard input, without empty ones. */
export async function inputLines(): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString("utf8")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
}
