// Takes rows into a data set that keep their ids: new ones, changed ones, removed ones. What a prompt's split is here stays so; a row
// that would leak or repeat another is held back, and the others are taken. Does not know where the rows come from.
import type { DatasetRow, Finding, Split } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import type { Dataset } from "./dataset.ts";
import { RowIndex } from "./validate.ts";
import { isSame, type Delta } from "./version.ts";

export interface Coming {
  readonly put: readonly DatasetRow[]; // their splits are wishes
  readonly removed: readonly string[]; // ids
}
export interface TakePlan {
  readonly delta: Delta;
  readonly held: readonly Finding[]; // of the rows that are left out
}

export async function planTake(dataset: Dataset, coming: Coming, slices: Slices): Promise<TakePlan> {
  const index = await dataset.index(slices);
  const removed = coming.removed.filter((id) => dataset.rows.has(id));
  const changing = new Set([...removed, ...coming.put.map(({ id }) => id)]);
  const taken = new Map<string, DatasetRow>();
  const beside = new RowIndex((id) => taken.get(id)!);
  const held: Finding[] = [];
  for (const wished of coming.put) {
    await beside.prepare(slices);
    const row = { ...wished, split: splitHere(dataset, wished, index, beside, changing) };
    const clash = [index.check(row, changing), beside.check(row)].find((one) => one && one.kind !== "near-duplicate");
    if (clash !== undefined) held.push(clash);
    else {
      taken.set(row.id, row);
      beside.add(row);
    }
    await slices.breathe();
  }
  const put = [...taken.values()].filter((row) => !dataset.rows.has(row.id) || !isSame(row, dataset.get(row.id)));
  return { delta: dataset.delta(put, removed), held };
}

/** Test where the row or its prompt ever was, else where that prompt is, else as wished. */
function splitHere(
  dataset: Dataset,
  row: DatasetRow,
  index: RowIndex,
  beside: RowIndex,
  changing: ReadonlySet<string>,
): Split {
  if (dataset.locks.has(row.promptHash) || dataset.rows.get(row.id)?.split === "test") return "test";
  const present = index.withPrompt(row.promptHash).find(({ id }) => !changing.has(id));
  return present?.split ?? beside.splitOfPrompt(row.promptHash) ?? row.split;
}
