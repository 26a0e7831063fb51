// Takes new rows into a data set: finds their splits, and refuses what is there already or would leak. Does not read files and
// does not store.
import { fail, type DatasetRow, type Finding, type RowDraft } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import type { Dataset } from "./dataset.ts";
import { newRow } from "./row.ts";
import type { PackedRows } from "./rows.ts";
import type { RowIndex } from "./validate.ts";
import type { Delta } from "./version.ts";

export interface AddPlan {
  readonly delta: Delta;
  readonly refused: readonly Finding[]; // duplicates and leaks, left out of the delta; as many as are named
  readonly refusedCount: number;
  readonly near: readonly Finding[]; // near duplicates, taken in; as many as are named
  readonly nearCount: number;
  readonly keptTestCount: number; // wished elsewhere, but locked as test
}

/** Rows being added one after another, each compared with all before it. They are in the data set's index from then on. */
export class Adding {
  readonly #dataset: Dataset;
  readonly #index: RowIndex;
  readonly #put: PackedRows;
  readonly #names: (number: number) => string;
  readonly #mostNamed: number;
  readonly #numbers: number[] = []; // by slot of what is put
  readonly #refused: Finding[] = [];
  readonly #near: Finding[] = [];
  #refusedCount = 0;
  #nearCount = 0;
  #keptTestCount = 0;

  /** `names` says what a draft of a number is called in findings, of which the first `mostNamed` are kept. */
  static async to(dataset: Dataset, slices: Slices, names: (number: number) => string, mostNamed = Infinity) {
    return new Adding(dataset, await dataset.index(slices), names, mostNamed);
  }

  private constructor(dataset: Dataset, index: RowIndex, names: (number: number) => string, mostNamed: number) {
    this.#dataset = dataset;
    this.#index = index;
    this.#put = dataset.coming();
    this.#names = names;
    this.#mostNamed = mostNamed;
  }

  /** Adds the row of a draft that is known to be sound, or refuses it. */
  async add(draft: RowDraft, number: number, slices: Slices): Promise<void> {
    await this.#index.prepare(slices);
    const plain = newRow(draft);
    const row: DatasetRow = { ...plain, split: this.#dataset.place(plain, this.#index, draft.split) };
    const clash = this.#index.check(row);
    if (clash !== undefined) this.#note(clash, number);
    if (clash !== undefined && clash.kind !== "near-duplicate") return;
    const isMoved = draft.split !== undefined && draft.split !== "test" && this.#dataset.locks.has(row.promptHash);
    if (isMoved) this.#keptTestCount++;
    this.#index.add(row);
    this.#put.set(row);
    this.#numbers.push(number);
  }

  plan(): AddPlan {
    return {
      delta: this.#dataset.delta(this.#put),
      ...{ refused: this.#refused, refusedCount: this.#refusedCount },
      ...{ near: this.#near, nearCount: this.#nearCount },
      keptTestCount: this.#keptTestCount,
    };
  }

  #note(clash: Finding, number: number): void {
    const isNear = clash.kind === "near-duplicate";
    if (isNear) this.#nearCount++;
    else this.#refusedCount++;
    const named = isNear ? this.#near : this.#refused;
    if (named.length >= this.#mostNamed) return;
    const slot = this.#put.slotOf(clash.other);
    const other = slot === undefined ? clash.other : this.#names(this.#numbers[slot]!);
    named.push({ ...clash, row: this.#names(number), other });
  }
}

/** What adding the drafts, which are known to be sound, would do. `nameOf` names a draft in findings. */
export async function planAdd(
  dataset: Dataset,
  drafts: readonly RowDraft[],
  nameOf: (draft: number) => string,
  slices: Slices,
): Promise<AddPlan> {
  const adding = await Adding.to(dataset, slices, nameOf);
  for (const [i, draft] of drafts.entries()) {
    await adding.add(draft, i, slices);
    await slices.breathe();
  }
  return adding.plan();
}

/** Throws data-refused when any row of a plan was refused, naming those refused for the weightier reason. */
export function demandAll({ refused }: AddPlan): void {
  if (refused.length === 0) return;
  const reason = refused.some(({ kind }) => kind === "leak") ? "leak" : "duplicate";
  const rows = refused.filter(({ kind }) => kind === reason).map(({ row, other }) => ({ row, other }));
  fail({ code: "data-refused", reason, rows });
}
