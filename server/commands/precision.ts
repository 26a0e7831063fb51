// How precisely a verb keeps a model's weights.
import { fail } from "../../worker/contract/errors.ts";
import { PRECISIONS, type Precision } from "../../worker/engine/model/weights.ts";
import type { Values } from "./command.ts";

export const precisionOptions = { precision: { type: "string" } } as const;

/** Undefined when nothing is asked for. Throws invalid-argument. */
export function precisionOf({ precision }: Values): Precision | undefined {
  if (precision === undefined) return undefined;
  return (
    PRECISIONS.find((known) => known === precision) ??
    fail({
      code: "invalid-argument",
      name: "--precision",
      reason: `${String(precision)} is none of ${PRECISIONS.join(", ")}`,
    })
  );
}
