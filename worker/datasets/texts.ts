// Many texts as UTF-8 bytes in large blocks, and the contents of rows by their hash, each once. Half the memory of strings, and none
// of it on the heap. Does not know rows.
import type { RowContent } from "../contract/index.ts";
import { Blocks, grown } from "./flat.ts";
import { hashLength, readHex, writeHex } from "./hash.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const headLength = 4; // bytes, of a text's length

/** Texts, each found by its address. None of them goes. */
export class Texts {
  readonly #bytes = new Blocks((length) => new Uint8Array(length));

  add(text: string): number {
    const { block, start } = this.#bytes.room(headLength + 3 * text.length);
    const { written } = encoder.encodeInto(text, block.subarray(start + headLength));
    for (let i = 0; i < headLength; i++) block[start + i] = written >>> (8 * i);
    return this.#bytes.took(headLength + written);
  }

  at(address: number): string {
    const { block, start } = this.#bytes.place(address);
    let length = 0;
    for (let i = 0; i < headLength; i++) length |= block[start + i]! << (8 * i);
    return decoder.decode(block.subarray(start + headLength, start + headLength + length));
  }
}

/** Contents by number and by hash. */
export class Contents {
  readonly #texts: Texts;
  #hashes = new Uint8Array(16 * hashLength);
  #addresses = new Float64Array(16);
  #kept = new Uint8Array(16); // 1: stored, so that a later version need not store it again
  #table = new Int32Array(64).fill(-1); // numbers, by the first bits of the hash, then the next free place
  #count = 0;

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  /** -1: it is not there. */
  numberOf(hash: string): number {
    return this.#table[this.#place(hash)]!;
  }

  /** → its number, also where it was there already. */
  add(hash: string, { messages, rejected }: RowContent): number {
    const place = this.#place(hash);
    if (this.#table[place]! >= 0) return this.#table[place]!;
    const number = this.#count++;
    this.#hashes = grown(this.#hashes, this.#count * hashLength);
    this.#addresses = grown(this.#addresses, this.#count);
    this.#kept = grown(this.#kept, this.#count);
    writeHex(hash, this.#hashes, number * hashLength);
    this.#addresses[number] = this.#texts.add(
      JSON.stringify(rejected === undefined ? { messages } : { messages, rejected }),
    );
    this.#table[place] = number;
    if (2 * this.#count > this.#table.length) this.#widen();
    return number;
  }

  get = (number: number): RowContent => JSON.parse(this.#texts.at(this.#addresses[number]!)) as RowContent;
  hashOf = (number: number): string => readHex(this.#hashes, number * hashLength);

  isKept(hash: string): boolean {
    const number = this.numberOf(hash);
    return number >= 0 && this.#kept[number] === 1;
  }
  keep(number: number): void {
    this.#kept[number] = 1;
  }

  #place(hash: string): number {
    const mask = this.#table.length - 1;
    writeHex(hash, wanted, 0);
    let place = (wanted[0]! | (wanted[1]! << 8) | (wanted[2]! << 16) | (wanted[3]! << 24)) & mask;
    for (; this.#table[place]! >= 0; place = (place + 1) & mask) if (this.#isWanted(this.#table[place]!)) break;
    return place;
  }

  #isWanted(number: number): boolean {
    for (let i = 0; i < hashLength; i++) if (this.#hashes[number * hashLength + i] !== wanted[i]) return false;
    return true;
  }

  #widen(): void {
    this.#table = new Int32Array(4 * this.#table.length).fill(-1);
    for (let number = 0; number < this.#count; number++) this.#table[this.#place(this.hashOf(number))] = number;
  }
}

const wanted = new Uint8Array(hashLength);
