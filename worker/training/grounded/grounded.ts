/**
 * Training examples for the default chat model: questions over numbered passages, answered by a value of the passages
 * with its citation, or by saying that the documents do not say. Everything is made up by rules; an example is a pure
 * function of seed, index, split and stage (and of the real texts, if given).
 */
import { fillerPassage } from "./filler.ts";
import { planFacts, type Plan } from "./plan.ts";
import { planQuote, planRealAbsent, planRealFact } from "./quotes.ts";
import { Random } from "./random.ts";
import { smallTalk } from "./small-talk.ts";
import { library, wordCount, type Library } from "./texts.ts";
import type { Split } from "./types.ts";

/** 1 one passage, 2 several, 3 with distractors, 4 everything that the app will ask. */
export type Stage = 1 | 2 | 3 | 4;

export interface GroundedExample {
  messages: { role: "user" | "assistant"; content: string }[];
  answer: string;
  citation: number | null;
  kind: "fact" | "unanswerable" | "quote" | "small-talk";
}

export interface GroundedOptions {
  seed: number;
  index: number;
  split: Split;
  stage: Stage;
  texts?: readonly string[];
}

export const UNANSWERABLE = "The documents do not say.";

/** The longest example of a stage, in words of question, passages and answer together. */
export const MAX_WORDS: Readonly<Record<Stage, number>> = { 1: 60, 2: 120, 3: 200, 4: 300 };

/** Shares by stage; the rest are facts. Quotes need real texts. */
const SHARES: Readonly<Record<Stage, { unanswerable: number; quote: number; smallTalk: number }>> = {
  1: { unanswerable: 0.12, quote: 0.06, smallTalk: 0 },
  2: { unanswerable: 0.2, quote: 0.08, smallTalk: 0.01 },
  3: { unanswerable: 0.27, quote: 0.1, smallTalk: 0.02 },
  4: { unanswerable: 0.3, quote: 0.11, smallTalk: 0.04 },
};

/** The share of facts out of real sentences, when texts are given. */
const REAL_FACTS = 0.08;

function example(question: string, reply: string): Pick<GroundedExample, "messages"> {
  return {
    messages: [
      { role: "user", content: question },
      { role: "assistant", content: reply },
    ],
  };
}

function isWordPart(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character);
}

/** How often a text occurs as whole words. */
export function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    const isInside = isWordPart(part.charAt(0)) && isWordPart(text.charAt(at - 1));
    if (!isInside && !isWordPart(text.charAt(at + part.length))) count += 1;
  }
  return count;
}

/** Turns a plan into an example; undefined when it is too long or its answer does not stand exactly once. */
function render(plan: Plan, stage: Stage): GroundedExample | undefined {
  const { passages, question, answer, citation } = plan;
  const content = `${passages.map((text, i) => `[${i + 1}] ${text}`).join("\n")}\n\nQuestion: ${question}`;
  if (wordCount(content) + wordCount(answer) + 6 > MAX_WORDS[stage]) return undefined;
  if (citation === null) return { ...example(content, UNANSWERABLE), answer: "", citation, kind: "unanswerable" };
  const isStatedOnce = passages.reduce((sum, text) => sum + occurrences(text, answer), 0) === 1;
  if (!isStatedOnce || !(passages[citation - 1] ?? "").includes(answer)) return undefined;
  const reply = plan.isQuote ? `${answer} [${citation}]` : `${answer}. [${citation}]`;
  return { ...example(content, reply), answer, citation, kind: plan.isQuote ? "quote" : "fact" };
}

type Kind = GroundedExample["kind"] | "real-fact" | "real-absent";

function chooseKind(random: Random, stage: Stage, hasTexts: boolean): Kind {
  const { smallTalk: talk, unanswerable, quote } = SHARES[stage];
  const lot = random.next();
  if (lot < talk) return "small-talk";
  if (lot < talk + unanswerable) return hasTexts && random.chance(0.15) ? "real-absent" : "unanswerable";
  if (!hasTexts) return "fact";
  if (lot < talk + unanswerable + quote) return "quote";
  return lot > 1 - REAL_FACTS ? "real-fact" : "fact";
}

function plan(random: Random, stage: Stage, kind: Kind, real: Library | undefined): Plan | undefined {
  const padding = (): string => (real && random.chance(0.6) ? random.pick(real.chunks).text : fillerPassage(random));
  if (real && kind === "quote") return planQuote(random, stage, real);
  if (real && kind === "real-fact") return planRealFact(random, stage, real);
  if (real && kind === "real-absent") return planRealAbsent(random, stage, real);
  return planFacts(random, stage, kind !== "unanswerable", padding);
}

function talk(random: Random): GroundedExample {
  const { question, answer } = smallTalk(random);
  return { ...example(question, answer), answer: "", citation: null, kind: "small-talk" };
}

/** Makes the example of an index; the same options give the same example. Throws RangeError when none can be made. */
export function groundedExample(options: GroundedOptions): GroundedExample {
  const { seed, index, split, stage, texts } = options;
  const prepared = texts && texts.length > 0 ? library(texts, split) : undefined;
  const real = prepared && prepared.chunks.length > 8 ? prepared : undefined;
  const name = `${seed}/${index}/${split}/${stage}`;
  const first = chooseKind(new Random(name, split), stage, real !== undefined);
  for (let attempt = 0; attempt < 400; attempt++) {
    const random = new Random(`${name}/${attempt}`, split);
    // Some texts hold no sentence fit for a quote or a fact; after many tries made-up facts stand in.
    const kind = attempt < 100 ? first : "fact";
    if (kind === "small-talk") return talk(random);
    const drawn = plan(random, stage, kind, real);
    const made = drawn && render(drawn, stage);
    if (made) return made;
  }
  throw new RangeError(`No example for seed ${seed}, index ${index}, stage ${stage}.`);
}
