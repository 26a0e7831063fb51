// Which rows of a data set are shown. Does not sort or change them.
import type { DatasetRow, RowFilter, RowPage } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";
import type { PackedRows } from "./rows.ts";

/** Whether a row passes by what is not looked up more quickly. Letter case of the text does not count. */
function passes(row: DatasetRow, { rating, origin, text }: RowFilter): boolean {
  if (rating !== undefined && (row.rating ?? "none") !== rating) return false;
  if (origin !== undefined && row.origin.kind !== origin) return false;
  return text === undefined || text === "" || says(row, text.toLowerCase());
}

const says = ({ messages, rejected, reason }: DatasetRow, text: string): boolean =>
  [...messages.map(({ content }) => content), rejected ?? "", reason ?? ""].some((t) => t.toLowerCase().includes(text));

/** The slots of the rows that pass, in their order. */
export async function passing(rows: PackedRows, { ids, ...filter }: RowFilter, slices: Slices): Promise<Uint32Array> {
  const { split, tag, rating, origin, text } = filter;
  const all = ids === undefined ? rows.slots() : slotsOf(rows, ids);
  const asksRow = rating !== undefined || origin !== undefined || (text !== undefined && text !== "");
  const passed = (slot: number) =>
    (split === undefined || rows.splitAt(slot) === split) &&
    (tag === undefined || rows.tagsAt(slot).includes(tag)) &&
    (!asksRow || passes(rows.at(slot), filter));
  let count = 0;
  for (let i = 0; i < all.length; i++) {
    if (passed(all[i]!)) all[count++] = all[i]!;
    if (i % 256 === 0) await slices.breathe();
  }
  return all.slice(0, count);
}

const slotsOf = (rows: PackedRows, ids: readonly string[]): Uint32Array =>
  Uint32Array.from(new Set(ids.flatMap((id) => rows.slotOf(id) ?? []))).sort();

/** `count` of the rows in these slots, from the `start`th on. */
export function pageOf(
  rows: PackedRows,
  slots: Uint32Array,
  { start, count }: { start: number; count: number },
): RowPage {
  return { rows: Array.from(slots.subarray(start, start + count), (slot) => rows.at(slot)), total: slots.length };
}

/** Every tag in use, by name. */
export const tagsInUse = (rows: PackedRows): { tag: string; count: number }[] =>
  Array.from(rows.countTags(), ([tag, count]) => ({ tag, count })).sort((a, b) => (a.tag < b.tag ? -1 : 1));
