/**
 * Training examples for the default chat model: questions over numbered passages, answered by a value of the passages
 * with its citation, or by saying that the documents do not say. Everything is made up by rules; an example is a pure
 * function of seed, index, split and stage (and of the real texts, if given).
 */
import { fillerPassage } from "./filler.ts";
import { planFacts, type Plan } from "./plan.ts";
import { planQuote, planRealAbsent } from "./quotes.ts";
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

function draw(random: Random, stage: Stage, real: Library | undefined): GroundedExample | undefined {
  const shares = SHARES[stage];
  const lot = random.next();
  if (lot < shares.smallTalk) {
    const { question, answer } = smallTalk(random);
    return { ...example(question, answer), answer: "", citation: null, kind: "small-talk" };
  }
  const padding = (): string =>
    real && real.chunks.length > 0 && random.chance(0.6) ? random.pick(real.chunks).text : fillerPassage(random);
  const isAnswerable = lot >= shares.smallTalk + shares.unanswerable;
  if (real && real.chunks.length > 8) {
    if (isAnswerable && lot < shares.smallTalk + shares.unanswerable + shares.quote)
      return rendered(planQuote(random, stage, real), stage);
    if (!isAnswerable && random.chance(0.15)) return rendered(planRealAbsent(random, stage, real), stage);
  }
  return render(planFacts(random, stage, isAnswerable, padding), stage);
}

function rendered(plan: Plan | undefined, stage: Stage): GroundedExample | undefined {
  return plan && render(plan, stage);
}

/** Makes the example of an index; the same options give the same example. Throws RangeError when none can be made. */
export function groundedExample(options: GroundedOptions): GroundedExample {
  const { seed, index, split, stage, texts } = options;
  const real = texts && texts.length > 0 ? library(texts, split) : undefined;
  for (let attempt = 0; attempt < 200; attempt++) {
    const random = new Random(`${seed}/${index}/${split}/${stage}/${attempt}`, split);
    const made = draw(random, stage, real);
    if (made) return made;
  }
  throw new RangeError(`No example for seed ${seed}, index ${index}, stage ${stage}.`);
}
