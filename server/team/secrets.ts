// Random tokens, kept as hashes alone: who reads the database can sign in nowhere.
import { createHash, randomBytes, randomInt } from "node:crypto";

/** 256 random bits as 43 characters for URLs. */
export const newToken = (): string => randomBytes(32).toString("base64url");

/** SHA-256, hex; enough for what is random, never for a password. */
export const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

export const KEY_PREFIX = "loam_";
export const newKey = (): string => KEY_PREFIX + newToken();

const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"; // none looks like another

/** A code to type, as "K7QF-3M2P-9XTC": 58 random bits. */
export function newCode(): string {
  const part = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join("");
  return [part(), part(), part()].join("-");
}
