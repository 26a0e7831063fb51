// What Prove starts with, and how versions are called.
import type { AdapterInfo } from "../../../worker/contract/index.ts";
import { t } from "../../messages/index.ts";
import type { AppState } from "../../state/app.ts";
import type { ProveChoice } from "../../state/prove.svelte.ts";

/** The choice with gaps filled in: the wanted or newest version against the base, on the data its run had learned from. */
export function startingChoice(app: AppState, wanted: AdapterInfo | undefined): ProveChoice {
  const { choice } = app.prove;
  const model = wanted?.model ?? choice.model ?? app.models.learning(app.settings.values.model)?.id ?? null;
  const versions = model === null ? [] : app.adapters.of(model);
  const isHere = (id: string | null) => id === null || versions.some((version) => version.id === id);
  const newest = versions[0]?.id ?? null;
  const chosen = choice.candidate === null && choice.baseline === null ? newest : choice.candidate;
  const candidate = wanted?.id ?? (isHere(chosen) ? chosen : newest);
  const baseline = isHere(choice.baseline) && choice.baseline !== candidate ? choice.baseline : null;
  const run = app.runs.find(app.adapters.find(candidate)?.run ?? "");
  const learned = wanted === undefined ? undefined : app.datasets.find(run?.dataset ?? "");
  const tested = app.datasets.datasets.find(({ version }) => version.counts.test > 0);
  const dataset = learned?.id ?? choice.dataset ?? app.datasets.find(run?.dataset ?? "")?.id ?? tested?.id ?? null;
  return { ...choice, model, candidate, baseline, dataset };
}

/** "notes 3", or "the base". */
export function versionName(app: AppState, adapter: string | null): string {
  return adapter === null ? t.prove.base : (app.adapters.find(adapter)?.name ?? adapter);
}
