// Ties what an answer claims to its place in the documents: the markers [n] are read, the claim before each is looked for in
// the passage it names, then in the others. Does not judge whether an answer is right.
import type { Citation, FoundPassage } from "../contract/index.ts";
import { sentences, type Span } from "../documents/sentences.ts";

interface Claim {
  readonly marker: number; // n of [n]
  readonly text: string; // what stands before the marker
}

/** The citations of an answer, in the order of its markers; `passages` as they were numbered in the prompt. */
export function citationsOf(answer: string, passages: readonly FoundPassage[]): Citation[] {
  return claimsOf(answer).flatMap(({ marker, text }) => {
    const cited = passages[marker - 1];
    // A model that copies right and numbers wrong is corrected: the claim goes to the passage that says it.
    const others = passages.filter((passage) => passage !== cited);
    for (const passage of cited === undefined ? others : [cited, ...others]) {
      const place = locate(text, passage.text);
      if (place !== undefined)
        return [citation(passages.indexOf(passage) + 1, passage, sentenceAround(passage.text, place), "located")];
    }
    return cited === undefined ? [] : [citation(marker, cited, { start: 0, end: cited.text.length }, "not-found")];
  });
}

/** The markers of an answer, each with the text it vouches for: from the marker before it, or the start. */
function claimsOf(answer: string): Claim[] {
  const claims: Claim[] = [];
  let from = 0;
  let last = "";
  for (const { 0: mark, 1: number, index } of answer.matchAll(/\[(\d{1,2})\]/g)) {
    const text = answer.slice(from, index).trim();
    if (/[\p{L}\p{N}]/u.test(text)) last = text; // "[1][2]" vouch for the same words
    if (last !== "") claims.push({ marker: Number(number), text: last });
    from = index + mark.length;
  }
  return claims;
}

/** Where `claim` stands in `text`: exactly, or but for case, spacing and punctuation. A whole word is matched, never a part. */
export function locate(claim: string, text: string): Span | undefined {
  const bare = claim.trim().replace(/^["'“”«»]+|["'“”«».!?…\s]+$/gu, "");
  if (bare === "") return undefined;
  const exact = wholeWord(text, bare);
  if (exact !== undefined) return exact;
  const [needle, hay] = [folded(bare), folded(text)];
  if (needle.text === "") return undefined;
  const at = ` ${hay.text} `.indexOf(` ${needle.text} `);
  return at === -1 ? undefined : { start: hay.places[at]!, end: hay.places[at + needle.text.length - 1]! + 1 };
}

function wholeWord(text: string, part: string): Span | undefined {
  const isWordAt = (index: number) => /[\p{L}\p{N}]/u.test(text[index] ?? "");
  for (let start = text.indexOf(part); start !== -1; start = text.indexOf(part, start + 1)) {
    const end = start + part.length;
    const isNumberBefore = /\d[.,]$/.test(text.slice(Math.max(0, start - 2), start)) && /^\d/.test(part);
    const isNumberAfter = /^[.,]\d/.test(text.slice(end, end + 2)) && /\d$/.test(part);
    const cutsBefore = (isWordAt(start) && isWordAt(start - 1)) || isNumberBefore;
    const cutsAfter = (isWordAt(end - 1) && isWordAt(end)) || isNumberAfter;
    if (!cutsBefore && !cutsAfter) return { start, end };
  }
  return undefined;
}

/** Lower case, everything between words one space; `places[i]` is where letter i of it stands in the original. */
function folded(text: string): { text: string; places: number[] } {
  const letters: string[] = [];
  const places: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const isNumberPart = /[.,]/.test(text[i]!) && /\d/.test(text[i - 1] ?? "") && /\d/.test(text[i + 1] ?? "");
    const letter = /[\p{L}\p{N}\p{M}]/u.test(text[i]!) || isNumberPart ? text[i]!.toLowerCase() : " ";
    if (letter === " " && (letters.length === 0 || letters.at(-1) === " ")) continue;
    // A letter that grows in lower case (İ) keeps its first part, so that places stay one to one.
    letters.push(letter[0]!);
    places.push(i);
  }
  if (letters.at(-1) === " ") letters.pop();
  return { text: letters.join(""), places };
}

/** The whole sentences that hold a place: what is highlighted must say something by itself. */
function sentenceAround(text: string, place: Span): Span {
  const held = sentences(text).filter((sentence) => sentence.start < place.end && sentence.end > place.start);
  if (held.length === 0) return place;
  return { start: Math.min(held[0]!.start, place.start), end: Math.max(held.at(-1)!.end, place.end) };
}

function citation(marker: number, passage: FoundPassage, { start, end }: Span, status: Citation["status"]): Citation {
  return {
    marker,
    documentId: passage.documentId,
    document: passage.documentName,
    start: passage.start + start,
    end: passage.start + end,
    quote: passage.text.slice(start, end),
    status,
  };
}
