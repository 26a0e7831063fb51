// Token buckets by name: each name has so many tries, which come back over time. Kept in memory, by this process.
const MOST_BUCKETS = 20_000;

export interface Rate {
  readonly burst: number; // tries at once
  readonly perMinute: number; // that come back
}

interface Bucket {
  tokens: number;
  at: number; // ms since the epoch
  rate: Rate;
}

export class Buckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number) {}

  /** Takes one try; 0, or the seconds until there is one. */
  take(name: string, rate: Rate): number {
    const bucket = this.#filled(name, rate);
    if (bucket.tokens < 1) return Math.max(1, Math.ceil(((1 - bucket.tokens) / rate.perMinute) * 60));
    bucket.tokens -= 1;
    return 0;
  }

  /** Gives all tries back. */
  forget(name: string): void {
    this.#buckets.delete(name);
  }

  #filled(name: string, rate: Rate): Bucket {
    const now = this.now();
    const bucket = this.#buckets.get(name) ?? { tokens: rate.burst, at: now, rate };
    bucket.tokens = tokensAt(bucket, now, rate);
    Object.assign(bucket, { at: now, rate });
    if (!this.#buckets.has(name)) this.#makeRoom(now);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  /** Full buckets say nothing; when too many are not, the oldest goes. */
  #makeRoom(now: number): void {
    if (this.#buckets.size < MOST_BUCKETS) return;
    for (const [name, bucket] of this.#buckets)
      if (tokensAt(bucket, now, bucket.rate) >= bucket.rate.burst) this.#buckets.delete(name);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= MOST_BUCKETS && oldest !== undefined) this.#buckets.delete(oldest);
  }
}

const tokensAt = (bucket: Bucket, now: number, { burst, perMinute }: Rate): number =>
  Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 60_000) * perMinute);
