// Bytes to text, a megabyte at a time: UTF-8, UTF-16 with a byte order mark or without, else Windows-1252, which gives every
// byte a meaning. Does not know what the text says, apart from a page's own word about its encoding.
import { AppError, fail } from "../contract/index.ts";
import type { Slices } from "./slices.ts";

/** More text than this is refused before it is read: an index of it would not fit in a worker's memory. */
export const maxTextBytes = 50_000_000;
const sliceBytes = 1 << 20;

/** The text of a file, lines ending in \n, without NUL and other control characters. Throws document-unreadable. */
export async function readText(name: string, bytes: Blob, slices: Slices): Promise<string> {
  if (bytes.size > maxTextBytes)
    fail({
      code: "document-unreadable",
      document: name,
      reason: "too-large",
      detail: `${Math.round(bytes.size / 1e6)} MB of text; at most ${maxTextBytes / 1e6} MB can be read`,
    });
  const head = new Uint8Array(await bytes.slice(0, 4096).arrayBuffer());
  for (const encoding of encodings(head)) {
    const text = await decode(bytes, encoding, slices);
    if (text !== undefined) return cleaned(name, text);
  }
  throw new AppError({ code: "document-unreadable", document: name, reason: "damaged", detail: "no known encoding" });
}

/** Encodings worth trying, most telling first. The last never fails. */
function encodings(head: Uint8Array): string[] {
  if (head[0] === 0xff && head[1] === 0xfe) return ["utf-16le"];
  if (head[0] === 0xfe && head[1] === 0xff) return ["utf-16be"];
  const zeros = [0, 0];
  head.forEach((byte, i) => (byte === 0 ? zeros[i % 2]!++ : 0));
  // Latin text in UTF-16 has a zero in every second byte.
  if (zeros[1]! > head.length / 4 && zeros[0]! < head.length / 40) return ["utf-16le"];
  if (zeros[0]! > head.length / 4 && zeros[1]! < head.length / 40) return ["utf-16be"];
  const declared = /charset\s*=\s*["']?([\w-]+)/i.exec(String.fromCharCode(...head))?.[1];
  return declared !== undefined && isKnown(declared) ? ["utf-8", declared, "windows-1252"] : ["utf-8", "windows-1252"];
}

function isKnown(encoding: string): boolean {
  try {
    return new TextDecoder(encoding).encoding !== "";
  } catch {
    return false;
  }
}

/** The text, or undefined where a byte does not fit the encoding. */
async function decode(bytes: Blob, encoding: string, slices: Slices): Promise<string | undefined> {
  const decoder = new TextDecoder(encoding, { fatal: encoding === "utf-8" });
  const parts: string[] = [];
  for (let at = 0; at < bytes.size; at += sliceBytes) {
    const slice = await bytes.slice(at, at + sliceBytes).arrayBuffer();
    try {
      parts.push(decoder.decode(slice, { stream: at + sliceBytes < bytes.size }));
    } catch {
      return undefined;
    }
    slices.report((at / bytes.size) * 0.5);
    await slices.breathe();
  }
  const text = parts.join("");
  // Node 20 takes windows-1252 for Latin-1, which has control characters where the former has typography.
  return encoding === "windows-1252"
    ? text.replace(/[\u0080-\u009f]/g, (c) => typography[c.charCodeAt(0) - 0x80]!)
    : text;
}

/** Windows-1252 from 0x80 to 0x9f. */
const typography = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

function cleaned(name: string, text: string): string {
  // oxlint-disable-next-line no-control-regex -- these characters are exactly what is to go
  const control = /[\u0000-\u0008\u000e-\u001f\u007f]/g;
  const sample = text.slice(0, 10_000);
  if ((sample.match(control)?.length ?? 0) > sample.length / 10)
    fail({ code: "document-unreadable", document: name, reason: "damaged", detail: "binary data, not text" });
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[\u000b\u000c\u0085\u2028\u2029]/g, "\n")
    .replace(control, "");
}
