// A tar file (ustar, POSIX.1-1988) of plain files, written and read as a stream. Any tar reads what is written here; read is only what
// was written here: a header that is one bit different is refused.
import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { fail } from "../../../worker/contract/errors.ts";

const BLOCK = 512;
const MOST_OCTAL = 8 ** 11; // sizes from here on are written as numbers of base 256, as GNU tar does

function headerOf(path: string, bytes: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0, 100, "ascii");
  header.write("0000600\x000000000\x000000000\x00", 100, "ascii"); // mode, user, group
  if (bytes < MOST_OCTAL) header.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124, "ascii");
  else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(bytes), 128);
  }
  header.write("00000000000\0" + " ".repeat(8) + "0", 136, "ascii"); // no time; the sum's place; a plain file
  header.write("ustar\x0000", 257, "binary");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
  return header;
}

const paddingOf = (bytes: number): number => (BLOCK - (bytes % BLOCK)) % BLOCK;

export class TarWriter {
  private constructor(private readonly file: FileHandle) {}

  /** A file that is not there yet. */
  static async create(path: string): Promise<TarWriter> {
    return new TarWriter(await open(path, "wx", 0o600));
  }

  /** Adds a file of so many bytes. `path` has at most 99 characters of ASCII. */
  async add(path: string, bytes: number, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    await this.file.writeFile(headerOf(path, bytes));
    let written = 0;
    for await (const chunk of content) {
      await this.file.writeFile(chunk);
      written += chunk.byteLength;
    }
    if (written !== bytes) fail({ code: "data-unreadable", file: path, reason: "it changed while it was read" });
    await this.file.writeFile(Buffer.alloc(paddingOf(bytes)));
  }

  /** Ends the file; then it is on the disk for good. */
  async end(): Promise<void> {
    await this.file.writeFile(Buffer.alloc(2 * BLOCK));
    await this.file.sync();
    await this.file.close();
  }

  abandon(): Promise<void> {
    return this.file.close();
  }
}

export interface TarEntry {
  readonly path: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>; // to be read before the next entry
}

/** The files in a tar file, in order. Throws data-unreadable when it is cut off, or not as written here. */
export async function* readTar(file: string): AsyncGenerator<TarEntry> {
  const broken = (reason: string): never => fail({ code: "data-unreadable", file, reason });
  const source = new Pieces(createReadStream(file), () => broken("it is cut off"));
  for (;;) {
    const header = await source.exactly(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const path = header.toString("latin1", 0, 100).replace(/\0.*$/s, "");
    const isLarge = header[124] === 0x80;
    const bytes = isLarge ? Number(header.readBigUInt64BE(128)) : parseInt(header.toString("latin1", 124, 135), 8);
    if (!Number.isSafeInteger(bytes) || !headerOf(path, bytes).equals(header))
      broken("it is damaged, or no backup of Loam");
    yield { path, bytes, content: source.stream(bytes) };
    const padding = await source.exactly(paddingOf(bytes));
    if (padding.some((byte) => byte !== 0)) broken("it is damaged");
  }
  const end = await source.exactly(BLOCK);
  if (end.some((byte) => byte !== 0) || !(await source.isOver())) broken("it is damaged");
}

/** A stream, taken in pieces of a wanted size. */
class Pieces {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(
    stream: AsyncIterable<Buffer>,
    private readonly cutOff: () => never,
  ) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async exactly(bytes: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of this.stream(bytes)) parts.push(part);
    return Buffer.concat(parts);
  }

  async *stream(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0;) {
      if (this.#rest.length === 0 && !(await this.#more())) this.cutOff();
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async isOver(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#more());
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    this.#rest = done ? Buffer.alloc(0) : value;
    return !done;
  }
}
