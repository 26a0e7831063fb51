// Passwords by argon2id, with OWASP's parameters (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane.
import { randomBytes } from "node:crypto";
import { argon2id, argon2Verify } from "hash-wasm";

const parameters = { parallelism: 1, iterations: 2, memorySize: 19_456, hashLength: 32 } as const; // memory in KiB

/** One password written in two ways of Unicode is one. */
const bytesOf = (password: string): string => password.normalize("NFKC");

/** The hash with its salt and parameters, as PHC text. */
export const hashPassword = (password: string): Promise<string> =>
  argon2id({ ...parameters, password: bytesOf(password), salt: randomBytes(16), outputType: "encoded" });

let nobodys: Promise<string> | undefined;

/** Whether it is the password; without a hash, false after the same time. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  nobodys ??= hashPassword("nobody");
  const isRight = await argon2Verify({ password: bytesOf(password), hash: hash ?? (await nobodys) });
  return isRight && hash !== undefined;
}
