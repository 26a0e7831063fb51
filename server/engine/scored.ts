// The tokens of a text with their log-probabilities, as clients are shown them: where each begins, and which belong to a piece.
import type { TokenLogProb } from "../../worker/inference/log-probs.ts";
import type { Tokenizer } from "../../worker/tokenizer/tokenizer.ts";
import type { ScoredToken, TokenText } from "./protocol.ts";

export class ScoredText {
  readonly tokens: ScoredToken[] = [];
  readonly #begins: number[] = []; // of each token: UTF-16 units before it
  readonly #decoder = new TextDecoder();
  #units = 0;
  #points = 0; // characters, of any size
  #taken = 0;

  /** `isBeginning`: the text begins with these tokens, so without the space that its first word carries in some vocabularies. */
  constructor(
    readonly tokenizer: Tokenizer,
    readonly isBeginning: boolean,
  ) {}

  /** Tokens that come next in the text. */
  add(found: readonly TokenLogProb[]): void {
    for (const { id, logProb, top } of found) {
      const tops = top.map((one) => ({ ...this.#textOf(one.id), logProb: one.logProb }));
      this.tokens.push({ ...this.#textOf(id), offset: this.#points, logProb, top: tops });
      this.#begins.push(this.#units);
      if (this.tokenizer.isSpecial(id)) continue; // no text shows it
      const added = this.#decoder.decode(this.#shownBytes(id), { stream: true });
      this.#units += added.length;
      this.#points += [...added].length;
    }
  }

  /** Those not taken yet that begin within so many UTF-16 units of the text. */
  take(units: number): ScoredToken[] {
    const from = this.#taken;
    while (this.#taken < this.tokens.length && this.#begins[this.#taken]! < units) this.#taken++;
    return this.tokens.slice(from, this.#taken);
  }

  /** Leaves out what begins after so many units: a text that was cut. */
  cut(units: number): void {
    while (this.#begins.length > this.#taken && this.#begins.at(-1)! >= units) {
      this.#begins.pop();
      this.tokens.pop();
    }
  }

  #shownBytes(id: number): Uint8Array {
    const bytes = this.tokenizer.bytesOf(id);
    const isFirst = this.isBeginning && this.#units === 0;
    const isDropped = isFirst && bytes[0] === 0x20 && !this.tokenizer.decode([id]).startsWith(" ");
    return isDropped ? bytes.subarray(1) : bytes;
  }

  #textOf(id: number): TokenText {
    const bytes = this.tokenizer.bytesOf(id);
    return { text: new TextDecoder().decode(bytes), bytes };
  }
}
