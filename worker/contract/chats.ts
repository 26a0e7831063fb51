// Chats, storage and the privacy ledger, as the page sees them. All of it lives in the text worker.
import type { Rating } from "./datasets.ts";
import type { AppErrorCode } from "./errors.ts";
import type { AdapterChoice, AskEvent, AskRequest, AskResult } from "./inference.ts";

/** One turn of a chat. Turns form a tree: editing or regenerating adds a sibling, nothing is overwritten. */
export interface Turn {
  readonly id: string;
  readonly parentId: string | null;
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly createdAt: number; // ms since the epoch
  readonly model?: string; // assistant only
  readonly result?: AskResult; // assistant only, once finished
  readonly error?: AppErrorCode; // assistant only, when it failed
  readonly corrected?: string; // the answer as it should have been; `content` stays what the model wrote
  readonly rating?: Rating; // of what the model wrote
  readonly reason?: string; // for the rating, in words
  readonly example?: ExamplePlace; // where it was saved as an example
}
/** A row of a data set, as a chat remembers it; either may have been removed since. */
export interface ExamplePlace {
  readonly dataset: string; // id
  readonly row: string; // id
}
export interface Chat {
  readonly id: string;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly documentIds: readonly string[] | null; // null: all documents
  readonly turns: readonly Turn[];
  readonly currentId: string | null; // the leaf that is shown
  readonly worn?: readonly AdapterChoice[]; // the adapters its answers wear; absent: nothing was asked or chosen yet
}
export type ChatSummary = Omit<Chat, "turns">;

/** A chat with every word that was searched for. */
export interface FoundChat {
  readonly id: string;
  readonly line: string | null; // of a message, with the most of the words; null: the title has them all
}

export interface ChatsApi {
  list(): Promise<ChatSummary[]>; // newest first
  get(id: string): Promise<Chat>;
  put(chat: Chat): Promise<void>;
  remove(id: string): Promise<void>;
  /** By titles and messages; a corrected answer by its correction. Newest first. */
  search(query: string): Promise<FoundChat[]>;
}

export interface StorageItem {
  readonly what: "documents" | "models" | "adapters" | "vectors" | "chats" | "app";
  readonly name: string;
  readonly bytes: number;
  readonly id?: string; // of the document or model it belongs to
}
export interface StorageUsage {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly isPersistent: boolean;
  readonly items: readonly StorageItem[];
}
/** How many of each came back. */
export interface BroughtBack {
  readonly datasets: number;
  readonly adapters: number;
  readonly runs: number;
}
export interface StorageApi {
  usage(): Promise<StorageUsage>;
  /** Data sets with all their versions, adapters, runs with their checkpoints, and evaluations, as one file. */
  carry(): Promise<Blob>;
  /** Adds from such a file what is not here; nothing that is here is lost. Throws bad-file before anything is added. */
  bringBack(name: string, carried: Blob): Promise<BroughtBack>;
}

export interface AskApi {
  ask(request: AskRequest, onEvent: (event: AskEvent) => void): Promise<AskResult>;
  cancel(id: string): Promise<void>;
}
