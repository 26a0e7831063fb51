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
  readonly isAllowed: boolean; // to a host that the user allowed
  readonly teamTopic: string | null; // of the team's API at the own origin, as "account"; null: not to it
  readonly isBlocked: boolean;
}

// Two reporters see the same request; their clocks and event loops differ by less than this.
const sameRequestMs = 2000;
const keptEntries = 2000;

export class LedgerState {
  #entries = $state.raw<readonly LedgerEntry[]>([]);
  #foreignCount = $state(0);
  #allowedCount = $state(0);
  #sentCount = $state(0);
  #teamCount = $state(0);
  #total = $state(0);
  readonly #origin: string;
  readonly #allowed: () => readonly string[];
  readonly #team: string;

  /**
   * `origin` is the app's own: requests to it fetch the app and carry nothing of the user's. `allowed`: hosts the user added.
   * `team`: base URL of the team's API, at the own origin.
   */
  constructor(origin: string, allowed: () => readonly string[] = () => [], team = `${origin}/api`) {
    this.#origin = origin;
    this.#allowed = allowed;
    this.#team = `${team}/`;
  }

  /** Newest first; the oldest are dropped beyond 2000, the counts stay. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }
  get total(): number {
    return this.#total;
  }
  /** Requests that reached another origin which the user did not allow. */
  get foreignCount(): number {
    return this.#foreignCount;
  }
  /** Requests to hosts that the user allowed. */
  get allowedCount(): number {
    return this.#allowedCount;
  }
  /** Requests that brought something to the team's server: an account, a key, what was shared. Reading from it is none. */
  get teamCount(): number {
    return this.#teamCount;
  }
  /** Other requests to the own origin that carried a body. */
  get sentCount(): number {
    return this.#sentCount;
  }
  get blockedCount(): number {
    return this.#entries.filter(({ isBlocked }) => isBlocked).length;
  }
  /** Whether all that left went to the team. */
  get isTeamOnly(): boolean {
    return this.#teamCount > 0 && this.leftCount === this.#teamCount;
  }
  get isSealed(): boolean {
    return this.leftCount === 0;
  }
  /** Requests that went anywhere but to fetch the app, allowed or not. */
  get leftCount(): number {
    return this.#foreignCount + this.#sentCount + this.#allowedCount + this.#teamCount;
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
        seenBy: [...new Set([...known.seenBy, record.seenBy])],
      };
      return;
    }
    const isOwn = this.#isOwn(url);
    const isAllowed = !isOwn && !isBlocked && this.#isAllowed(url);
    const entry = {
      url,
      method,
      at,
      bytes,
      isBlocked,
      seenBy: [record.seenBy],
      isOwn,
      isAllowed,
      teamTopic: this.#topicOf(url),
    };
    entries.push(entry);
    this.#total += 1;
    if (isAllowed) this.#allowedCount += 1;
    else if (!isOwn && !isBlocked) this.#foreignCount += 1;
    this.#count(entry);
  }

  #count(entry: LedgerEntry | null): void {
    if (entry === null || !entry.isOwn || entry.isBlocked) return;
    if (entry.method === null || entry.method === "GET" || entry.method === "HEAD") return;
    if (entry.teamTopic !== null) this.#teamCount += 1;
    else this.#sentCount += 1;
  }

  #topicOf(url: string): string | null {
    return url.startsWith(this.#team) ? (url.slice(this.#team.length).split(/[/?]/, 1)[0] ?? "") : null;
  }

  #isAllowed(url: string): boolean {
    if (!URL.canParse(url)) return false;
    const { protocol, host } = new URL(url);
    return this.#allowed().some((one) => {
      const [scheme, name = ""] = one.split("//");
      return scheme === protocol && (name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name);
    });
  }

  // blob: and data: addresses never leave the page.
  #isOwn(url: string): boolean {
    return url.startsWith(`${this.#origin}/`) || url.startsWith("data:") || url.startsWith("blob:") || url === "";
  }
}

// Who has spoken of a request may speak of it once more: when it is sent, with the method, and when it is over, without.
function isSame(entry: LedgerEntry, record: RequestRecord): boolean {
  const isTold = entry.seenBy.includes(record.seenBy) && (entry.method === null) === (record.method === null);
  if (entry.url !== record.url || isTold) return false;
  return entry.isBlocked === record.isBlocked && Math.abs(entry.at - record.at) < sameRequestMs;
}
