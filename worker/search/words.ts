// Words for the full-text index: what is compared when a question meets a passage. English endings are taken off, frequent
// words left out; scripts without spaces are cut into pairs of characters. Does not know about scores.
import { stemmer } from "stemmer";

const wordPattern = /\p{N}+(?:[.,:]\p{N}+)*|[\p{L}\p{M}\p{N}]+/gu;
const pairedScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;

// Words that say nothing about what a passage is about (the list of Snowball's English stemmer, shortened).
const stopWords = new Set(
  (
    "a about above after again against all am an and any are as at be because been before being below between both but by can " +
    "could did do does doing down during each few for from further had has have having he her here hers him his how i if in " +
    "into is it its itself just me more most my no nor not now of off on once only or other our ours out over own same she " +
    "should so some such than that the their theirs them then there these they this those through to too under until up us " +
    "very was we were what when where which while who whom why will with would you your yours"
  ).split(" "),
);

/** The words of a text in order, lower case, without accents, as written. */
export function words(text: string): string[] {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
  return Array.from(plain.matchAll(wordPattern), ([word]) => word).flatMap((word) =>
    pairedScript.test(word) ? pairs(word) : [word],
  );
}

/** What a word is indexed under; null for one that is left out. */
export function term(word: string): string | null {
  if (stopWords.has(word)) return null;
  return /^[a-z]+$/.test(word) ? stemmer(word) : word;
}

/** The terms of a text, each once. */
export function terms(text: string): Set<string> {
  return new Set(words(text).flatMap((word) => term(word) ?? []));
}

function pairs(word: string): string[] {
  const letters = Array.from(word);
  if (letters.length < 2) return letters;
  return letters.slice(1).map((letter, i) => letters[i]! + letter);
}
