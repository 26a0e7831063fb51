// Joins the lines of a PDF into headings, list items and paragraphs, by their sizes and distances, and takes the hyphens at
// line ends out again. Does not know pdf.js.
import type { Block } from "../contract/index.ts";
import type { Line } from "./pdf-lines.ts";

export interface Piece {
  readonly kind: Block["kind"];
  readonly text: string;
  readonly page: number;
  readonly level?: number;
}

const headingScale = 1.15; // of the size most letters have
const maxHeadingLength = 160; // characters; a longer one is set large, but is no heading
const bullet = /^(?:[•◦▪▸‣●○■□–—*·]|-(?=\s))\s*/;
const numbered = /^\(?(?:\d{1,2}|[a-z])[.)]\s/;

export function paragraphsOf(lines: readonly Line[]): Piece[] {
  const body = bodySize(lines);
  const leading = typicalGap(lines);
  const sizes = headingSizes(lines, body);
  const words = new Set(lines.flatMap(({ text }) => text.toLowerCase().match(/[\p{L}][\p{L}-]+/gu) ?? []));
  const groups: Line[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    if (group === undefined || startsNew(group, line, body, leading)) groups.push([line]);
    else group.push(line);
  }
  return groups.map((group) => toPiece(group, body, sizes, words));
}

const rounded = (size: number): number => Math.round(size * 2) / 2;

/** The size of most letters. */
function bodySize(lines: readonly Line[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of lines) letters.set(rounded(size), (letters.get(rounded(size)) ?? 0) + text.length);
  return Array.from(letters).reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0];
}

/** Distinct sizes of headings, largest first: their place is the level. */
function headingSizes(lines: readonly Line[], body: number): number[] {
  const large = lines.filter(({ size }) => size >= body * headingScale).map(({ size }) => rounded(size));
  return Array.from(new Set(large)).sort((a, b) => b - a);
}

/** The usual distance between baselines, in letter sizes. */
function typicalGap(lines: readonly Line[]): number {
  const gaps = lines
    .slice(1)
    .map((line, i) => (lines[i]!.y - line.y) / (line.size || 1))
    .filter((gap) => gap > 0.8 && gap < 2.5)
    .sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? 1.2;
}

const endsSentence = (text: string): boolean => /[.!?:;…]["'”’)\]]*$/.test(text);

function startsNew(group: readonly Line[], line: Line, body: number, leading: number): boolean {
  const last = group.at(-1)!;
  const first = group[0]!;
  if (line.page !== last.page || bullet.test(line.text)) return true;
  const isLarge = (candidate: Line) => candidate.size >= body * headingScale;
  if (isLarge(line) !== isLarge(last) || (isLarge(line) && rounded(line.size) !== rounded(last.size))) return true;
  const gap = (last.y - line.y) / (line.size || 1);
  if (gap > leading * 1.4) return true;
  // The top of the next column: a sentence that is not over goes on there.
  if (gap < -1) return endsSentence(last.text);
  if (!endsSentence(last.text)) return false;
  if (numbered.test(line.text)) return true;
  const isIndented = line.x > Math.min(...group.map(({ x }) => x)) + line.size * 0.8 && group.length > 1;
  const width = Math.max(...group.map(({ right }) => right)) - first.x;
  return isIndented || (group.length > 1 && last.right < first.x + width * 0.75);
}

function toPiece(group: readonly Line[], body: number, sizes: readonly number[], words: ReadonlySet<string>): Piece {
  const text = joined(group, words);
  const { size, page } = group[0]!;
  if (size >= body * headingScale && text.length <= maxHeadingLength && /\p{L}/u.test(text))
    return { kind: "heading", text, page, level: Math.min(6, sizes.indexOf(rounded(size)) + 1) };
  if (bullet.test(text)) return { kind: "list-item", text: text.replace(bullet, ""), page };
  return { kind: numbered.test(text) ? "list-item" : "paragraph", text, page };
}

/** The text of the lines; a word that was divided at a line's end is whole again. */
function joined(group: readonly Line[], words: ReadonlySet<string>): string {
  let text = "";
  for (const { text: line } of group) {
    const head = /([\p{L}]+)[-\u00ad\u2010]$/u.exec(text)?.[1];
    const tail = /^\p{Ll}[\p{L}]*/u.exec(line)?.[0];
    if (text === "") text = line;
    else if (head === undefined || tail === undefined) text += ` ${line}`;
    // A hyphen stays where the document writes the word with it elsewhere.
    else text = words.has(`${head}-${tail}`.toLowerCase()) ? text + line : text.slice(0, -1) + line;
  }
  return text;
}
