// Takes new rows into a data set: finds their splits, and refuses what is there already or would leak. Does not read files and
// does not store.
import { fail, type DatasetRow, type Finding, type RowDraft } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import type { Dataset } from "./dataset.ts";
import { newRows } from "./row.ts";
import type { Delta } from "./version.ts";

export interface AddPlan {
  readonly delta: Delta;
  readonly refused: readonly Finding[]; // duplicates and leaks, left out of the delta
  readonly near: readonly Finding[]; // near duplicates, taken in
  readonly keptTestCount: number; // wished elsewhere, but locked as test
}

/**
 * What adding the drafts, which are known to be sound, would do. `nameOf` names a draft in findings. Leaves the new rows in the
 * data set's index: a plan that is not applied needs `forgetIndex`.
 */
export async function planAdd(
  dataset: Dataset,
  drafts: readonly RowDraft[],
  nameOf: (draft: number) => string,
  slices: Slices,
): Promise<AddPlan> {
  const index = await dataset.index(slices);
  const rows = await newRows(drafts, slices);
  const names = new Map<string, string>();
  const put: DatasetRow[] = [];
  const refused: Finding[] = [];
  const near: Finding[] = [];
  let keptTestCount = 0;
  for (const [i, plain] of rows.entries()) {
    const wish = drafts[i]!.split;
    const row: DatasetRow = { ...plain, split: dataset.place(plain, index, wish) };
    const clash = index.check(row);
    const named = clash && { ...clash, row: nameOf(i), other: names.get(clash.other) ?? clash.other };
    if (named !== undefined) (named.kind === "near-duplicate" ? near : refused).push(named);
    if (named === undefined || named.kind === "near-duplicate") {
      if (wish !== undefined && wish !== "test" && dataset.locks.has(row.promptHash)) keptTestCount++;
      names.set(row.id, nameOf(i));
      index.add(row);
      put.push(row);
    }
    slices.report(0.5 + (i / rows.length) * 0.5);
    await slices.breathe();
  }
  return { delta: dataset.delta(put), refused, near, keptTestCount };
}

/** Throws data-refused when any row of a plan was refused, naming those refused for the weightier reason. */
export function demandAll({ refused }: AddPlan): void {
  if (refused.length === 0) return;
  const reason = refused.some(({ kind }) => kind === "leak") ? "leak" : "duplicate";
  const rows = refused.filter(({ kind }) => kind === reason).map(({ row, other }) => ({ row, other }));
  fail({ code: "data-refused", reason, rows });
}
