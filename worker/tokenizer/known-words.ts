// Words that were seen, and their tokens. A word is looked up by its characters where it stands in a text, without making a string of it.

export const MOST_UNITS = 64; // UTF-16 units of a word that is kept
const MOST_WORDS = 2 ** 17; // that are kept; then all are forgotten

/** Growing lists of numbers. */
export class Numbers {
  values = new Uint32Array(2 ** 12);
  count = 0;
  push(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Uint32Array(2 * this.count);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }
}

/** Words and their tokens: open addressing over flat lists. */
export class KnownWords {
  #places = new Int32Array(4 * MOST_WORDS).fill(-1); // numbers of words
  #units = new Numbers(); // UTF-16, one word after the other
  #tokens = new Numbers();
  #ends = new Numbers(); // two a word: of its units, of its tokens

  /** Appends the tokens of text[start, end) to `out`; false: the word is not known. */
  append(text: string, start: number, end: number, out: Numbers): boolean {
    const word = this.#places[this.#find(text, start, end)]!;
    if (word < 0) return false;
    const { values } = this.#tokens;
    for (let i = this.#end(word - 1, 1); i < this.#end(word, 1); i++) out.push(values[i]!);
    return true;
  }

  /** Keeps a word and its tokens, the first `count`; one that is too long, or known already, is not kept. */
  add(word: string, tokens: Uint32Array, count: number): void {
    if (word.length > MOST_UNITS) return;
    if (this.#ends.count >= 2 * MOST_WORDS) this.#forget();
    const place = this.#find(word, 0, word.length);
    if (this.#places[place]! >= 0) return;
    this.#places[place] = this.#ends.count / 2;
    for (let i = 0; i < word.length; i++) this.#units.push(word.charCodeAt(i));
    for (let i = 0; i < count; i++) this.#tokens.push(tokens[i]!);
    this.#ends.push(this.#units.count);
    this.#ends.push(this.#tokens.count);
  }

  #forget(): void {
    this.#places.fill(-1);
    for (const list of [this.#units, this.#tokens, this.#ends]) list.count = 0;
  }

  #end(word: number, which: 0 | 1): number {
    return word < 0 ? 0 : this.#ends.values[2 * word + which]!;
  }

  /** The place of a word, or the free one where it belongs. */
  #find(text: string, start: number, end: number): number {
    let hash = 0x811c9dc5; // FNV-1a
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    const mask = this.#places.length - 1;
    for (let at = (hash ^ (hash >>> 15)) & mask; ; at = (at + 1) & mask) {
      const word = this.#places[at]!;
      if (word < 0 || this.#isSame(word, text, start, end)) return at;
    }
  }

  #isSame(word: number, text: string, start: number, end: number): boolean {
    const from = this.#end(word - 1, 0);
    if (this.#end(word, 0) - from !== end - start) return false;
    const { values } = this.#units;
    for (let i = start; i < end; i++) if (values[from + i - start] !== text.charCodeAt(i)) return false;
    return true;
  }
}
