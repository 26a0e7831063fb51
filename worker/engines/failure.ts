// What an engine of others throws, under a name of ours.
import { detailOf, fail } from "../contract/errors.ts";
import { ENGINE_NAMES, type ForeignEngine } from "../contract/inference.ts";

/** Throws engine-failed with the engine's own words; what has a name already keeps it. */
export function engineFailure(engine: ForeignEngine, model: string, error: unknown): never {
  const detail = detailOf(error);
  const reason = detail.code === "unexpected" ? detail.message : "";
  return fail(reason ? { code: "engine-failed", model, engine: ENGINE_NAMES[engine], reason } : detail, error);
}
