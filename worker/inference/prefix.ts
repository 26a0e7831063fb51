// Prompts that begin alike are read once. A prompt is read in slices of so many rows, and how many decides which kernels run and
// in what order they add; so what the cache holds counts as read only where this prompt would be read the same way. Then logits
// are those of a first reading to the bit, and an answer never depends on what was asked before it. What was decoded (one
// row at a time) is for that reason read again by the next turn: once, in slices.

/** Rows a prompt is read in: the largest that fits, the rest padded. A slice stays short, so that Stop is immediate. */
export const BUCKETS = [8, 64] as const;
const [FEW, MANY] = BUCKETS;

export interface PromptSlice {
  readonly position: number; // of its first token
  readonly count: number;
  readonly bucket: number; // rows of the pass
}

/** Tokens from here on are read in FEW rows, those before in MANY. */
function fewFrom(length: number): number {
  const rest = length % MANY;
  return rest <= FEW ? length - rest : length;
}

/** How a prompt of `length` tokens is read from token `from` on. */
export function slicesOf(length: number, from: number): PromptSlice[] {
  const slices: PromptSlice[] = [];
  for (let position = from; position < length;) {
    const isFew = position >= fewFrom(length);
    const bucket = isFew ? FEW : MANY;
    const count = Math.min(bucket, (isFew ? length : fewFrom(length)) - position);
    slices.push({ position, count, bucket });
    position += count;
  }
  return slices;
}

/** The tokens whose keys and values stand at the beginning of a cache, each with the bucket it was read in. */
export class ReadTokens {
  #ids: number[] = [];
  #buckets: number[] = [];
  #last = -1; // the place of the token read last, whose hidden state the session holds

  /** How many of a prompt's first tokens need not be read again: all of them only when the hidden state of the last is there. */
  reusable(ids: readonly number[]): number {
    const few = fewFrom(ids.length);
    let count = 0;
    while (count < ids.length && this.#ids[count] === ids[count] && this.#buckets[count] === (count < few ? MANY : FEW))
      count++;
    return count < ids.length || this.#last === count - 1 ? count : count - 1;
  }

  /** `ids` were read at `position`; what stood from there on is gone. */
  add(ids: readonly number[], position: number, bucket: number): void {
    this.cut(position);
    this.#last = position + ids.length - 1;
    if (this.#ids.length < position) return; // behind a gap: not known from the beginning on
    this.#ids.push(...ids);
    this.#buckets.push(...ids.map(() => bucket));
  }

  /** Only the first `length` tokens are there still. */
  cut(length: number): void {
    this.#ids = this.#ids.slice(0, length);
    this.#buckets = this.#buckets.slice(0, length);
  }
}
