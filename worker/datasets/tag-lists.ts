// The lists of tags that rows have: each kept once, however many rows have it. Does not know the rows.

/** Lists of tags, each once, with how many rows have it. */
export class TagLists {
  readonly #numbers = new Map<string, number>();
  readonly #lists: (readonly string[])[] = [];
  readonly #uses: number[] = [];

  add(tags: readonly string[]): number {
    const name = tags.length === 0 ? "" : JSON.stringify(tags);
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#lists.push(Object.freeze([...tags])) - 1;
      this.#numbers.set(name, number);
      this.#uses.push(0);
    }
    this.#uses[number]!++;
    return number;
  }

  release(number: number): void {
    this.#uses[number]!--;
  }

  get = (number: number): readonly string[] => this.#lists[number]!;

  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [number, uses] of this.#uses.entries())
      if (uses > 0) for (const tag of this.#lists[number]!) counts.set(tag, (counts.get(tag) ?? 0) + uses);
    return counts;
  }
}
