// The registry of scorers: how an answer is compared with the expected text of its row. Scores lie in 0..1.
import { AppError } from "../contract/errors.ts";
import type { Score, ScorerChoice, ScorerId } from "../contract/evaluation.ts";
import { jsonEquals } from "./json-equals.ts";
import { compilePattern, limits } from "./pattern.ts";
import { contains, exactMatch, tokenF1 } from "./words.ts";

export interface Scorer {
  readonly label: string;
  readonly sentence: string; // what counts as right
  score(answer: string, expected: string): Score;
}

export const scorers: Readonly<Record<ScorerId, Scorer>> = {
  "exact-match": {
    label: "Exact match",
    sentence: "Right when the answer is the expected text, letter by letter; spaces around it do not matter.",
    score: exactMatch,
  },
  "token-f1": {
    label: "Token F1",
    sentence: "Counts the words that the answer and the expected text share; word order does not matter.",
    score: tokenF1,
  },
  contains: {
    label: "Contains",
    sentence: "Right when the expected text stands somewhere in the answer; capitals do not matter.",
    score: contains,
  },
  "json-equals": {
    label: "JSON equals",
    sentence: "Right when the answer is JSON with the same values; the order of keys and the spaces do not matter.",
    score: jsonEquals,
  },
  "regular-expression": {
    label: "Regular expression",
    sentence: "Right when the pattern occurs in the answer; write ^ and $ around it to match the whole answer.",
    score: scoreByRow,
  },
};

/** The scorer of a choice. Throws invalid-argument when its pattern is not usable. */
export function scorerOf({ id, pattern }: ScorerChoice): Scorer {
  if (id !== "regular-expression" || pattern === undefined) return scorers[id];
  const occursIn = compilePattern(pattern);
  return { ...scorers[id], score: (answer) => match(occursIn, answer) };
}

/** The row's expected text as the pattern; one that is not usable costs the row, not the evaluation. */
function scoreByRow(answer: string, expected: string): Score {
  try {
    return match(compilePattern(expected), answer);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.detail.code !== "invalid-argument") throw thrown;
    return { score: 0, why: `The pattern of this row cannot be used: ${thrown.detail.reason}.` };
  }
}

function match(occursIn: (text: string) => boolean, answer: string): Score {
  if (answer.length > limits.textLength)
    return {
      score: 0,
      why: `The answer is longer than the ${limits.textLength} characters that a pattern is tried on.`,
    };
  return occursIn(answer) ? { score: 1, why: "" } : { score: 0, why: "The pattern does not occur in the answer." };
}
