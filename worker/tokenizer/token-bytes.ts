// The bytes a token stands for in a text. A vocabulary writes them as its decoder reads them: each byte as a character of its own
// (ByteLevel), or as text with a mark for the space and single bytes as <0xE2> (SentencePiece).
import { BYTES } from "./merge-table.ts";

const utf8 = new TextEncoder();
const byteOf: ReadonlyMap<string, number> = new Map(BYTES.map((character, byte) => [character, byte]));

/** What tokens of a tokenizer.json stand for. */
export interface TokenBytes {
  of(token: string): Uint8Array;
  readonly special: ReadonlySet<string>; // tokens that no text shows
}

/** Added tokens (<s>, <|endoftext|>) are what they say. */
export function tokenBytes(tokenizer: unknown): TokenBytes {
  const { decoder, added_tokens: given } = tokenizer as { decoder?: unknown; added_tokens?: unknown };
  const added = (Array.isArray(given) ? given : []) as { content: string; special?: boolean }[];
  const names = new Set(added.map(({ content }) => content));
  const isByteLevel = JSON.stringify(decoder ?? null).includes('"ByteLevel"');
  return {
    special: new Set(added.filter(({ special }) => special).map(({ content }) => content)),
    of(token) {
      if (names.has(token)) return utf8.encode(token);
      return isByteLevel ? bytesOfCharacters(token) : bytesOfPiece(token);
    },
  };
}

/** A character that stands for no byte is itself. */
const bytesOfCharacters = (token: string): Uint8Array =>
  Uint8Array.from(
    [...token].flatMap((character) => {
      const byte = byteOf.get(character);
      return byte === undefined ? [...utf8.encode(character)] : [byte];
    }),
  );

function bytesOfPiece(token: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
  return byte === undefined ? utf8.encode(token.replaceAll("\u2581", " ")) : Uint8Array.of(Number.parseInt(byte, 16));
}
