// Whether the kept bytes of a file are those the hub promised, before anything uses them.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { bytesOf } from "../storage/kept-files.ts";
import type { Store } from "../storage/store.ts";
import { keptFileOf, type FileProgress } from "./chunks.ts";

/** Of a file with every chunk: `damaged` are chunks whose bytes are no longer those of their name; none of them, and the whole is right or not. */
export type Verdict = { readonly damaged: readonly number[] } | { readonly isRight: boolean };

/** Reads a file's chunks again; `onBytes` hears how many bytes were read. A chunk at a time is in memory. */
export async function check(store: Store, file: FileProgress, onBytes: (count: number) => void): Promise<Verdict> {
  const whole = sha256.create();
  const damaged: number[] = [];
  for (const [i, name] of file.parts.entries()) {
    const blob = name === null ? undefined : await store.getBlob(name);
    const bytes = blob && new Uint8Array(await blob.arrayBuffer());
    if (!bytes || (await hexOf("SHA-256", bytes)) !== name) {
      damaged.push(i);
      continue;
    }
    if (file.sha256 !== null) whole.update(bytes);
    onBytes(bytes.length);
  }
  if (damaged.length > 0) return { damaged };
  if (file.sha256 !== null) return { isRight: bytesToHex(whole.digest()) === file.sha256 };
  return { isRight: file.gitHash === null || (await gitHashOf(store, file)) === file.gitHash };
}

/** SHA-1 of git's blob object, in hex: what a hub knows of a small file. */
async function gitHashOf(store: Store, file: FileProgress): Promise<string> {
  const content = await bytesOf(store, keptFileOf(file));
  if (!content) return "";
  const header = new TextEncoder().encode(`blob ${content.size}\0`);
  return hexOf("SHA-1", new Uint8Array(await new Blob([header, content]).arrayBuffer()));
}

async function hexOf(algorithm: "SHA-1" | "SHA-256", bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest(algorithm, bytes)));
}
