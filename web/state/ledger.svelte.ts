// Every request the page, its workers and the service worker made, and what follows from them. "Nothing has left this
// device" is computed here from the records, never set. Does not know how records are observed.
import type { RequestRecord, RequestReporter } from "../../worker/contract/index.ts";

/** One request, seen by one or more reporters. */
export interface LedgerEntry {
  readonly url: string;
  readonly method: string | null;
  readonly at: number;
  readonly bytes: number;
  readonly seenBy: readonly RequestReporter[];
  readonly isOwn: boolean; // to the origin that serves the app
  readonly isBlocked: boolean;
}

// Two reporters see the same request; their clocks and event loops differ by less than this.
const sameRequestMs = 2000;
const keptEntries = 2000;

export class LedgerState {
  #entries = $state.raw<readonly LedgerEntry[]>([]);
  #foreignCount = $state(0);
  #sentCount = $state(0);
  #total = $state(0);
  readonly #origin: string;

  /** `origin` is the app's own; requests to it fetch the app and carry nothing of the user's. */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Newest first; the oldest are dropped beyond 2000, the counts stay. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }
  get total(): number {
    return this.#total;
  }
  /** Requests that reached another origin. */
  get foreignCount(): number {
    return this.#foreignCount;
  }
  /** Requests to the own origin that carried a body. */
  get sentCount(): number {
    return this.#sentCount;
  }
  get blockedCount(): number {
    return this.#entries.filter(({ isBlocked }) => isBlocked).length;
  }
  get isSealed(): boolean {
    return this.#foreignCount === 0 && this.#sentCount === 0;
  }

  add(records: readonly RequestRecord[]): void {
    const entries = [...this.#entries];
    for (const record of records) this.#addOne(entries, record);
    this.#entries = entries.toSorted((a, b) => b.at - a.at).slice(0, keptEntries);
  }

  #addOne(entries: LedgerEntry[], record: RequestRecord): void {
    const { url, method, at, bytes, isBlocked } = record;
    const index = entries.findIndex((entry) => isSame(entry, record));
    if (index >= 0) {
      const known = entries[index]!;
      this.#count(record.method !== null && known.method === null ? { ...known, method } : null);
      entries[index] = {
        ...known,
        method: known.method ?? method,
        bytes: Math.max(known.bytes, bytes),
        seenBy: [...known.seenBy, record.seenBy],
      };
      return;
    }
    const entry = { url, method, at, bytes, isBlocked, seenBy: [record.seenBy], isOwn: this.#isOwn(url) };
    entries.push(entry);
    this.#total += 1;
    if (!entry.isOwn && !isBlocked) this.#foreignCount += 1;
    this.#count(entry);
  }

  #count(entry: LedgerEntry | null): void {
    if (entry === null || !entry.isOwn || entry.isBlocked) return;
    if (entry.method !== null && entry.method !== "GET" && entry.method !== "HEAD") this.#sentCount += 1;
  }

  // blob: and data: addresses never leave the page.
  #isOwn(url: string): boolean {
    return url.startsWith(`${this.#origin}/`) || url.startsWith("data:") || url.startsWith("blob:") || url === "";
  }
}

function isSame(entry: LedgerEntry, record: RequestRecord): boolean {
  if (entry.url !== record.url || entry.seenBy.includes(record.seenBy)) return false;
  return entry.isBlocked === record.isBlocked && Math.abs(entry.at - record.at) < sameRequestMs;
}
