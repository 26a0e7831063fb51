// Numbers and strings out of a file from front to back, a part of the file in memory at a time. What the file claims of
// itself is compared with its size before anything is read or allocated.
import type { ByteSource } from "./bytes.ts";

/** Ends the reading with the reason. */
export type Bad = (reason: string) => never;

const CHUNK_BYTES = 1024 * 1024;
const text = new TextDecoder();

export class Cursor {
  #view = new DataView(new ArrayBuffer(0));
  #at = 0; // within the view
  #start = 0; // of the view within the file
  readonly #file: ByteSource;
  readonly #maxBytes: number;
  readonly #bad: Bad;

  /** Reads at most the first `maxBytes` of the file. */
  constructor(file: ByteSource, maxBytes: number, bad: Bad) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#bad = bad;
  }

  get name(): string {
    return this.#file.name;
  }
  /** Where the next value begins within the file. */
  get position(): number {
    return this.#start + this.#at;
  }

  async u32(): Promise<number> {
    return (await this.bytes(4)).getUint32(0, true);
  }

  async u64(what: string): Promise<number> {
    const value = Number((await this.bytes(8)).getBigUint64(0, true));
    return Number.isSafeInteger(value) ? value : this.#bad(`${what} is claimed to be ${value}`);
  }

  /** How many things follow, each of at least `minBytes`: no more than the file has room for. */
  async count(what: string, minBytes: number): Promise<number> {
    const count = await this.u64(`the number of ${what}`);
    if (count * minBytes > this.#file.size - this.position)
      this.#bad(`${count} ${what} are claimed, more than the rest of the file can hold`);
    return count;
  }

  /** A string with its length before it. */
  async string(maxBytes: number): Promise<string> {
    const length = await this.count("bytes of a string", 1);
    if (length > maxBytes) this.#bad(`a string of ${length} bytes is claimed, more than ${maxBytes}`);
    return text.decode(await this.bytes(length));
  }

  /** The string that follows when all of it is in memory, without waiting. */
  stringNow(): string | null {
    const left = this.#view.byteLength - this.#at - 8;
    if (left < 0) return null;
    const length = Number(this.#view.getBigUint64(this.#at, true));
    if (length > left) return null;
    const from = this.#at + 8;
    this.#at = from + length;
    return text.decode(new DataView(this.#view.buffer, this.#view.byteOffset + from, length));
  }

  /** The next `length` bytes. */
  async bytes(length: number): Promise<DataView> {
    if (length > this.#view.byteLength - this.#at) await this.#fill(length);
    const view = new DataView(this.#view.buffer, this.#view.byteOffset + this.#at, length);
    this.#at += length;
    return view;
  }

  async #fill(length: number): Promise<void> {
    const { position } = this;
    const { size } = this.#file;
    if (position + length > size) this.#bad(`it ends at byte ${size}, within its header: it is cut off`);
    if (position + length > this.#maxBytes) this.#bad(`its header is longer than ${this.#maxBytes} bytes`);
    const read = await this.#file.read(position, Math.min(Math.max(length, CHUNK_BYTES), size - position));
    if (read.byteLength < length) this.#bad(`it ends at byte ${position + read.byteLength}, within its header`);
    this.#view = new DataView(read.buffer, read.byteOffset, read.byteLength);
    [this.#start, this.#at] = [position, 0];
  }
}
