// Scorers of running text: exact match, token F1, contains.
import type { Score } from "../contract/evaluation.ts";

/** Equal after trimming. */
export function exactMatch(answer: string, expected: string): Score {
  const [a, e] = [answer.trim(), expected.trim()];
  if (a === e) return { score: 1, why: "" };
  if (a === "") return { score: 0, why: "The answer is empty." };
  const isNear = tokensOf(a).join(" ") === tokensOf(e).join(" ");
  return { score: 0, why: isNear ? "Only capitals, punctuation or articles differ." : "The answer differs." };
}

/**
 * F1 of the words that answer and expected text share, with SQuAD's normalisation: lower case, no punctuation, no articles.
 * Two texts without a word are equal; one without a word scores 0. Punctuation is ASCII's, as there, and Unicode's beside it;
 * Chinese and Japanese characters count as a word each. Source: Rajpurkar et al. 2016, arXiv:1606.05250; MLQA for the scripts.
 */
export function tokenF1(answer: string, expected: string): Score {
  const [said, wanted] = [tokensOf(answer), tokensOf(expected)];
  if (said.length === 0 || wanted.length === 0) {
    const score = said.length === wanted.length ? 1 : 0;
    return { score, why: score === 1 ? "" : `${said.length === 0 ? "The answer" : "The expected text"} has no words.` };
  }
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of said) {
    const count = left.get(word) ?? 0;
    if (count > 0) shared++;
    left.set(word, count - 1);
  }
  const score = (2 * shared) / (said.length + wanted.length); // = 2PR/(P+R), P = shared/said, R = shared/wanted
  const why = `${shared} of ${wanted.length} expected words are there, among ${said.length} in the answer.`;
  return { score, why: score === 1 ? "" : why };
}

/** The expected text stands in the answer; capitals, the kind of white space and its amount do not matter. */
export function contains(answer: string, expected: string): Score {
  const wanted = flat(expected);
  if (wanted === "") return { score: 0, why: "The expected text of this row is empty." };
  return flat(answer).includes(wanted)
    ? { score: 1, why: "" }
    : { score: 0, why: "The expected text is not in the answer." };
}

const flat = (text: string): string => text.toLowerCase().replace(/\s+/g, " ").trim();

const tokensOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]|\p{P}/gu, "")
    .replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, " ")
    .replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu, " $& ")
    .split(/\s+/)
    .filter((token) => token !== "");
