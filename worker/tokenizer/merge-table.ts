// The merges of a byte-level BPE vocabulary as numbers: which pair of tokens becomes which token, and how early. One flat table, which
// the GPU reads as it stands (shaders/bpe).

const SLOT = 4; // u32: left, right, rank, merged
export const NOTHING = 0xffff_ffff;

export interface MergeTable {
  /** (slots, 4) u32; open addressing from `pairHash` on; left is NOTHING in a slot that is free. A power of two of slots, half of them free at least. */
  readonly slots: Uint32Array<ArrayBuffer>;
  /** Token of each byte; NOTHING: the vocabulary has none, and the byte is dropped. */
  readonly byteTokens: Uint32Array;
}

/** Where the search for a pair begins in a table of so many slots. The kernel computes the same. */
export const pairHash = (left: number, right: number, slotCount: number): number => {
  const mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & (slotCount - 1);
};

/** GPT-2's characters for the 256 bytes: itself where it can be seen, else the next free one from U+0100 on. */
export const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte).map((byte, _, all) => {
  const isSeen = (b: number) => (b > 32 && b < 127) || (b > 160 && b !== 173);
  const code = isSeen(byte) ? byte : 256 + all.slice(0, byte).filter((b) => !isSeen(b)).length;
  return String.fromCharCode(code);
});

/** null where a merge names what the vocabulary does not have: then texts, not numbers, have to be merged. */
export function mergeTable(
  vocabulary: ReadonlyMap<string, number>,
  merges: readonly (readonly [string, string])[],
): MergeTable | null {
  const slotCount = 2 ** Math.ceil(Math.log2(2 * merges.length + 2));
  const slots = new Uint32Array(SLOT * slotCount).fill(NOTHING);
  for (const [rank, [a, b]] of merges.entries()) {
    const [left, right, merged] = [vocabulary.get(a), vocabulary.get(b), vocabulary.get(a + b)];
    if (left === undefined || right === undefined || merged === undefined) return null;
    let at = pairHash(left, right, slotCount);
    while (slots[SLOT * at] !== NOTHING && !(slots[SLOT * at] === left && slots[SLOT * at + 1] === right))
      at = (at + 1) & (slotCount - 1);
    slots.set([left, right, rank, merged], SLOT * at); // of a pair that is named twice the last counts
  }
  return { slots, byteTokens: Uint32Array.from(BYTES, (character) => vocabulary.get(character) ?? NOTHING) };
}

/** Merges words on the CPU. */
export class Merger {
  readonly #slots: Uint32Array;
  readonly #slotCount: number;
  #places = new Uint32Array(0); // of each symbol and the one behind it: its slot; NOTHING: they do not merge

  constructor({ slots }: MergeTable) {
    this.#slots = slots;
    this.#slotCount = slots.length / SLOT;
  }

  /**
   * Merges the first `count` of `symbols` in place and returns how many are left: the pair of the lowest rank first, of equals the
   * leftmost. Takes count² steps at worst.
   */
  merge(symbols: Uint32Array, count: number): number {
    if (this.#places.length < count) this.#places = new Uint32Array(2 * count);
    const [slots, places] = [this.#slots, this.#places];
    for (let i = 0; i + 1 < count; i++) places[i] = this.#find(symbols[i]!, symbols[i + 1]!);
    for (;;) {
      let [rank, best] = [NOTHING, -1];
      for (let i = 0; i + 1 < count; i++) {
        const place = places[i]!;
        if (place !== NOTHING && slots[place + 2]! < rank) [rank, best] = [slots[place + 2]!, i];
      }
      if (best < 0) return count;
      symbols[best] = slots[places[best]! + 3]!;
      symbols.copyWithin(best + 1, best + 2, count);
      places.copyWithin(best, best + 1, count - 1);
      count--;
      if (best > 0) places[best - 1] = this.#find(symbols[best - 1]!, symbols[best]!);
      if (best + 1 < count) places[best] = this.#find(symbols[best]!, symbols[best + 1]!);
    }
  }

  #find(left: number, right: number): number {
    const slots = this.#slots;
    for (let at = pairHash(left, right, this.#slotCount); ; at = (at + 1) & (this.#slotCount - 1)) {
      if (slots[SLOT * at] === left && slots[SLOT * at + 1] === right) return SLOT * at;
      if (slots[SLOT * at] === NOTHING) return NOTHING;
    }
  }
}
