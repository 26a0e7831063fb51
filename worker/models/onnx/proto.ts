// The fields of a protobuf message in a file, from front to back: what is wanted is read, the rest is stepped over, so that gigabytes
// of weights cost no more than their tags. Every length is held against the message that it lies in before anything is read.
import { fail } from "../../contract/errors.ts";
import type { ByteSource } from "../../engine/format/bytes.ts";

/** Where one field lies. */
export interface Field {
  readonly number: number;
  readonly value: number; // of a number; the length of bytes
  readonly start: number; // of the bytes of a message, string or packed list
  readonly end: number;
}

const WINDOW_BYTES = 16 * 1024;
const MOST_FIELDS = 2 ** 20; // of all messages that are walked; large real graphs have some ten thousand
const text = new TextDecoder();

export class Proto {
  readonly #file: ByteSource;
  #window = new Uint8Array(0);
  #windowStart = 0;
  #fieldCount = 0;

  constructor(file: ByteSource) {
    this.#file = file;
  }

  /** The fields between `start` and `end`. Throws bad-file. */
  async *fields(start = 0, end = this.#file.size): AsyncGenerator<Field> {
    let at = start;
    while (at < end) {
      if (++this.#fieldCount > MOST_FIELDS) this.bad("it has too many fields");
      const [tag, afterTag] = await this.#varint(at, end);
      const number = Math.floor(tag / 8);
      const wire = tag % 8;
      const [value, next] = wire === 0 || wire === 2 ? await this.#varint(afterTag, end) : [0, afterTag];
      const length = wire === 0 ? 0 : wire === 2 ? value : this.#fixedLength(wire, afterTag);
      if (next + length > end) this.bad(`a field at byte ${at} is longer than what it lies in`);
      yield { number, value, start: next, end: next + length };
      at = next + length;
    }
  }

  /** A field's text. */
  async string({ start, end }: Field, mostBytes = 4096): Promise<string> {
    if (end - start > mostBytes) this.bad(`a name of ${end - start} bytes`);
    return text.decode(await this.#file.read(start, end - start));
  }

  /** The numbers of a repeated integer field, packed or one of several. */
  async integers(field: Field, most = 16): Promise<number[]> {
    if (field.start === field.end) return [field.value];
    const values: number[] = [];
    for (let at = field.start; at < field.end;) {
      if (values.length === most) this.bad(`more than ${most} dimensions`);
      const [value, next] = await this.#varint(at, field.end);
      values.push(value);
      at = next;
    }
    return values;
  }

  bad(reason: string): never {
    return fail({ code: "bad-file", file: this.#file.name, format: "ONNX", reason });
  }

  #fixedLength(wire: number, at: number): number {
    if (wire === 1) return 8;
    return wire === 5 ? 4 : this.bad(`byte ${at} is not that of a protobuf message`);
  }

  /** An unsigned number and where it ends. Beyond 2⁵³ it is inexact, which no bound below would let pass. */
  async #varint(at: number, end: number): Promise<[number, number]> {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      if (at + i >= end) this.bad("it ends within a number");
      const byte = await this.#byte(at + i);
      value += (byte & 127) * 128 ** i;
      if (byte < 128) return [value, at + i + 1];
    }
    return this.bad(`a number at byte ${at} has no end`);
  }

  async #byte(at: number): Promise<number> {
    if (at < this.#windowStart || at >= this.#windowStart + this.#window.length) {
      this.#window = await this.#file.read(at, Math.min(WINDOW_BYTES, this.#file.size - at));
      this.#windowStart = at;
      if (this.#window.length === 0) this.bad("it ends too soon");
    }
    return this.#window[at - this.#windowStart]!;
  }
}
