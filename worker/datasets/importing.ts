// A file's rows into a data set, as one version: each row read, compared with all that is there and packed, then all stored. Cancelled or failed at any point, it
// has changed nothing.
import type { ImportProgress, ImportReport, ImportRequest, RowDraft } from "../contract/index.ts";
import { Slices } from "../documents/slices.ts";
import { Adding, type AddPlan } from "./adding.ts";
import { maxNamed, readDataFile, type Reading } from "./import.ts";
import type { DatasetShelf } from "./shelf.ts";

const reportEveryMs = 100;

/** Throws data-unreadable, or the signal's reason when it was aborted. */
export async function importInto(
  shelf: DatasetShelf,
  { dataset: id, file, mapping, tags = [] }: ImportRequest,
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<ImportReport> {
  await shelf.info(id); // before the work, not after
  const report = throttled(onProgress);
  const options = { signal, onProgress: report, ...(mapping === undefined ? {} : { mapping }) };
  const slices = (stage: "checking" | "keeping") =>
    new Slices(signal, (done) => report({ stage, done, rowCount: reading?.readCount ?? 0 }));
  let reading: Reading | undefined;
  let plan: AddPlan | undefined;
  const { version } = await shelf.change(
    id,
    async (dataset) => {
      const adding = await Adding.to(dataset, slices("checking"), (line) => `line ${line}`, maxNamed);
      const take = (draft: RowDraft, line: number, within: Slices) =>
        adding.add(tags.length === 0 ? draft : { ...draft, tags: [...(draft.tags ?? []), ...tags] }, line, within);
      reading = await readDataFile(file, take, options);
      plan = adding.plan();
      const count = plan.delta.put.length;
      return {
        delta: plan.delta,
        what: `${count === 1 ? "1 row" : `${count.toLocaleString("en")} rows`} imported from ${file.name}`,
      };
    },
    slices("keeping"),
  );
  const { delta, ...counted } = plan!;
  return { ...reading!, addedCount: delta.put.length, ...counted, version };
}

function throttled(report: (progress: ImportProgress) => void): (progress: ImportProgress) => void {
  let last = 0;
  let stage: ImportProgress["stage"] | undefined;
  return (progress) => {
    if (progress.stage === stage && performance.now() - last < reportEveryMs) return;
    last = performance.now();
    stage = progress.stage;
    report(progress);
  };
}
