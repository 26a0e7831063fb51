// SHA-256 of small texts, at once: a digest of the browser's own is a message to another thread, of which a million rows would send
// two million. Also its hex form and back. Does not know what is hashed.
import { sha256 } from "@noble/hashes/sha2.js";

export const hashLength = 32; // bytes

// One of each for all, so that hashing a row leaves nothing for the collector of garbage.
const fresh = sha256.create();
const digest = sha256.create();
const result = new Uint8Array(hashLength);
const encoder = new TextEncoder();
let bytes = new Uint8Array(1 << 12);

/** The SHA-256 of a text's UTF-8 bytes, hex. */
export function hashText(text: string): string {
  if (bytes.length < 3 * text.length) bytes = new Uint8Array(6 * text.length);
  const { written } = encoder.encodeInto(text, bytes);
  fresh._cloneInto(digest);
  digest.update(bytes.subarray(0, written)).digestInto(result);
  return readHex(result, 0);
}

/** Writes the bytes that 64 hex digits, in small letters, stand for. */
export function writeHex(hex: string, to: Uint8Array, at: number): void {
  for (let i = 0; i < hashLength; i++) to[at + i] = (digit(hex, 2 * i) << 4) | digit(hex, 2 * i + 1);
}

const digit = (hex: string, i: number): number => {
  const code = hex.charCodeAt(i);
  return code > 57 ? code - 87 : code - 48;
};

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The hex form of the 32 bytes from `at` on. */
export function readHex(bytes: Uint8Array, at: number): string {
  let hex = "";
  for (let i = at; i < at + hashLength; i++) hex += pairs[bytes[i]!]!;
  return hex;
}
