// Byte-level BPE in bulk, exact to the id: words are cut without regular expressions, and a word that was seen before is looked up by its
// characters, without making a string of it. Covers the tokenizers of GPT-2, SmolLM, Qwen, Llama 3 and Loam; for any other, `of` is null
// and @huggingface/tokenizers does the work.
import { KnownWords, MOST_UNITS, Numbers } from "./known-words.ts";
import { BYTES, Merger, mergeTable, NOTHING, type MergeTable } from "./merge-table.ts";
import { GPT2_PATTERN, grammarOf, WordSplitter, type Grammar } from "./word-split.ts";

type Part = Readonly<Record<string, unknown>>;
const isPart = (value: unknown): value is Part => typeof value === "object" && value !== null && !Array.isArray(value);
const partsOf = (value: unknown): Part[] => (Array.isArray(value) ? value.filter(isPart) : []);

const MOST_BYTES = 256; // of a word that is merged here, in steps of its square; a longer one is the library's

export class FastBpe {
  readonly #splitter: WordSplitter;
  readonly merger: Merger;
  readonly #words = new KnownWords();
  readonly #utf8 = new TextEncoder();
  readonly #bytes = new Uint8Array(3 * MOST_BYTES);
  readonly #symbols = new Uint32Array(MOST_BYTES);

  private constructor(
    readonly table: MergeTable,
    grammar: Grammar,
    readonly isNfc: boolean,
    readonly whole: ReadonlyMap<string, number> | null, // words, in BYTES, that are a token whatever the merges say
    readonly added: RegExp | null, // texts that are tokens of their own, before anything else
    readonly addedTokens: ReadonlyMap<string, number>,
    readonly long: (word: string) => readonly number[],
  ) {
    this.#splitter = new WordSplitter(grammar);
    this.merger = new Merger(table);
  }

  /** What a tokenizer.json says, if it is of a kind that is known here; `long` gives the tokens of a very long word. */
  static of(tokenizer: unknown, long: (word: string) => readonly number[]): FastBpe | null {
    if (!isPart(tokenizer) || !isPart(tokenizer.model)) return null;
    const grammar = grammarOfParts(tokenizer.pre_tokenizer);
    const { normalizer, model } = tokenizer;
    const isNfc = isPart(normalizer) && normalizer.type === "NFC";
    const added = partsOf(tokenizer.added_tokens);
    const isPlain = added.every((one) => !one.lstrip && !one.rstrip && !one.single_word && !(isNfc && one.normalized));
    if (!grammar || !(isNfc || (normalizer ?? null) === null) || !isPlain || !isByteBpe(model) || !isPart(model.vocab))
      return null;
    const vocabulary = new Map(Object.entries(model.vocab as Record<string, number>));
    const merges = (model.merges as (string | [string, string])[]).map((m) =>
      typeof m === "string" ? m.split(" ", 2) : m,
    );
    const table = mergeTable(vocabulary, merges as [string, string][]);
    if (!table) return null;
    const addedTokens = new Map(added.map((one) => [String(one.content), Number(one.id)]));
    const names = [...addedTokens.keys()].filter((name) => name !== "").toSorted((a, b) => b.length - a.length);
    const pattern = names.length > 0 ? new RegExp(`(${names.map(escaped).join("|")})`, "g") : null;
    return new FastBpe(table, grammar, isNfc, model.ignore_merges ? vocabulary : null, pattern, addedTokens, long);
  }

  /** Token ids of a text, without special tokens around it. */
  encode(text: string): number[] {
    const out = new Numbers();
    this.#walk(
      text,
      (token) => out.push(token),
      (part, start, end) => {
        if (!this.#words.append(part, start, end, out)) this.#encodeWord(part.slice(start, end), out);
      },
    );
    return Array.from(out.values.subarray(0, out.count));
  }

  /** Words of these texts, each once, that are not known yet and could be learnt: `most` at most. */
  unknownWords(texts: readonly string[], most: number): string[] {
    const found = new Set<string>();
    const nowhere = new Numbers();
    for (const text of texts) {
      if (found.size >= most) break;
      const none = (): void => {};
      this.#walk(text, none, (part, start, end) => {
        if (end - start > MOST_UNITS || found.size >= most) return;
        nowhere.count = 0;
        if (!this.#words.append(part, start, end, nowhere)) found.add(part.slice(start, end));
      });
    }
    return this.whole ? [...found].filter((word) => this.#wholeToken(word) === undefined) : [...found];
  }

  /** Writes the symbols that a word is merged from at `symbols[at…]`; where they end. There must be room for three a UTF-16 unit. */
  symbolsOf(word: string, symbols: Uint32Array, at: number): number {
    const { written } = this.#utf8.encodeInto(word, this.#bytes);
    for (let i = 0; i < written; i++) {
      const token = this.table.byteTokens[this.#bytes[i]!]!;
      if (token !== NOTHING) symbols[at++] = token; // else the original drops the byte
    }
    return at;
  }

  /** Remembers what a word's symbols become when they are merged. */
  learn(word: string, tokens: Uint32Array): void {
    this.#words.add(word, tokens, tokens.length);
  }

  /** A text's parts in order: tokens that stand for themselves, and words, as [start, end) of a part. */
  #walk(text: string, takeToken: (token: number) => void, takeWord: TakeWord): void {
    for (const part of this.added ? text.split(this.added) : [text]) {
      const token = this.addedTokens.get(part);
      if (token !== undefined) {
        takeToken(token);
        continue;
      }
      const normal = this.isNfc ? part.normalize("NFC") : part;
      this.#splitter.split(normal, (start, end) => takeWord(normal, start, end));
    }
  }

  #encodeWord(word: string, out: Numbers): void {
    const { written, read } = this.#utf8.encodeInto(word, this.#bytes);
    if (read < word.length || written > MOST_BYTES) {
      for (const id of this.long(word)) out.push(id);
      return;
    }
    const whole = this.#wholeToken(word);
    if (whole !== undefined) this.#symbols[0] = whole;
    const count = whole === undefined ? this.merger.merge(this.#symbols, this.symbolsOf(word, this.#symbols, 0)) : 1;
    for (let i = 0; i < count; i++) out.push(this.#symbols[i]!);
    this.#words.add(word, this.#symbols, count);
  }

  /** The token that a word is whatever the merges say; undefined: none. */
  #wholeToken(word: string): number | undefined {
    return this.whole?.get(Array.from(this.#utf8.encode(word), (byte) => BYTES[byte]).join(""));
  }
}

type TakeWord = (part: string, start: number, end: number) => void;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function isByteBpe(model: Part): boolean {
  const isPlain = [model.dropout, model.continuing_subword_prefix, model.end_of_word_suffix].every((one) => !one);
  return model.type === "BPE" && isPlain && !model.byte_fallback && !model.unk_token && Array.isArray(model.merges);
}

/** The grammar of a pre-tokenizer that ends in bytes. */
function grammarOfParts(part: unknown): Grammar | undefined {
  const [first, second, ...more] =
    isPart(part) && part.type === "Sequence" ? partsOf(part.pretokenizers) : partsOf([part]);
  const isBytes = (one: Part | undefined, useRegex: boolean) =>
    one?.type === "ByteLevel" && !one.add_prefix_space && (one.use_regex ?? true) === useRegex;
  if (more.length > 0 || !first) return undefined;
  if (!second) return isBytes(first, true) ? grammarOf(GPT2_PATTERN) : undefined;
  if (first.type === "Digits" && isBytes(second, true))
    return { family: "gpt2", mostDigits: first.individual_digits ? 1 : Infinity, areDigitsAlone: true };
  const isSplit = first.type === "Split" && (first.behavior ?? "Isolated") === "Isolated" && !first.invert;
  const pattern = isPart(first.pattern) ? first.pattern.Regex : undefined;
  return isSplit && typeof pattern === "string" && isBytes(second, false) ? grammarOf(pattern) : undefined;
}
