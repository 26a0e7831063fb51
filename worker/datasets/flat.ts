// Flat arrays that grow: columns of numbers, and blocks of memory that pieces are put into and never leave. What is kept in them is
// outside the heap, where a million rows as objects would not fit. Does not know what is kept.

type Numbers = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** The array, or where it is shorter than `length` a longer one that begins with it. */
export function grown<T extends Numbers>(array: T, length: number): T {
  if (array.length >= length) return array;
  const longer = new (array.constructor as new (length: number) => T)(Math.max(length, 2 * array.length));
  longer.set(array);
  return longer;
}

const blockLength = 1 << 20; // items; the first block is shorter, a piece that is longer has one of its own
const firstLength = 1 << 12;

/** Pieces one after another, each found by its address. */
export class Blocks<T extends Numbers> {
  readonly #make: (length: number) => T;
  readonly #blocks: T[] = [];
  #end = 0; // in the last block

  constructor(make: (length: number) => T) {
    this.#make = make;
  }

  /** Keeps a copy of the piece. → its address */
  add(piece: T): number {
    const { block, start } = this.room(piece.length);
    block.set(piece, start);
    return this.took(piece.length);
  }

  /** Room for `length` items, to be written from `start` on. */
  room(length: number): { readonly block: T; readonly start: number } {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.length - this.#end >= length) return { block: last, start: this.#end };
    const usual = Math.min(blockLength, firstLength << (2 * this.#blocks.length));
    this.#blocks.push(this.#make(Math.max(length, usual)));
    this.#end = 0;
    return { block: this.#blocks.at(-1)!, start: 0 };
  }

  /** Says that so many items of the room are used. → their address */
  took(length: number): number {
    const address = (this.#blocks.length - 1) * blockLength + this.#end;
    // What follows in a block longer than the usual would have no address.
    this.#end = this.#blocks.at(-1)!.length > blockLength ? this.#blocks.at(-1)!.length : this.#end + length;
    return address;
  }

  at(address: number, length: number): T {
    const { block, start } = this.place(address);
    return block.subarray(start, start + length) as T;
  }

  place(address: number): { readonly block: T; readonly start: number } {
    const start = address % blockLength;
    return { block: this.#blocks[(address - start) / blockLength]!, start };
  }
}

/** Numbers 0, 1, 2, … by a key each of them has. Others may share it: what is found is to be looked at. */
export class Chains {
  #numbers = new Uint32Array(64); // by entry
  #keys = new Uint32Array(64);
  #before = new Int32Array(64); // the entry before it in the chain; -1: none
  #heads = new Int32Array(64).fill(-1); // by the low bits of the key: the latest entry
  #count = 0;

  add(number: number, key: number): void {
    const entry = this.#count++;
    this.#numbers = grown(this.#numbers, this.#count);
    this.#keys = grown(this.#keys, this.#count);
    this.#before = grown(this.#before, this.#count);
    this.#numbers[entry] = number;
    this.#keys[entry] = key;
    this.#link(entry);
    if (this.#count <= this.#heads.length) return;
    this.#heads = new Int32Array(4 * this.#heads.length).fill(-1);
    for (let linked = 0; linked < this.#count; linked++) this.#link(linked);
  }

  /** The latest number with this key that is wanted; -1: none. */
  find(key: number, isWanted: (number: number) => boolean): number {
    let entry = this.#heads[key & (this.#heads.length - 1)]!;
    for (; entry >= 0; entry = this.#before[entry]!)
      if (this.#keys[entry] === key && isWanted(this.#numbers[entry]!)) return this.#numbers[entry]!;
    return -1;
  }

  #link(entry: number): void {
    const head = this.#keys[entry]! & (this.#heads.length - 1);
    this.#before[entry] = this.#heads[head]!;
    this.#heads[head] = entry;
  }
}
