// What was asked of /v1, written in batches beside the way of the answers: a request waits for no database.
import { lt } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { requests, type NewRequest } from "../schema/index.ts";

const MOST_WAITING = 10_000;
const BATCH = 500; // rows of one insert
const MS_PER_DAY = 86_400_000;

export class Ledger {
  #waiting: NewRequest[] = [];
  #dropped = 0;
  #isWriting = false;

  constructor(private readonly db: Queries) {}

  /** Requests that were not kept, as the database did not take them fast enough. */
  get dropped(): number {
    return this.#dropped;
  }

  add(request: NewRequest): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(request);
    else this.#dropped++;
  }

  /** Writes what waits; what fails waits for the next time. */
  async flush(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.slice(0, BATCH);
        await this.db.insert(requests).values(batch);
        this.#waiting = this.#waiting.slice(batch.length);
      }
    } finally {
      this.#isWriting = false;
    }
  }

  /** Forgets what came more than so many days before `now`, ms since the epoch. */
  async forget(now: number, days: number): Promise<void> {
    await this.db.delete(requests).where(lt(requests.at, new Date(now - days * MS_PER_DAY)));
  }
}
