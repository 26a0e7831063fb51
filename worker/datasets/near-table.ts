// Where texts with like signatures meet: signatures cut to bytes, and by bands into buckets, all in flat arrays outside the heap, so
// that a million fit. Does not know how signatures are made, nor whether what meets is near.

export const bands = 12;
export const bandLength = 6; // a pair at 0.9 shares no band with probability (1 - 0.9⁶)¹² = 1.1e-4
export const signatureLength = bands * bandLength;
// Equal minima of a pair at 0.9: mean 64.8, deviation 2.5; fewer than 4 deviations below is left unchecked.
const minEqual = 54;
const mostMet = 64; // entries of a bucket that are looked at, the latest first
const mostSteps = 256; // along a chain, which other keys may share

/** Signatures and their buckets, by slot: about 270 bytes a text. */
export class Table {
  readonly capacity: number; // slots
  readonly #codes: Uint8Array; // [slot, signatureLength]: a byte of each minimum; two differ and agree in it once in 256
  readonly #keys: Uint32Array; // [slot, bands]
  readonly #next: Int32Array; // [slot, bands]: the slot before in the chain; -1: none
  readonly #heads: Int32Array; // [bands, chains]: the latest slot of a chain
  readonly #chainBits: number;
  readonly #seen: Uint32Array; // [slot]: the search that met it last
  #search = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#chainBits = Math.ceil(Math.log2(capacity));
    this.#codes = new Uint8Array(capacity * signatureLength);
    this.#keys = new Uint32Array(capacity * bands);
    this.#next = new Int32Array(capacity * bands);
    this.#heads = new Int32Array(bands << this.#chainBits).fill(-1);
    this.#seen = new Uint32Array(capacity);
  }

  codes = (slot: number) => this.#codes.subarray(slot * signatureLength, (slot + 1) * signatureLength);
  keys = (slot: number) => this.#keys.subarray(slot * bands, (slot + 1) * bands);

  add(slot: number, codes: Uint8Array, keys: Uint32Array): void {
    this.#codes.set(codes, slot * signatureLength);
    this.#keys.set(keys, slot * bands);
    for (let band = 0; band < bands; band++) {
      const head = this.#headOf(band, keys[band]!);
      this.#next[slot * bands + band] = this.#heads[head]!;
      this.#heads[head] = slot;
    }
  }

  /** The slots that share a bucket and enough of the signature, most equal first. */
  meet(codes: Uint8Array, keys: Uint32Array, isLive: (slot: number) => boolean): number[] {
    this.#search++;
    const found: { slot: number; equal: number }[] = [];
    for (let band = 0; band < bands; band++) {
      let slot = this.#heads[this.#headOf(band, keys[band]!)]!;
      for (let met = 0, steps = 0; slot >= 0 && met < mostMet && steps < mostSteps; steps++) {
        if (this.#keys[slot * bands + band] === keys[band] && isLive(slot)) {
          met++;
          if (this.#seen[slot] !== this.#search) {
            this.#seen[slot] = this.#search;
            const equal = this.#equal(slot, codes);
            if (equal >= minEqual) found.push({ slot, equal });
          }
        }
        slot = this.#next[slot * bands + band]!;
      }
    }
    return found.sort((a, b) => b.equal - a.equal).map(({ slot }) => slot);
  }

  #headOf(band: number, key: number): number {
    return (band << this.#chainBits) + (key >>> (32 - this.#chainBits));
  }

  /** Equal bytes of two signatures; below minEqual, some number below it. */
  #equal(slot: number, codes: Uint8Array): number {
    const start = slot * signatureLength;
    let unequal = 0;
    for (let i = 0; i < signatureLength; i++)
      if (this.#codes[start + i] !== codes[i] && ++unequal > signatureLength - minEqual) break;
    return signatureLength - unequal;
  }
}
