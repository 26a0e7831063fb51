// Pairs of texts that belong together, from which the default embedder learns: a question and its answer, a subject and a
// text about it, a sentence and the one after it. Does not read files and does not know the model.
import { sentences } from "../documents/sentences.ts";

/** One line of a training file. */
export interface TextPair {
  readonly anchor: string;
  readonly positive: string;
}
/** A question with its answer and, where there is one, what it is about. */
export interface Answered {
  readonly question: string;
  readonly answer: string;
  readonly subject?: string;
}

const passageWords = 60; // as long as the passages of a search
const fewWords = 4; // a shorter sentence says too little
const neighboursPerText = 3;

/** The pairs of one text. The same text gives the same pairs, in the same order. */
export function pairsOf({ question, answer, subject }: Answered): TextPair[] {
  const passages = passagesOf(answer);
  if (passages.length === 0) return [];
  const [first, ...rest] = passages as [string, ...string[]];
  const pairs = [{ anchor: question, positive: first }];
  // A later passage answers the question less surely, but it is about the same thing.
  const last = rest.at(-1);
  if (subject !== undefined && last !== undefined) pairs.push({ anchor: subject, positive: last });
  return [...pairs, ...neighbours(answer)];
}

/** Sentences that follow each other, spread over the text. */
function neighbours(text: string): TextPair[] {
  const whole = sentenceTexts(text).filter((sentence) => wordCount(sentence) >= fewWords);
  const step = Math.max(1, Math.ceil((whole.length - 1) / neighboursPerText));
  const pairs: TextPair[] = [];
  for (let i = 0; i + 1 < whole.length; i += step)
    pairs.push({ anchor: firstWords(whole[i]!), positive: firstWords(whole[i + 1]!) });
  return pairs;
}

/** The text in passages of whole sentences, about as long as those that are searched. */
function passagesOf(text: string): string[] {
  const passages: string[] = [];
  let current: string[] = [];
  for (const sentence of sentenceTexts(text)) {
    if (current.length > 0 && wordCount([...current, sentence].join(" ")) > passageWords) {
      passages.push(current.join(" "));
      current = [];
    }
    current.push(sentence);
  }
  return current.length > 0 ? [...passages, current.join(" ")] : passages;
}

const sentenceTexts = (text: string): string[] => {
  const line = text.replace(/\s+/g, " ");
  return sentences(line).map(({ start, end }) => line.slice(start, end));
};
const wordCount = (text: string): number => text.split(" ").length;
const firstWords = (text: string): string => text.split(" ").slice(0, passageWords).join(" ");
