// Where the words of a text end, for the two families of patterns that byte-level BPE tokenizers split by. The same cuts as the regular
// expressions make, found by one look at each character: a regular expression costs five times as much.

/** How a tokenizer cuts a text into words, which are then merged each for itself. */
export interface Grammar {
  readonly family: "gpt2" | "cl100k";
  readonly mostDigits: number; // of one word; Infinity: as many as follow each other
  readonly areDigitsAlone: boolean; // numbers are cut out before anything else is looked at
}

export const GPT2_PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const CL100K_PATTERN = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** The grammar of a `Split` by this pattern; undefined where it is another. */
export function grammarOf(pattern: string): Grammar | undefined {
  if (pattern === GPT2_PATTERN) return { family: "gpt2", mostDigits: Infinity, areDigitsAlone: false };
  const digits =
    pattern === CL100K_PATTERN ? 1 : pattern === CL100K_PATTERN.replace("|\\p{N}|", "|\\p{N}{1,3}|") ? 3 : 0;
  return digits > 0 ? { family: "cl100k", mostDigits: digits, areDigitsAlone: false } : undefined;
}

const [OTHER, LETTER, NUMBER, SPACE] = [0, 1, 2, 3];
// What Unicode 17 has made a letter or a number: the original goes by Unicode 16, whatever the browser knows. Hex ranges.
const LATER =
  "88f c5c cdc a7ce-a7cf a7d2 a7d4 a7f1 10940-10959 10ec5-10ec7 11db0-11ddb 11de0-11de9 16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff " +
  "18d09-18d1e 18d80-18df2 1e6c0-1e6de 1e6e0-1e6e2 1e6e4-1e6e5 1e6e7-1e6ed 1e6f0-1e6f4 1e6fe-1e6ff 2b73a-2b73f 2cea2-2cead 323b0-33479";
const laterRanges = LATER.split(" ").map((range) => range.split("-").map((hex) => parseInt(hex, 16)));
const isLater = (point: number) => laterRanges.some(([first, last = first]) => point >= first! && point <= last!);
let classes: Uint8Array | undefined;

/** What each UTF-16 unit is; halves of a pair are OTHER. */
function classesOf(): Uint8Array {
  if (classes) return classes;
  classes = new Uint8Array(65536);
  const units = Array.from({ length: 65536 }, (_, unit) => ((unit & 0xf800) === 0xd800 ? 0x20 : unit));
  const all = String.fromCharCode(...units.slice(0, 32768)) + String.fromCharCode(...units.slice(32768));
  const kinds = [[/\p{L}/gu, LETTER], [/\p{N}/gu, NUMBER], [/\p{White_Space}/gu, SPACE]] as const; // prettier-ignore
  for (const [pattern, kind] of kinds)
    for (const { index } of all.matchAll(pattern)) if (!isLater(index)) classes[index] = kind;
  return classes.fill(OTHER, 0xd800, 0xe000);
}

const [LF, CR, BLANK, QUOTE] = [10, 13, 32, 39];

/** Cuts texts by one grammar. */
export class WordSplitter {
  readonly #classes = classesOf();
  #text = "";

  constructor(readonly grammar: Grammar) {}

  /** Calls `take` with the start and the end of each word, in order; together they are the whole text. */
  split(text: string, take: (start: number, end: number) => void): void {
    this.#text = text;
    const end = this.grammar.family === "gpt2" ? (i: number) => this.#gpt2(i) : (i: number) => this.#cl100k(i);
    for (let start = 0; start < text.length;) {
      const next = end(start);
      take(start, next);
      start = next;
    }
  }

  /** The class of the character at i; −1 behind the text. */
  #kind(i: number): number {
    if (i >= this.#text.length) return -1;
    const unit = this.#text.charCodeAt(i);
    return (unit & 0xfc00) === 0xd800 && this.#isPair(i)
      ? kindOfPair(this.#text.codePointAt(i)!)
      : this.#classes[unit]!;
  }
  #isPair(i: number): boolean {
    return (this.#text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
  }
  /** The place behind the character at i. */
  #after(i: number): number {
    return (this.#text.charCodeAt(i) & 0xfc00) === 0xd800 && this.#isPair(i) ? i + 2 : i + 1;
  }
  /** The end of what is of this class from i on, `most` characters at most. */
  #run(i: number, kind: number, most = Infinity): number {
    for (let count = 0; count < most && this.#kind(i) === kind; count++) i = this.#after(i);
    return i;
  }

  #gpt2(i: number): number {
    const { areDigitsAlone, mostDigits } = this.grammar;
    const unit = this.#text.charCodeAt(i);
    const contraction = unit === QUOTE ? this.#contraction(i, false) : 0;
    if (contraction > 0) return i + contraction;
    const kind = this.#kind(i);
    if (kind === NUMBER) return this.#run(i, NUMBER, mostDigits);
    if (kind !== SPACE) return this.#run(i, kind);
    const next = this.#kind(i + 1);
    const isJoined = next >= 0 && next !== SPACE && !(areDigitsAlone && next === NUMBER);
    if (unit === BLANK && isJoined) return this.#run(i + 1, next, next === NUMBER ? mostDigits : Infinity);
    return this.#spaces(i, this.#run(i, SPACE));
  }

  #cl100k(i: number): number {
    const unit = this.#text.charCodeAt(i);
    const contraction = unit === QUOTE ? this.#contraction(i, true) : 0;
    if (contraction > 0) return i + contraction;
    const kind = this.#kind(i);
    if (kind === LETTER) return this.#run(i, LETTER);
    if (kind === NUMBER) return this.#run(i, NUMBER, this.grammar.mostDigits);
    const behind = this.#after(i);
    if (unit !== CR && unit !== LF && this.#kind(behind) === LETTER) return this.#run(behind, LETTER);
    if (kind === OTHER || (unit === BLANK && this.#kind(behind) === OTHER))
      return this.#lineEnds(this.#run(behind, OTHER));
    const end = this.#run(i, SPACE);
    for (let last = end - 1; last >= i; last--) {
      const at = this.#text.charCodeAt(last);
      if (at === CR || at === LF) return last + 1;
    }
    return this.#spaces(i, end);
  }

  #lineEnds(i: number): number {
    for (let unit = this.#text.charCodeAt(i); unit === CR || unit === LF; unit = this.#text.charCodeAt(i)) i++;
    return i;
  }

  /** Where the word of spaces from i to `end` ends: the last one belongs to what follows, if anything does. */
  #spaces(i: number, end: number): number {
    const next = this.#kind(end);
    const isLast = next < 0 || (this.grammar.areDigitsAlone && next === NUMBER);
    return isLast || end - i === 1 ? end : end - 1;
  }

  /** How long the English ending that begins with the quote at i is; 0: none. */
  #contraction(i: number, isAnyCase: boolean): number {
    const letter = (at: number) => {
      const unit = this.#text.charCodeAt(at);
      return String.fromCharCode(isAnyCase && unit >= 65 && unit <= 90 ? unit + 32 : unit);
    };
    const first = letter(i + 1);
    if ("stmd".includes(first)) return 2;
    const pair = first + letter(i + 2);
    return pair === "re" || pair === "ve" || pair === "ll" ? 3 : 0;
  }
}

const pairs = new Map<number, number>();
function kindOfPair(point: number): number {
  const known = pairs.get(point);
  if (known !== undefined) return known;
  const character = String.fromCodePoint(point);
  const kind = isLater(point) ? OTHER : /\p{L}/u.test(character) ? LETTER : /\p{N}/u.test(character) ? NUMBER : OTHER;
  pairs.set(point, kind);
  return kind;
}
