// What a model that was trained on the form of our grounded prompts says of itself, in its config.json.
import { fail } from "../contract/errors.ts";
import type { Grounding } from "../contract/inference.ts";

/** A configuration's `loam_grounding`; undefined for a model that knows nothing of it. Throws bad-file. */
export function groundingOf(config: unknown): Grounding | undefined {
  const { loam_grounding: stated } = config as { loam_grounding?: { refusal_odds?: unknown } | null };
  if (stated === undefined) return undefined;
  const refusalOdds = stated?.refusal_odds;
  return typeof refusalOdds === "number"
    ? { refusalOdds }
    : fail({ code: "bad-file", file: "config.json", format: "model folder", reason: "loam_grounding has no refusal_odds" }); // prettier-ignore
}
