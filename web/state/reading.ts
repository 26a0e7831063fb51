// From a document's text, blocks and marked places to what is drawn. Pure; offsets are UTF-16 code units into the text.
import type { Block } from "../../worker/contract/index.ts";
import type { Place } from "./route.ts";

/** A stretch of text that is drawn in one way. */
export interface Segment {
  readonly text: string;
  readonly mark: "cited" | "found" | null;
  readonly index: number; // of the place, for the first segment of each; -1 otherwise
}

/** Blocks of one kind that belong together: a list, a table, one heading, one paragraph. */
export interface Group {
  readonly kind: Block["kind"];
  readonly page: number | null; // when a new page starts here
  readonly blocks: readonly Block[];
}

/** Groups neighbouring list items and table rows; notes where a page begins. */
export function groupBlocks(blocks: readonly Block[]): Group[] {
  const groups: { kind: Block["kind"]; page: number | null; blocks: Block[] }[] = [];
  let page: number | undefined;
  for (const block of blocks) {
    const last = groups.at(-1);
    const isNewPage = block.page !== undefined && block.page !== page;
    const continues = (block.kind === "list-item" || block.kind === "table-row") && last?.kind === block.kind;
    if (continues && !isNewPage) last.blocks.push(block);
    else groups.push({ kind: block.kind, page: isNewPage ? block.page! : null, blocks: [block] });
    page = block.page ?? page;
  }
  return groups;
}

/** A place with its number among all marked ones. */
export interface Mark extends Place {
  readonly index: number;
}

/** The places numbered in their order. */
export function toMarks(places: readonly Place[]): Mark[] {
  return places.map(({ start, end }, index) => ({ start, end, index }));
}

const noMarks: readonly Mark[] = [];

/** The marks that touch a stretch; always the same empty list when there are none, so that nothing is drawn anew. */
export function marksIn(marks: readonly Mark[], { start, end }: Place): readonly Mark[] {
  const touching = marks.filter((mark) => mark.start < end && mark.end > start);
  return touching.length === 0 ? noMarks : touching;
}

/** Cuts groups into slices of `size`, each drawn at one go. */
export function sliceGroups(groups: readonly Group[], size: number): Group[][] {
  const count = Math.ceil(groups.length / size);
  return Array.from({ length: count }, (_, index) => groups.slice(index * size, (index + 1) * size));
}

/** Where a run of groups begins and ends in the text. */
export function extentOf(groups: readonly Group[]): Place {
  return { start: groups[0]?.blocks[0]?.start ?? 0, end: groups.at(-1)?.blocks.at(-1)?.end ?? 0 };
}

/** Cuts a block's text at the marks; where they overlap, the earlier one wins. */
export function segmentsOf(text: string, block: Place, marks: readonly Mark[], mark: "cited" | "found"): Segment[] {
  const segments: Segment[] = [];
  let at = block.start;
  for (const place of marks) {
    const start = Math.max(place.start, at);
    const end = Math.min(place.end, block.end);
    if (start >= end) continue;
    if (start > at) segments.push({ text: text.slice(at, start), mark: null, index: -1 });
    // Only the first block that shows a place carries its number: there the focus goes.
    const isFirst = place.start >= block.start || start === place.start;
    segments.push({ text: text.slice(start, end), mark, index: isFirst ? place.index : -1 });
    at = end;
  }
  if (at < block.end) segments.push({ text: text.slice(at, block.end), mark: null, index: -1 });
  return segments;
}

const mostFound = 1000;

/** Where `query` stands in the text, whatever its case; at most 1000 places. */
export function findAll(text: string, query: string): Place[] {
  const wanted = query.trim().toLowerCase();
  const lower = text.toLowerCase();
  // A few letters change their length in lower case; offsets would no longer fit.
  const haystack = lower.length === text.length ? lower : text;
  const places: Place[] = [];
  if (wanted === "") return places;
  let start = haystack.indexOf(wanted);
  while (start >= 0 && places.length < mostFound) {
    places.push({ start, end: start + wanted.length });
    start = haystack.indexOf(wanted, start + wanted.length);
  }
  return places;
}
