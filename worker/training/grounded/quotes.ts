/** Plans over real passages: a sentence to repeat, or a question that none of the passages answers. */
import { askQuestion } from "./questions.ts";
import type { Plan } from "./plan.ts";
import type { Random } from "./random.ts";
import { asQuestion, contentWords, isQuotable, quoteQuestion, rareWords, type Chunk, type Library } from "./texts.ts";
import { World } from "./world.ts";

const COUNTS = { 1: [1, 1], 2: [2, 2], 3: [2, 3], 4: [3, 5] } as const;

function someChunks(random: Random, library: Library, count: number): Chunk[] {
  const chosen = new Set<Chunk>();
  for (let i = 0; i < count * 4 && chosen.size < count; i++) chosen.add(random.pick(library.chunks));
  return [...chosen];
}

function mentionsAll(text: string, words: readonly string[]): boolean {
  const found = new Set(contentWords(text.toLowerCase()));
  return words.every((word) => found.has(word.toLowerCase()));
}

/** A sentence asked for by its rarer words; undefined when the draw does not single out one sentence. */
export function planQuote(random: Random, stage: keyof typeof COUNTS, library: Library): Plan | undefined {
  const [low, high] = COUNTS[stage];
  if (library.quotable.length === 0) return undefined;
  const source = random.pick(library.quotable);
  const others = someChunks(random, library, random.integer(low, high) - 1).filter((chunk) => chunk !== source);
  const chunks = random.shuffle([source, ...others]);
  const quotable = source.sentences.filter(isQuotable);
  const answer = random.pick(quotable);
  const words = rareWords(random, answer, library.frequency);
  const sentences = chunks.flatMap((chunk) => chunk.sentences);
  if (words.length === 0 || sentences.filter((sentence) => mentionsAll(sentence, words)).length !== 1) return undefined;
  return {
    passages: chunks.map(({ text }) => text),
    question: quoteQuestion(random, words),
    answer,
    citation: chunks.indexOf(source) + 1,
    isQuote: true,
  };
}

/** A short answer inside a real sentence; undefined when the draw has no sentence of a known build. */
export function planRealFact(random: Random, stage: keyof typeof COUNTS, library: Library): Plan | undefined {
  const [low, high] = COUNTS[stage];
  if (library.facts.length === 0) return undefined;
  const { chunk, fact } = random.pick(library.facts);
  const others = someChunks(random, library, random.integer(low, high) - 1).filter((other) => other !== chunk);
  const chunks = random.shuffle([chunk, ...others]);
  const question = asQuestion(random, fact.question, "?");
  const passages = chunks.map(({ text }) => text);
  return { passages, question, answer: fact.answer, citation: chunks.indexOf(chunk) + 1, isQuote: false };
}

/** Real passages with a question about words or an entity that they do not contain. */
export function planRealAbsent(random: Random, stage: keyof typeof COUNTS, library: Library): Plan | undefined {
  const [low, high] = COUNTS[stage];
  const [absent, ...chunks] = someChunks(random, library, random.integer(low, high) + 1);
  if (!absent || chunks.length === 0) return undefined;
  const plan = { passages: chunks.map(({ text }) => text), answer: "", citation: null, isQuote: false };
  if (random.chance(0.5)) {
    const world = new World(random);
    const entity = world.entity(world.domain());
    return { ...plan, question: askQuestion(random, entity, world.attribute(entity), entity.mentions) };
  }
  const words = rareWords(random, random.pick(absent.sentences), library.frequency);
  const present = new Set(contentWords(plan.passages.join(" ").toLowerCase()));
  if (words.length === 0 || words.some((word) => present.has(word.toLowerCase()))) return undefined;
  return { ...plan, question: quoteQuestion(random, words) };
}
