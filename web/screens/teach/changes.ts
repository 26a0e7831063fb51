// Changes of data sets, with the notice that says what was done and takes it back.
import type { DatasetInfo, DatasetVersion } from "../../../worker/contract/index.ts";
import { saveFile } from "../../client/browser.ts";
import { t } from "../../messages/index.ts";
import type { AppState } from "../../state/app.ts";
import { fileNameOf } from "../../state/export.ts";
import type { Undo } from "../../state/row-changes.ts";

/** Deletes a data set and leaves its screen. */
export async function removeDataset(app: AppState, { id, name }: DatasetInfo): Promise<void> {
  await app.datasets.remove(id);
  if (app.datasets.find(id) !== undefined) return;
  app.router.go({ screen: "teach", datasetId: null, rowId: null });
  app.notices.show(t.teach.list.removed(name), { label: t.undo, run: () => void app.datasets.restore(id) });
  void app.system.refreshStorage();
}

/** Says what was done, with the way back; nothing where it was not done. */
export function sayDone(app: AppState, text: string, undo: Undo | null): void {
  if (undo !== null) app.notices.show(text, { label: t.undo, run: () => void undo() });
}

/** Hands over the examples as JSONL, of now or of an earlier version. */
export async function exportDataset(app: AppState, { id, name }: DatasetInfo, version?: DatasetVersion): Promise<void> {
  const { counts, number } = version ?? app.datasets.find(id)!.version;
  const bytes = await app.datasets.client.export(id, { version: number });
  saveFile(fileNameOf(`${name} v${number}`, "jsonl"), bytes);
  app.notices.show(t.teach.set.exported(counts.train + counts.valid + counts.test));
}
