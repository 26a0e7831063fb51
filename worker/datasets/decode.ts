// The text of a data file, a megabyte at a time: UTF-8, or UTF-16 with a byte order mark or without. Nothing else is guessed at:
// a wrong letter in training data would be learned. Does not know what the text says.
import { fail, type DataFile, type FileLook } from "../contract/index.ts";
import type { Slices } from "../documents/slices.ts";

/** No larger file is read: its rows stay in memory, packed, with what finds their near duplicates: a million short ones take
 *  over a gigabyte. */
export const maxDataFileBytes = 250_000_000;
const sliceBytes = 1 << 20;

/** First bytes of what people try that is not text. */
const binaries: readonly (readonly [string, string])[] = [
  ["PK\u0003\u0004", "it is a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV"],
  ["PAR1", "it is a Parquet file; convert it to JSONL"],
  ["%PDF-", "it is a PDF, which is a document, not training data; add it to the library instead"],
  ["\u001f\u008b", "it is a gzip archive; unpack it first"],
  ["\u0000\u0000\u00fe\u00ff", "it is UTF-32; save it as UTF-8"],
  ["\u00ff\u00fe\u0000\u0000", "it is UTF-32; save it as UTF-8"],
];

/** The encoding of a file. Throws data-unreadable for one that is empty, too large, or plainly no text. */
export async function encodingOf({ name, bytes }: DataFile): Promise<FileLook["encoding"]> {
  if (bytes.size === 0) fail({ code: "data-unreadable", file: name, reason: "it is empty" });
  if (bytes.size > maxDataFileBytes) {
    const reason = `it has ${Math.round(bytes.size / 1e6)} MB; at most ${maxDataFileBytes / 1e6} MB are read; divide it`;
    fail({ code: "data-unreadable", file: name, reason });
  }
  const head = new Uint8Array(await bytes.slice(0, 4096).arrayBuffer());
  const start = String.fromCharCode(...head.subarray(0, 8));
  const binary = binaries.find(([magic]) => start.startsWith(magic));
  if (binary !== undefined) fail({ code: "data-unreadable", file: name, reason: binary[1] });
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  head.forEach((byte, i) => (byte === 0 ? zeros[i % 2]!++ : 0));
  // The brackets, quotes and Latin letters of a data file have a zero in every second byte of UTF-16.
  if (zeros[1]! > head.length / 8 && zeros[0] === 0) return "utf-16le";
  if (zeros[0]! > head.length / 8 && zeros[1] === 0) return "utf-16be";
  return "utf-8";
}

/** The text without its byte order mark, in pieces. Throws data-unreadable where a byte does not fit the encoding. */
export async function* textOf(
  { name, bytes }: DataFile,
  encoding: FileLook["encoding"],
  slices: Slices,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  for (let at = 0; at < bytes.size; at += sliceBytes) {
    const slice = new Uint8Array(await bytes.slice(at, at + sliceBytes).arrayBuffer());
    const text = decoded(decoder, slice, at + sliceBytes < bytes.size);
    if (text === undefined) {
      const bad = line + (encoding === "utf-8" ? linesBeforeFault(slice) : 0);
      const kind = encoding === "utf-8" ? "UTF-8" : "UTF-16";
      const reason = `it is not sound ${kind} at or shortly after line ${bad}; save it as UTF-8`;
      fail({ code: "data-unreadable", file: name, reason });
    }
    yield text;
    line += text.split("\n").length - 1;
    slices.report(Math.min(1, (at + sliceBytes) / bytes.size));
    await slices.breathe();
  }
}

function decoded(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): string | undefined {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    return undefined;
  }
}

/** Whole lines before the first that is not UTF-8. Cutting at line ends never cuts a character. */
function linesBeforeFault(bytes: Uint8Array): number {
  let count = 0;
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    const isCutStart = count === 0 && start === 0; // the first line may begin within a character
    if (
      !isCutStart &&
      decoded(new TextDecoder("utf-8", { fatal: true }), bytes.subarray(start, end), false) === undefined
    )
      return count;
    start = end + 1;
    count++;
  }
  return count;
}
