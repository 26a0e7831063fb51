// Everything as one file and back: a line that says what it is, a JSON head of known length, then the documents' bytes one
// after another, and last what the text worker carries (data sets, versions, runs). Parts are only referenced until the browser writes them, so that a large library does not fill the memory.
import { fail, type Chat } from "../../worker/contract/index.ts";
import type { Settings } from "./settings.svelte.ts";

const magic = "loam-backup 1\n";
const lengthDigits = 12;
const mostHeadBytes = 512 * 1024 * 1024;

export interface Backup {
  readonly chats: readonly Chat[];
  readonly settings: Partial<Settings>;
  readonly documents: readonly { readonly name: string; readonly bytes: Blob }[];
  readonly carried: Blob | null; // null: written before there was any of it
}
interface Head {
  readonly chats: readonly Chat[];
  readonly settings: Partial<Settings>;
  readonly documents: readonly { readonly name: string; readonly sizeBytes: number }[];
  readonly carriedBytes?: number;
}

/** The backup as one file. */
export function packBackup({ chats, settings, documents, carried }: Backup): Blob {
  const head: Head = {
    chats,
    settings,
    documents: documents.map(({ name, bytes }) => ({ name, sizeBytes: bytes.size })),
    ...(carried === null ? {} : { carriedBytes: carried.size }),
  };
  const json = new TextEncoder().encode(JSON.stringify(head));
  const length = String(json.length).padStart(lengthDigits, "0");
  return new Blob([
    magic,
    `${length}\n`,
    json,
    ...documents.map(({ bytes }) => bytes),
    ...(carried === null ? [] : [carried]),
  ]);
}

/** Reads what `packBackup` wrote. Throws bad-file when it is anything else or cut short. */
export async function unpackBackup(name: string, file: Blob): Promise<Backup> {
  const bad = (reason: string): never => fail({ code: "bad-file", file: name, format: "Loam backup", reason });
  const start = await file.slice(0, magic.length + lengthDigits + 1).text();
  const length = Number(start.slice(magic.length));
  if (!start.startsWith(magic) || !Number.isSafeInteger(length)) return bad("it was not written by Loam");
  const headStart = magic.length + lengthDigits + 1;
  if (length > mostHeadBytes || headStart + length > file.size) return bad("it is cut short");
  const head = readHead(await file.slice(headStart, headStart + length).text()) ?? bad("its contents are damaged");
  let at = headStart + length;
  const documents = head.documents.map(({ name, sizeBytes }) => {
    if (at + sizeBytes > file.size) return bad("it is cut short");
    at += sizeBytes;
    return { name, bytes: file.slice(at - sizeBytes, at) };
  });
  const { chats, settings, carriedBytes } = head;
  if (carriedBytes !== undefined && at + carriedBytes > file.size) return bad("it is cut short");
  const carried = carriedBytes === undefined ? null : file.slice(at, at + carriedBytes);
  return { chats, settings, documents, carried };
}

/** A chat that is here and in a backup: all turns of both, the rest as in the one that was changed last. */
export function merged(here: Chat, other: Chat): Chat {
  const [older, newer] = here.updatedAt >= other.updatedAt ? [other, here] : [here, other];
  const known = new Set(newer.turns.map(({ id }) => id));
  const more = older.turns.filter(({ id }) => !known.has(id));
  return { ...newer, turns: [...newer.turns, ...more] };
}

function readHead(json: string): Head | null {
  try {
    const head = JSON.parse(json) as Partial<Head> | null;
    const { chats, documents, settings, carriedBytes } = head ?? {};
    if (carriedBytes !== undefined && !(Number.isSafeInteger(carriedBytes) && carriedBytes >= 0)) return null;
    if (!Array.isArray(chats) || !Array.isArray(documents)) return null;
    const isDocument = (part: Head["documents"][number]) =>
      typeof part?.name === "string" && Number.isSafeInteger(part.sizeBytes) && part.sizeBytes >= 0;
    if (!documents.every(isDocument) || !chats.every(isChat)) return null;
    return { chats, documents, settings: settings ?? {}, ...(carriedBytes === undefined ? {} : { carriedBytes }) };
  } catch {
    return null;
  }
}

function isChat(chat: Partial<Chat> | null): chat is Chat {
  return typeof chat?.id === "string" && typeof chat.title === "string" && Array.isArray(chat.turns);
}
