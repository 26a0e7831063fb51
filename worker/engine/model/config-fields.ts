// What reading any config.json needs: its fields as what they should be, and the two ways of turning one down.
import { fail } from "../../contract/errors.ts";

export type Json = Readonly<Record<string, unknown>>;

/** How a configuration is turned down. */
export interface Refusals {
  readonly bad: (reason: string) => never; // it makes no sense
  readonly unsupported: (reason: string) => never; // it does, but not to Loam
}

export interface Fields extends Refusals {
  readonly architecture: string;
  readonly json: Json;
  /** A whole number from 1 to `max`. */
  readonly count: (name: string, max: number, fallback?: number) => number;
}

export const positive = (value: unknown): number | null =>
  typeof value === "number" && value > 0 && Number.isFinite(value) ? value : null;

export function fieldsOf(value: unknown, file: string): Fields {
  const json = (value && typeof value === "object" ? value : {}) as Json;
  const architecture = String(
    (Array.isArray(json.architectures) && json.architectures[0]) ?? json.model_type ?? "unknown",
  );
  const bad = (reason: string): never => fail({ code: "bad-file", file, format: "model configuration", reason });
  const unsupported = (reason: string): never => fail({ code: "model-unsupported", model: architecture, reason });
  const count = (name: string, max: number, fallback?: number): number => {
    const found = json[name] ?? fallback;
    if (typeof found !== "number" || !Number.isInteger(found) || found < 1 || found > max)
      return bad(`${name} is ${String(found)}, expected a whole number from 1 to ${max}`);
    return found;
  };
  return { architecture, json, bad, unsupported, count };
}
