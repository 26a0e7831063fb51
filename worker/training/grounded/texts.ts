/** Real passages: cut into chunks, with the sentences that may be quoted and how common their words are. */
import { realFacts, type RealFact } from "./real-facts.ts";
import { splitOf, type Random } from "./random.ts";
import type { Split } from "./types.ts";

export interface Chunk {
  text: string;
  sentences: readonly string[];
}

export interface Library {
  chunks: readonly Chunk[];
  /** The chunks with a sentence fit to be quoted. */
  quotable: readonly Chunk[];
  /** Questions that a sentence of a chunk answers by a part of itself. */
  facts: readonly { chunk: Chunk; fact: RealFact }[];
  /** In how many chunks a word occurs. */
  frequency: ReadonlyMap<string, number>;
}

const STOP = new Set(
  `about above after again against along already although always among another around because become becomes been
  before being below between beyond both could during each either else even ever every from further have having
  however into itself just least less like likely made make makes many might more most much must near never next often
  only other others over perhaps quite rather really same should since some such than that their them themselves then
  there therefore these they thing things this those though through thus today together toward under until upon very
  want well were what when where whether which while whose will with within without would your first second years
  known called found said says used using people being where himself herself including`.split(/\s+/),
);

export function contentWords(text: string): string[] {
  const words = text.match(/[A-Za-z][A-Za-z'’-]*[A-Za-z]/g) ?? [];
  return words.filter((word) => word.length >= 4 && !STOP.has(word.toLowerCase()) && !/['’]/.test(word));
}

export function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}

/** Splits at sentence ends, but not after an initial or a short title ("J. Miller", "St. Johns", "Dr. Low"). */
function sentencesOf(text: string): string[] {
  return text.split(
    /(?<=[.!?]["”]?)(?<!\b(?:[A-Z]|St|Dr|Mr|Mrs|Ms|Prof|Sr|Jr|vs|No|Fig|cf|e\.g|i\.e)\.)\s+(?=["“(]?[A-Z])/,
  );
}

/** Cuts a text at sentence ends into chunks of at most 60 words; pieces below 10 words are dropped. */
function chunksOf(text: string): Chunk[] {
  const clean = text
    .replace(/\[[^\]]*\]/g, "")
    .replace(/\s+/g, " ")
    .trim();
  const chunks: string[][] = [];
  let current: string[] = [];
  let words = 0;
  for (const sentence of sentencesOf(clean)) {
    const count = wordCount(sentence);
    if (words + count > 60 && current.length > 0) {
      chunks.push(current);
      [current, words] = [[], 0];
    }
    current.push(sentence);
    words += count;
  }
  if (current.length > 0) chunks.push(current);
  return chunks
    .map((sentences) => ({ text: sentences.join(" "), sentences }))
    .filter(({ text: piece }) => wordCount(piece) >= 10 && wordCount(piece) <= 80);
}

function build(texts: readonly string[], split: Split): Library {
  const own = texts.filter((text) => splitOf(text) === split);
  const chunks = (own.length >= 3 ? own : texts).flatMap(chunksOf);
  const frequency = new Map<string, number>();
  for (const { text } of chunks) {
    for (const word of new Set(contentWords(text.toLowerCase()))) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  const facts = chunks.flatMap((chunk) => chunk.sentences.flatMap(realFacts).map((fact) => ({ chunk, fact })));
  return { chunks, quotable: chunks.filter(({ sentences }) => sentences.some(isQuotable)), facts, frequency };
}

const cache = new WeakMap<readonly string[], Map<Split, Library>>();

/** The chunks of the texts that a split owns; prepared once for each array of texts. */
export function library(texts: readonly string[], split: Split): Library {
  let bySplit = cache.get(texts);
  if (!bySplit) cache.set(texts, (bySplit = new Map()));
  let found = bySplit.get(split);
  if (!found) bySplit.set(split, (found = build(texts, split)));
  return found;
}

const QUESTIONS = [
  "what does it say about {w}|what does the text say about {w}|what is said about {w}|where are {w} mentioned|tell me about {w}|what do the documents say about {w}|find the sentence about {w}|which sentence mentions {w}|quote what is written about {w}|is there anything on {w}|what is written about {w}|show me the part about {w}|what do we read about {w}",
].flatMap((text) => text.split("|"));
// For training alone: the held-out splits ask in none of these.
const FURTHER_QUESTIONS = [
  "what can you tell me about {w}|do the texts mention {w}|which passage deals with {w}|give me the line on {w}|look for {w}|where do {w} come up|anything about {w}|I am looking for {w}|read me the sentence with {w}|what do the papers tell us about {w}|what is reported about {w}|which lines speak of {w}|cite the passage about {w}|what does the author write about {w}|in which sentence do {w} appear|what is there to know about {w}|repeat the words on {w}|what do you find under {w}|{w}: what does the document say|please search the documents for {w}|who writes about {w}, and what|I want to see what stands there about {w}|can you point me to {w}|what have the authors got to say about {w}|is there a sentence with {w}|what information is given on {w}|what did they write concerning {w}|which statement is made about {w}|let me see the words about {w}|what comes up on {w}|the bit about {w}, please|how are {w} described|in what connection are {w} named|{w}|the documents on {w}|what remark is made about {w}",
].flatMap((text) => text.split("|"));

function listed(words: readonly string[]): string {
  return words.length === 1 ? (words[0] as string) : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/**
 * Two to four of the rarer content words of a sentence, in their order; empty when it has fewer than two. The first
 * word is left out (its capital says nothing), adverbs and forms of verbs come last.
 */
export function rareWords(random: Random, sentence: string, frequency: ReadonlyMap<string, number>): string[] {
  const words = [...new Set(contentWords(sentence.replace(/^\S+/, "")))];
  const rank = (word: string): number =>
    (frequency.get(word.toLowerCase()) ?? 0) + (/(ly|ed|ing|ous|able|al)$/.test(word) ? 1000 : 0);
  const rare = words.toSorted((a, b) => rank(a) - rank(b)).slice(0, random.pick([2, 2, 3, 3, 4]));
  return rare.length < 2 ? [] : words.filter((word) => rare.includes(word));
}

export function quoteQuestion(random: Random, words: readonly string[]): string {
  const text = random.wording(QUESTIONS, FURTHER_QUESTIONS).replace("{w}", () => listed(words));
  return asQuestion(
    random,
    text,
    /^(tell|find|quote|show|give|look|read|cite|repeat|please|let|I )/.test(text) ? "." : "?",
  );
}

/** Sometimes without its mark, sometimes without a capital, as people type. */
export function asQuestion(random: Random, text: string, mark: string): string {
  const ended = random.chance(0.8) ? text + mark : text;
  return random.chance(0.78) ? ended.charAt(0).toUpperCase() + ended.slice(1) : ended;
}

export function isQuotable(sentence: string): boolean {
  const count = wordCount(sentence);
  return (
    count >= 6 &&
    count <= 30 &&
    /^["“]?[A-Z].*[.!?]$/.test(sentence) &&
    (sentence.match(/["“”]/g) ?? []).length % 2 === 0
  );
}
