// Which rows of a data set are shown. Does not sort or change them.
import type { DatasetRow, RowFilter, RowPage } from "../contract/index.ts";

/** Whether a row passes. Letter case of the text does not count. */
export function passes(row: DatasetRow, { ids, split, tag, rating, origin, text }: RowFilter): boolean {
  if (ids !== undefined && !ids.includes(row.id)) return false;
  if (split !== undefined && row.split !== split) return false;
  if (tag !== undefined && !row.tags.includes(tag)) return false;
  if (rating !== undefined && (row.rating ?? "none") !== rating) return false;
  if (origin !== undefined && row.origin.kind !== origin) return false;
  return text === undefined || text === "" || says(row, text.toLowerCase());
}

const says = ({ messages, rejected, reason }: DatasetRow, text: string): boolean =>
  [...messages.map(({ content }) => content), rejected ?? "", reason ?? ""].some((t) => t.toLowerCase().includes(text));

/** `count` of the rows that pass, from the `start`th on. */
export function pageOf(
  rows: Iterable<DatasetRow>,
  filter: RowFilter,
  { start, count }: { start: number; count: number },
): RowPage {
  const passing = Array.from(rows).filter((row) => passes(row, filter));
  return { rows: passing.slice(start, start + count), total: passing.length };
}

/** Every tag in use, by name. */
export function countTags(rows: Iterable<DatasetRow>): { tag: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { tags } of rows) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return Array.from(counts, ([tag, count]) => ({ tag, count })).sort((a, b) => (a.tag < b.tag ? -1 : 1));
}
