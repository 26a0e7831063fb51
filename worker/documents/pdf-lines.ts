// Lines of a PDF page, and which of them only frame the page. A PDF knows glyphs and places; words come from pdf.js.
// Does not know about paragraphs.
import type { TextContent, TextItem } from "pdfjs-dist/types/src/display/api.js";

/** One printed line. Lengths in points, y upwards. */
export interface Line {
  readonly text: string;
  readonly x: number; // of its first letter
  readonly right: number;
  readonly y: number; // of its baseline
  readonly size: number; // of its letters
  readonly page: number; // 1-based
}

/** The lines of a page in the order of the file, which is nearly always the reading order. */
export function linesOf(content: TextContent, page: number): Line[] {
  const lines: Line[] = [];
  let items: TextItem[] = [];
  const close = () => {
    const line = toLine(items, page);
    if (line !== undefined) lines.push(line);
    items = [];
  };
  for (const item of content.items) {
    if (!("str" in item)) continue;
    if (items.length > 0 && isElsewhere(items, item)) close();
    items.push(item);
    if (item.hasEOL) close();
  }
  close();
  return lines;
}

const sizeOf = ({ transform, height }: TextItem): number =>
  height || Math.hypot(transform[2] as number, transform[3] as number);

/** A jump to another height without a line's end, as between columns of a table. */
function isElsewhere(items: readonly TextItem[], next: TextItem): boolean {
  const last = items.findLast(({ str }) => str.trim() !== "");
  if (last === undefined || next.str.trim() === "") return false;
  const drop = Math.abs((last.transform[5] as number) - (next.transform[5] as number));
  return drop > Math.max(sizeOf(last), sizeOf(next)) * 0.9;
}

function toLine(items: readonly TextItem[], page: number): Line | undefined {
  const text = items
    .map(({ str }) => str)
    .join("")
    .replace(/\s+/g, " ")
    .trim();
  const visible = items.filter(({ str }) => str.trim() !== "");
  const first = visible[0];
  if (text === "" || first === undefined) return undefined;
  const last = visible.at(-1)!;
  // The size that most letters have: a raised footnote mark must not decide.
  const size = visible.reduce((best, item) => (item.str.length > best.str.length ? item : best), first);
  return {
    text,
    x: first.transform[4] as number,
    right: (last.transform[4] as number) + last.width,
    y: first.transform[5] as number,
    size: sizeOf(size),
    page,
  };
}

const minPages = 3;
const frameShare = 0.6; // of the pages
const frameLines = 2; // looked at from each end of a page

/** The pages without running heads and page numbers: lines that stand at the edge of most pages, whatever number is in them. */
export function withoutFrames(pages: readonly (readonly Line[])[]): Line[][] {
  const shape = ({ text }: Line) => text.replace(/\d+/g, "#");
  const counts = new Map<string, number>();
  for (const lines of pages)
    for (const key of new Set(edges(lines).map(shape))) counts.set(key, (counts.get(key) ?? 0) + 1);
  const isFrame = (line: Line) => pages.length >= minPages && counts.get(shape(line))! >= pages.length * frameShare;
  return pages.map((lines) => {
    const framed = new Set(edges(lines).filter(isFrame));
    return framed.size === lines.length ? [...lines] : lines.filter((line) => !framed.has(line));
  });
}

const edges = (lines: readonly Line[]): Line[] =>
  lines.length <= 2 * frameLines ? [...lines] : [...lines.slice(0, frameLines), ...lines.slice(-frameLines)];
