// A file's rows into a data set, as one version: read, compared with what is there, stored. Cancelled or failed at any point, it
// has changed nothing.
import type { ImportProgress, ImportReport, ImportRequest } from "../contract/index.ts";
import { Slices } from "../documents/slices.ts";
import { planAdd, type AddPlan } from "./adding.ts";
import { maxNamed, readDataFile } from "./import.ts";
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
  const { drafts, lines, ...reading } = await readDataFile(file, options);
  const rowCount = reading.readCount;
  const slices = (stage: "checking" | "keeping") => new Slices(signal, (done) => report({ stage, done, rowCount }));
  const tagged = drafts.map((draft) => ({ ...draft, tags: [...(draft.tags ?? []), ...tags] }));
  let plan: AddPlan | undefined;
  const { version } = await shelf.change(
    id,
    async (dataset) => {
      plan = await planAdd(dataset, tagged, (i) => `line ${lines[i]}`, slices("checking"));
      const count = plan.delta.put.length;
      return {
        delta: plan.delta,
        what: `${count === 1 ? "1 row" : `${count.toLocaleString("en")} rows`} imported from ${file.name}`,
      };
    },
    slices("keeping"),
  );
  const { delta, refused, near, keptTestCount } = plan!;
  return {
    ...reading,
    addedCount: delta.put.length,
    refusedCount: refused.length,
    refused: refused.slice(0, maxNamed),
    nearCount: near.length,
    near: near.slice(0, maxNamed),
    keptTestCount,
    version,
  };
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
