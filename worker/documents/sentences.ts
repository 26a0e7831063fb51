// Where sentences begin and end, in any language Intl.Segmenter knows. Repairs what it gets wrong most: a full stop after an
// abbreviation or a number. Does not know about blocks.

/** A stretch of a text, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
// Ends of pieces after which the sentence goes on: "Dr. Ada", "approx. 3", "J. Smith", "2. Open the valve".
const goesOn =
  /(?:^|[\s(["'])(?:(?:Mr|Mrs|Ms|Dr|Prof|St|Fig|Figs|No|Nos|Vol|Eq|Sec|Ch|Art|vs|cf|al|approx|ca|max|min|incl|resp|e\.g|i\.e|z\.B|d\.h|bzw|Nr)\.|\p{Lu}\.|^\d+[.)])\s*$/u;

/** The sentences of `text` from `start` to `end`, without the white space around them. */
export function sentences(text: string, start = 0, end = text.length): Span[] {
  const found: Span[] = [];
  let from = start;
  for (const { segment, index } of segmenter.segment(unwrapped(text.slice(start, end)))) {
    const to = start + index + segment.length;
    const soFar = text.slice(from, to);
    if (to < end && goesOn.test(soFar) && !/\n\s*$/.test(soFar)) continue;
    const span = trimmed(text, from, to);
    if (span.end > span.start) found.push(span);
    from = to;
  }
  return found;
}

const wrappedAt = 40; // characters; a shorter line was ended on purpose

/** The text with a space for each line break that only wraps: after a long line without an end, before a small letter. */
function unwrapped(text: string): string {
  return text.replace(/(?<!\n)\n(?=[ \t]*\S)/g, (lineBreak, at: number) => {
    const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at).trimEnd();
    const isSmall = /^\s*\p{Ll}/u.test(text.slice(at, at + 20));
    return isSmall || (line.length >= wrappedAt && !/[.!?:;]["'”’)\]]*$/.test(line)) ? " " : lineBreak;
  });
}

/** The span without white space at its ends. */
export function trimmed(text: string, start: number, end: number): Span {
  while (start < end && /\s/.test(text[start]!)) start++;
  while (end > start && /\s/.test(text[end - 1]!)) end--;
  return { start, end };
}
