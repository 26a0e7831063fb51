// Cuts a stream of text into the pieces a row is read from: lines, records of a table, items of a JSON array. A piece that
// grows too long is dropped while it is read, so that no file can fill the memory. Does not read what a piece says.

/** Longest piece, in UTF-16 code units. */
export const maxPieceLength = 1_000_000;

export interface Piece {
  readonly line: number; // 1-based, where it starts
  readonly text: string;
  readonly fault?: string; // why the text is not to be read
}

/** Tells where a piece ends; fed every code unit once, in order. */
interface Cutter {
  /** What a code unit means: part of a piece, nothing that starts one, or the end of the open one (and part of none). */
  take(code: number): "keep" | "skip" | "end";
  /** What is wrong with the open piece if the text stops here. */
  readonly pieceFault?: string | undefined;
  /** What is wrong with the text as a whole if it stops here. */
  readonly textFault?: string | undefined;
}

async function* cut(text: AsyncIterable<string>, cutter: Cutter, maxLength: number): AsyncGenerator<Piece> {
  let line = 1;
  let startLine = 0; // 0: between pieces
  let kept = "";
  let isLong = false;
  const piece = (): Piece => {
    const fault = `is longer than ${maxLength.toLocaleString("en")} characters`;
    const made = isLong ? { line: startLine, text: "", fault } : { line: startLine, text: kept };
    kept = "";
    startLine = 0;
    isLong = false;
    return made;
  };
  for await (const chunk of text) {
    let from = 0;
    const keep = (to: number) => {
      if (!isLong && startLine !== 0) kept += chunk.slice(from, to);
      if (kept.length > maxLength) [kept, isLong] = ["", true];
    };
    for (let i = 0; i < chunk.length; i++) {
      const code = chunk.charCodeAt(i);
      const meaning = cutter.take(code);
      if (meaning === "keep" && startLine === 0) [startLine, from] = [line, i];
      if (meaning === "end" && startLine !== 0) {
        keep(i);
        yield piece();
      }
      if (code === 10) line++;
    }
    keep(chunk.length);
  }
  if (startLine !== 0) {
    const last = piece();
    const fault = last.fault ?? cutter.pieceFault;
    yield fault === undefined ? last : { ...last, text: "", fault };
  }
  if (cutter.textFault !== undefined) yield { line, text: "", fault: cutter.textFault };
}

/** Lines that are not blank, without their ends. */
export async function* lines(text: AsyncIterable<string>, maxLength = maxPieceLength): AsyncGenerator<Piece> {
  const newline: Cutter = { take: (code) => (code === 10 ? "end" : "keep") };
  for await (const piece of cut(text, newline, maxLength))
    if (piece.fault !== undefined || piece.text.trim() !== "") yield { ...piece, text: piece.text.replace(/\r$/, "") };
}

/** Records of a table: lines, but those within quotes do not end one. Blank ones are left out. */
export async function* records(
  text: AsyncIterable<string>,
  delimiter: string,
  maxLength = maxPieceLength,
): AsyncGenerator<Piece> {
  for await (const piece of cut(text, new RecordCutter(delimiter.charCodeAt(0)), maxLength))
    if (piece.fault !== undefined || piece.text.trim() !== "") yield { ...piece, text: piece.text.replace(/\r$/, "") };
}

const quote = 0x22;

class RecordCutter implements Cutter {
  readonly #delimiter: number;
  #isQuoted = false;
  #isAtStart = true; // of a cell; only there does a quote open one

  constructor(delimiter: number) {
    this.#delimiter = delimiter;
  }

  take(code: number): "keep" | "end" {
    if (code === quote && (this.#isQuoted || this.#isAtStart)) {
      this.#isQuoted = !this.#isQuoted;
      this.#isAtStart = !this.#isQuoted; // a doubled quote closes and opens again
      return "keep";
    }
    const ends = code === 10 && !this.#isQuoted;
    this.#isAtStart = !this.#isQuoted && (code === this.#delimiter || ends);
    return ends ? "end" : "keep";
  }

  get pieceFault(): string | undefined {
    return this.#isQuoted ? "opens a quote that is never closed" : undefined;
  }
}

/** Items of the JSON array that a text is, each as its source text. A comma too many does no harm. */
export async function* arrayItems(text: AsyncIterable<string>, maxLength = maxPieceLength): AsyncGenerator<Piece> {
  yield* cut(text, new ItemCutter(), maxLength);
}

class ItemCutter implements Cutter {
  #depth = 0; // 1 within the array itself
  #isClosed = false;
  #isString = false;
  #isEscaped = false;

  take(code: number): "keep" | "skip" | "end" {
    if (this.#isString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (code === 0x5c) this.#isEscaped = true;
      else if (code === quote) this.#isString = false;
      return "keep";
    }
    const isSpace = code === 0x20 || code === 10 || code === 13 || code === 9;
    if (isSpace || this.#isClosed) return isSpace ? "skip" : "keep";
    if (code === quote) this.#isString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (this.#depth++ === 0) return "skip";
    } else if (code === 0x5d || code === 0x7d) {
      this.#isClosed = --this.#depth === 0;
      if (this.#isClosed) return "end";
    } else if (code === 0x2c && this.#depth === 1) return "end";
    return "keep";
  }

  get pieceFault(): string | undefined {
    if (this.#isClosed) return "stands after the end of the array";
    return this.#depth > 1 || this.#isString ? "the file ends in the middle of it" : undefined;
  }

  get textFault(): string | undefined {
    return this.#isClosed ? undefined : "the array is not closed: the file may be cut short";
  }
}
