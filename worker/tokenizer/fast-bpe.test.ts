// That the cuts are those of the regular expressions, and that what is said twice is the same twice. Ids against the originals:
// test/tokenizer.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FastBpe } from "./fast-bpe.ts";
import { BYTES } from "./merge-table.ts";
import { GPT2_PATTERN, grammarOf, WordSplitter, type Grammar } from "./word-split.ts";

const CL100K = String.raw`'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const asRust = (pattern: string) =>
  new RegExp(pattern.replaceAll("[^\\s", "[^\\p{White_Space}").replaceAll("\\s", "\\p{White_Space}").replaceAll("\\S", "\\P{White_Space}"), "gu"); // prettier-ignore
const piece = fc.constantFrom(
  ...[
    "a",
    "Ünï",
    "'s",
    "'LL",
    "'",
    "12345",
    "½",
    " ",
    "  ",
    "\n",
    "\r\n",
    " \n ",
    "\u00a0",
    "\ufeff",
    "\u0085",
    "...",
    "🙂",
    "𝒳𝟙",
    "\ud800",
    "—",
    "字",
  ],
);
const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));

const cuts = (grammar: Grammar, text: string) => {
  const words: string[] = [];
  new WordSplitter(grammar).split(text, (start, end) => words.push(text.slice(start, end)));
  return words;
};

/** For texts of all kinds, the cuts are those that `expected` makes. */
function agree(grammar: Grammar, expected: (text: string) => readonly string[]): void {
  const isSame = fc.property(texts, (text) => {
    expect(cuts(grammar, text)).toEqual(expected(text));
  });
  fc.assert(isSame, { numRuns: 2000 });
}

describe("words end where the pattern's matches end", () => {
  const matches = (pattern: string) => (text: string) => text.match(asRust(pattern)) ?? [];
  it("gpt2", () => agree(grammarOf(GPT2_PATTERN)!, matches(GPT2_PATTERN)));
  it("cl100k", () => agree({ family: "cl100k", mostDigits: 3, areDigitsAlone: false }, matches(CL100K)));
  it("numbers alone, before the pattern is looked for", () =>
    agree({ family: "gpt2", mostDigits: 1, areDigitsAlone: true }, (text) =>
      text.split(/(\p{N})/u).flatMap(matches(GPT2_PATTERN)),
    ));
});

/** A tokenizer.json of bytes and a few merges. */
function small(more: object = {}, model: object = {}) {
  const tokens = [...BYTES, "ab", "abc", "bc", "Ġa"];
  return {
    ...{ normalizer: null, pre_tokenizer: { type: "ByteLevel", add_prefix_space: false }, added_tokens: [], ...more },
    model: {
      ...{ type: "BPE", vocab: Object.fromEntries(tokens.map((token, id) => [token, id])) },
      ...{ merges: ["b c", "a b", "ab c", "Ġ a"], ...model },
    },
  };
}
const never = () => expect.unreachable();

describe("tokens", () => {
  it("merge the lowest rank first, of equals the leftmost", () => {
    const bpe = FastBpe.of(small(), never)!;
    expect(bpe.encode("abc")).toEqual([BYTES.indexOf("a"), 258]);
    expect(bpe.encode(" aab")).toEqual([259, 256]);
  });
  it("are a word's own where the vocabulary has it and merges do not matter", () =>
    expect(FastBpe.of(small({}, { ignore_merges: true }), never)!.encode("abc")).toEqual([257]));
  it("of a word that was seen are the same again, and a very long word goes to the library", () => {
    const bpe = FastBpe.of(small(), (word) => [word.length])!;
    expect(bpe.encode("abab abab")).toEqual(bpe.encode("abab abab"));
    expect(bpe.encode("b".repeat(1000))).toEqual([1000]);
  });
  it("that stand for themselves are cut out first, the longest at each place", () => {
    const added = [{ id: 900, content: "<a>" }, { id: 901, content: "<a><b>" }]; // prettier-ignore
    expect(FastBpe.of(small({ added_tokens: added }), never)!.encode("<a><b><a>ab")).toEqual([901, 900, 256]);
  });
});

it("what is not of this kind is left to the library", () => {
  for (const other of [
    null,
    small({ normalizer: { type: "Lowercase" } }),
    small({ pre_tokenizer: { type: "ByteLevel", add_prefix_space: true } }),
    small({ pre_tokenizer: { type: "Metaspace" } }),
    small({ added_tokens: [{ id: 1, content: "x", lstrip: true }] }),
    small({}, { type: "Unigram" }),
    small({}, { byte_fallback: true }),
    small({}, { merges: ["a zz"] }),
  ])
    expect(FastBpe.of(other, never)).toBeNull();
});
