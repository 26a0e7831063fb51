// How much a key may ask: so many requests a minute, and so many a day (UTC). Counted in memory, written every few seconds.
import { eq, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import type { Refusal } from "../errors.ts";
import type { Buckets } from "../limits.ts";
import { keyDays, keys } from "../schema/index.ts";

const MS_PER_DAY = 86_400_000;

export interface Metered {
  readonly id: string;
  readonly requestsPerMinute: number;
  readonly requestsPerDay: number | null;
}

interface Count {
  readonly day: string; // as 2027-01-31
  written: number; // requests of that day in the database, as last seen
  unwritten: number;
  at: number; // of the last one, ms since the epoch
}

export class KeyMeter {
  readonly #counts = new Map<string, Count>();

  constructor(
    private readonly db: Queries,
    private readonly buckets: Buckets,
    private readonly now: () => number,
  ) {}

  /** Counts a request, or says why it has to wait. */
  async count(key: Metered): Promise<Refusal | null> {
    const { id, requestsPerMinute, requestsPerDay } = key;
    const wait = this.buckets.take(`key ${id}`, { burst: requestsPerMinute, perMinute: requestsPerMinute });
    if (wait > 0) {
      const message = `This key may ask ${requestsPerMinute} times a minute: try again in ${wait} s.`;
      return { status: 429, code: "rate-limited", message, retryAfterSeconds: wait };
    }
    const count = await this.#countOf(id);
    if (requestsPerDay !== null && count.written + count.unwritten >= requestsPerDay) {
      const message = `This key has used its ${requestsPerDay} requests of today (UTC): try again tomorrow.`;
      return { status: 429, code: "quota-used", message, retryAfterSeconds: this.#secondsOfDayLeft() };
    }
    count.unwritten += 1;
    count.at = this.now();
    return null;
  }

  /** Writes what was counted since the last time. */
  async flush(): Promise<void> {
    for (const [keyId, count] of this.#counts) {
      const { unwritten: requests, day } = count;
      if (requests === 0) {
        if (day !== this.#today()) this.#counts.delete(keyId);
        continue;
      }
      await this.db.transaction(async (tx) => {
        const [{ total }] = await tx
          .insert(keyDays)
          .values({ keyId, day, requests })
          .onConflictDoUpdate({
            target: [keyDays.keyId, keyDays.day],
            set: { requests: sql`${keyDays.requests} + ${requests}` },
          })
          .returning({ total: keyDays.requests });
        await tx
          .update(keys)
          .set({ lastUsedAt: new Date(count.at) })
          .where(eq(keys.id, keyId));
        count.written = total;
      });
      count.unwritten -= requests;
    }
  }

  async #countOf(keyId: string): Promise<Count> {
    const day = this.#today();
    const known = this.#counts.get(keyId);
    if (known?.day === day) return known;
    if (known && known.unwritten > 0) await this.flush(); // yesterday's
    const rows = await this.db.select().from(keyDays).where(eq(keyDays.keyId, keyId));
    const written = rows.find((row) => row.day === day)?.requests ?? 0;
    const raced = this.#counts.get(keyId); // by another request of the same key
    if (raced?.day === day) return raced;
    const count = { day, written, unwritten: 0, at: this.now() };
    this.#counts.set(keyId, count);
    return count;
  }

  readonly #today = (): string => new Date(this.now()).toISOString().slice(0, 10);

  #secondsOfDayLeft(): number {
    return Math.ceil((MS_PER_DAY - (this.now() % MS_PER_DAY)) / 1000);
  }
}
