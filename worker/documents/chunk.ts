// Cuts a document into passages of about sixty words, at the ends of sentences, never across a heading. Every visible
// character is in exactly one passage, or in a heading that is on the path of one. Does not know documents' names or ids.
import type { Block, Passage } from "../contract/index.ts";
import { sentences, trimmed, type Span } from "./sentences.ts";

export type Chunk = Pick<Passage, "start" | "end" | "headingPath" | "page">;

const goodWords = 60; // what a passage aims at
const roomyWords = 75; // up to here a short rest joins the passage before it
const maxWords = 90; // what it never exceeds
const fewWords = 25; // below this it would say too little alone
const enoughWords = 40; // from here on a new paragraph is a good place to begin the next one

interface Unit extends Span {
  readonly words: number;
  readonly isBlockStart: boolean;
  readonly page?: number | undefined;
}

/** The passages of a document, in reading order. Offsets are UTF-16 code units into `text`. */
export function chunk(text: string, blocks: readonly Block[]): Chunk[] {
  const chunks: Chunk[] = [];
  const path: { level: number; text: string }[] = [];
  let units: Unit[] = [];
  const close = () => {
    chunks.push(...grouped(units).map((group) => toChunk(group, path)));
    units = [];
  };
  blocks.forEach((block, i) => {
    if (block.kind !== "heading") return units.push(...unitsOf(text, block));
    close();
    const level = block.level ?? 1;
    while (path.length > 0 && path.at(-1)!.level >= level) path.pop();
    // A heading with nothing under it is on nobody's path, so it must be found by itself.
    if (isBare(blocks, i)) chunks.push(...grouped(unitsOf(text, block)).map((group) => toChunk(group, path)));
    return path.push({ level, text: text.slice(block.start, block.end).replace(/\s+/g, " ") });
  });
  close();
  return chunks;
}

function isBare(blocks: readonly Block[], index: number): boolean {
  const next = blocks[index + 1];
  return next === undefined || (next.kind === "heading" && (next.level ?? 1) <= (blocks[index]!.level ?? 1));
}

function toChunk(group: readonly Unit[], path: readonly { text: string }[]): Chunk {
  const [first, last] = [group[0]!, group.at(-1)!];
  const where = { start: first.start, end: last.end, headingPath: path.map((heading) => heading.text) };
  return first.page === undefined ? where : { ...where, page: first.page };
}

/** The sentences of a block; one that is too long for a passage is cut at a pause or, failing that, between words. */
function unitsOf(text: string, block: Block): Unit[] {
  const spans = block.kind === "code" ? lines(text, block) : sentences(text, block.start, block.end);
  return spans
    .flatMap((span) => cut(text, span))
    .map((span, i) => ({ ...span, words: wordCount(text, span), isBlockStart: i === 0, page: block.page }));
}

function lines(text: string, { start, end }: Span): Span[] {
  return Array.from(text.slice(start, end).matchAll(/[^\n]*\S[^\n]*/g), ({ 0: line, index }) =>
    trimmed(text, start + index, start + index + line.length),
  );
}

const maxLength = 900; // characters; text without spaces has no words to count

/** Words of a span; in scripts without spaces, every ten characters count as one. */
function wordCount(text: string, { start, end }: Span): number {
  const spaced = text.slice(start, end).split(/\s+/).length;
  return Math.max(spaced, Math.floor((end - start) / (maxLength / maxWords)));
}

function cut(text: string, span: Span): Span[] {
  const pieces: Span[] = [];
  let rest = span;
  while (wordCount(text, rest) > maxWords) {
    const at = rest.start + cutPoint(text.slice(rest.start, rest.end));
    pieces.push(trimmed(text, rest.start, at));
    rest = trimmed(text, at, rest.end);
  }
  return [...pieces, rest];
}

/** Where to cut a text that is too long: after the last pause within the good length, else a space, else anywhere. */
function cutPoint(text: string): number {
  const head = firstWords(text);
  const pause = Math.max(
    ...["; ", ": ", ", ", "\n", "。", "、", "，"].map((mark) => head.lastIndexOf(mark) + mark.trim().length),
  );
  if (pause > head.length / 3) return pause;
  const space = head.search(/\s\S*$/);
  if (space > 0) return space;
  // Never between the two halves of a surrogate pair.
  return /[\ud800-\udbff]$/.test(head) ? head.length - 1 : head.length;
}

function firstWords(text: string): string {
  const head = text.slice(0, (maxLength * goodWords) / maxWords);
  let words = 0;
  for (const { index } of head.matchAll(/\s+/g)) if (++words === goodWords) return head.slice(0, index + 1);
  return head;
}

/** Neighbouring sentences together, up to the good length. */
function grouped(units: readonly Unit[]): Unit[][] {
  const groups: Unit[][] = [];
  let group: Unit[] = [];
  let words = 0;
  for (const unit of units) {
    const isFull = words + unit.words > (words < fewWords ? maxWords : goodWords);
    if (group.length > 0 && (isFull || (unit.isBlockStart && words >= enoughWords))) {
      groups.push(group);
      group = [];
      words = 0;
    }
    group.push(unit);
    words += unit.words;
  }
  const before = groups.at(-1);
  if (before !== undefined && words < fewWords && words + total(before) <= roomyWords) before.push(...group);
  else if (group.length > 0) groups.push(group);
  return groups;
}

const total = (group: readonly Unit[]): number => group.reduce((sum, unit) => sum + unit.words, 0);
