// Trains a byte-level BPE vocabulary and states it as a Hugging Face tokenizer.json. Knows no model, no file and no
// platform: texts in, one plain object out. Encoding with the result is the tokenizer library's work, not done here.
//
// Merges are those of the `tokenizers` BpeTrainer, and in its order: the most frequent pair first; among equals the pair
// with the smaller left token, then the smaller right token. Texts are cut at special and added tokens before training,
// since no merge may cross them.

import { Pairs, type Candidate } from "./bpe-pairs.ts";
import { BYTES } from "./merge-table.ts";
import { WordSplitter } from "./word-split.ts";

export interface BpeOptions {
  /** Size of the whole vocabulary: special tokens, 256 bytes, merges, added tokens. */
  vocabularySize: number;
  /** First tokens of the vocabulary, never decoded into text: "<|end|>". */
  specialTokens: readonly string[];
  /** Last tokens of the vocabulary, ordinary text that is always one token: "[1]". */
  addedTokens?: readonly string[];
  /** A pair that occurs less often is not merged. */
  minFrequency?: number;
}

/** The part of tokenizer.json that varies; the rest is fixed by this module. */
export interface TokenizerJson {
  added_tokens: { id: number; content: string; special: boolean }[];
  model: { type: "BPE"; vocab: Record<string, number>; merges: [string, string][]; [key: string]: unknown };
  [key: string]: unknown;
}

/** Words as BPE sees them: digits apart, then GPT-2's pattern, in the byte alphabet. */
export function preTokenize(text: string): string[] {
  const encoder = new TextEncoder();
  const words: string[] = [];
  new WordSplitter({ family: "gpt2", mostDigits: 1, areDigitsAlone: true }).split(text, (start, end) =>
    words.push(Array.from(encoder.encode(text.slice(start, end)), (byte) => BYTES[byte]!).join("")),
  );
  return words;
}

function countWords(texts: Iterable<string>, reserved: readonly string[]): Map<string, number> {
  const escaped = reserved.map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const cut = escaped.length ? new RegExp(escaped.join("|")) : undefined;
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const part of cut ? text.split(cut) : [text])
      for (const word of preTokenize(part)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Merges one pair in a word from left to right, in place, and reports how the neighbouring pairs changed. */
function mergeWord(word: number[], pair: Candidate, into: number, report: (l: number, r: number, by: number) => void) {
  for (let i = 0; i + 1 < word.length; i++) {
    if (word[i] !== pair.left || word[i + 1] !== pair.right) continue;
    const before = word[i - 1];
    const after = word[i + 2];
    word.splice(i, 2, into);
    if (before !== undefined) {
      report(before, pair.left, -1);
      report(before, into, 1);
    }
    if (after !== undefined) {
      report(pair.right, after, -1);
      report(into, after, 1);
    }
  }
}

/** Trains the vocabulary on `texts` and returns the whole tokenizer.json. */
export function trainBpe(texts: Iterable<string>, options: BpeOptions): TokenizerJson {
  const { specialTokens, addedTokens = [], minFrequency = 0 } = options;
  const tokens = [...specialTokens, ...BYTES.toSorted()];
  const tokenOf = new Map(tokens.map((token, index) => [token, index]));
  const counted = [...countWords(texts, [...specialTokens, ...addedTokens])];
  const words = counted.map(([word]) => Array.from(word, (character) => tokenOf.get(character)!));
  const pairs = new Pairs();
  words.forEach((word, w) => word.slice(1).forEach((right, i) => pairs.change(word[i]!, right, counted[w]![1], w)));
  pairs.settle();
  const merges: [string, string][] = [];
  while (tokens.length < options.vocabularySize - addedTokens.length) {
    const pair = pairs.next();
    if (!pair || pair.count < Math.max(1, minFrequency)) break;
    const [left, right] = [tokens[pair.left]!, tokens[pair.right]!];
    const into = tokenOf.get(left + right) ?? tokens.push(left + right) - 1;
    tokenOf.set(left + right, into);
    merges.push([left, right]);
    for (const w of pair.words)
      mergeWord(words[w]!, pair, into, (l, r, by) => pairs.change(l, r, by * counted[w]![1], w));
    pairs.settle();
  }
  return tokenizerJson(tokens, merges, specialTokens, addedTokens);
}

function tokenizerJson(
  tokens: readonly string[],
  merges: [string, string][],
  specialTokens: readonly string[],
  addedTokens: readonly string[],
): TokenizerJson {
  const added = (content: string, id: number, special: boolean) => {
    return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special };
  };
  const byteLevel = (addPrefixSpace: boolean) => {
    return { type: "ByteLevel", add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: true };
  };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [
      ...specialTokens.map((content, i) => added(content, i, true)),
      ...addedTokens.map((content, i) => added(content, tokens.length + i, false)),
    ],
    normalizer: null,
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [{ type: "Digits", individual_digits: true }, byteLevel(false)],
    },
    post_processor: null,
    decoder: byteLevel(true),
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, index) => [token, index])),
      merges,
    },
  };
}
