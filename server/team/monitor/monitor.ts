// How the team's server is doing: every request of /v1 goes into a table and into the metrics; alerts look at both and at the disk.
import { count } from "drizzle-orm";
import type { DiskBlobs } from "../blobs.ts";
import type { Queries } from "../database.ts";
import { jobs, type NewRequest } from "../schema/index.ts";
import { checkAlerts, deliver, type Watched } from "./alerts.ts";
import { Ledger } from "./ledger.ts";
import { Metrics } from "./metrics.ts";

const MEASURED_MS = 60_000; // how long the size of the storage counts as known
const HOUR_MS = 3_600_000;
const CHECK_MS = 60_000; // between two looks at the alerts

export interface MonitorOptions {
  readonly keepDays?: number; // requests
  readonly isLocal?: boolean; // only this machine reaches the server
}

interface Surroundings {
  readonly db: Queries;
  readonly blobs: Pick<DiskBlobs, "totalBytes">;
  readonly now: () => number; // ms since the epoch
}

export class Monitor {
  readonly keepDays: number;
  readonly isLocal: boolean; // only this machine reaches the server
  readonly #ledger: Ledger;
  readonly #metrics: Metrics;
  #stored: { readonly at: number; readonly bytes: Promise<number> } | undefined;
  #forgotAt = 0;
  #checkedAt = 0;

  constructor(
    private readonly team: Surroundings,
    { keepDays = 90, isLocal = false }: MonitorOptions = {},
  ) {
    this.keepDays = keepDays;
    this.isLocal = isLocal;
    this.#ledger = new Ledger(team.db);
    this.#metrics = new Metrics({
      jobsByState: () => this.jobsByState(),
      storageBytes: () => this.storageBytes(),
      dropped: () => this.#ledger.dropped,
    });
  }

  /** Requests that came faster than they could be written, since the start. */
  get dropped(): number {
    return this.#ledger.dropped;
  }

  /** Remembers a request. `isKnown`: somebody with a key asked; others are counted, and not kept, or they could fill the disk. */
  record(request: NewRequest, isKnown: boolean): void {
    this.#metrics.observe(request);
    if (isKnown) this.#ledger.add(request);
  }

  metrics(): Promise<string> {
    return this.#metrics.text();
  }

  flush(): Promise<void> {
    return this.#ledger.flush();
  }

  /** Writes, now and then looks at the alerts, sends their webhooks, and forgets what is older than is kept. */
  async tick(): Promise<void> {
    await this.flush();
    const now = this.team.now();
    const watched: Watched = {
      db: this.team.db,
      now: this.team.now,
      storageBytes: () => this.storageBytes(),
      isLocal: this.isLocal,
    };
    if (now - this.#checkedAt >= CHECK_MS) {
      this.#checkedAt = now;
      await checkAlerts(watched);
    }
    await deliver(watched);
    if (now - this.#forgotAt < HOUR_MS) return;
    this.#forgotAt = now;
    await this.#ledger.forget(now, this.keepDays);
  }

  async jobsByState(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.team.db.select({ state: jobs.state, count: count() }).from(jobs).groupBy(jobs.state);
    return new Map(rows.map((row) => [row.state, row.count]));
  }

  /** Bytes of the team's files, as they were within the last minute. */
  storageBytes(): Promise<number> {
    const now = this.team.now();
    if (!this.#stored || now - this.#stored.at > MEASURED_MS) this.#stored = { at: now, bytes: this.team.blobs.totalBytes() }; // prettier-ignore
    return this.#stored.bytes;
  }
}
