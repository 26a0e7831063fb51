// What chats wore was once kept in the browser's small storage, by the chat's id: it moves to the chats' own records.
import type { AdapterChoice, ChatsApi } from "../../worker/contract/index.ts";

const storageKey = "loam-worn";

/** Moves what is there; an entry whose chat cannot be read or written now stays for the next start. */
export async function moveWorn(
  storage: Pick<Storage, "getItem" | "setItem">,
  chats: Pick<ChatsApi, "list" | "get" | "put">,
): Promise<void> {
  const entries = Object.entries(readStored(storage));
  if (entries.length === 0) return;
  const left: Record<string, unknown> = {};
  try {
    const known = new Set((await chats.list()).map(({ id }) => id));
    for (const [id, worn] of entries) {
      if (!known.has(id) || !isWorn(worn)) continue; // of a chat that was removed, or damaged
      try {
        const chat = await chats.get(id);
        if (chat.worn === undefined) await chats.put({ ...chat, worn });
      } catch {
        left[id] = worn;
      }
    }
    storage.setItem(storageKey, JSON.stringify(left));
  } catch {
    // The list cannot be read, or nothing can be kept: all of it stays.
  }
}

function readStored(storage: Pick<Storage, "getItem">): Readonly<Record<string, unknown>> {
  try {
    const stored: unknown = JSON.parse(storage.getItem(storageKey) ?? "{}");
    return typeof stored === "object" && stored !== null ? (stored as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const isWorn = (worn: unknown): worn is AdapterChoice[] => Array.isArray(worn) && worn.every(isChoice);

function isChoice(value: unknown): boolean {
  const { id, strength } = (value ?? {}) as Partial<AdapterChoice>;
  return typeof id === "string" && typeof strength === "number" && strength >= 0 && strength <= 2;
}
