// Where everything is kept: small records by table and key, and large blobs named by their SHA-256. The browser keeps them
// in IndexedDB and OPFS, the server and the command line in files. Does not know what the records mean.

/** Groups of records. A record's value is plain data; typed arrays are allowed. */
export type Table =
  | "documents"
  | "contents"
  | "vectors"
  | "chats"
  | "models"
  | "settings"
  | "datasets"
  | "datasetVersions"
  | "datasetParts"
  | "adapters"
  | "runs"
  | "runLogs"
  | "evaluations"
  | "downloads"
  | "sharing"
  | "sharingEntries";

export interface StoredRecord<T> {
  readonly key: string;
  readonly value: T;
}
/** A record to be put. */
export interface Entry {
  readonly table: Table;
  readonly key: string;
  readonly value: unknown;
}
export interface StoreUsage {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly isPersistent: boolean;
}

/** A write either happens in full or leaves what was there. Throws storage-full or storage-unavailable. */
export interface Store {
  get<T>(table: Table, key: string): Promise<T | undefined>;
  put(table: Table, key: string, value: unknown): Promise<void>;
  delete(table: Table, key: string): Promise<void>;
  /** Puts all the entries, or none when `isStill` says no to what the first of them would replace; says whether it did. */
  putIf<T>(isStill: (now: T | undefined) => boolean, entries: readonly [Entry, ...Entry[]]): Promise<boolean>;
  /** The keys of a table that begin so, in code unit order. */
  keys(table: Table, prefix: string): Promise<string[]>;
  /** Every record of a table, by key in code unit order. */
  list<T>(table: Table): Promise<StoredRecord<T>[]>;
  /** Keeps the bytes and returns their name: the SHA-256, in hex. Bytes already there are not written again. */
  putBlob(bytes: Blob): Promise<string>;
  getBlob(hash: string): Promise<Blob | undefined>;
  hasBlob(hash: string): Promise<boolean>;
  deleteBlob(hash: string): Promise<void>;
  usage(): Promise<StoreUsage>;
}

/** The SHA-256 of the bytes, in hex. Holds them in memory for as long as that takes. */
export async function sha256(bytes: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of no bytes. */
export const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Whether a name may be one of a blob; anything else never reaches a file system. */
export const isHash = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);
