// What the team's routes share: the database, the time, who may try how often, and the code that makes the first account.
import { timingSafeEqual } from "node:crypto";
import { openDatabase, type Client, type Database, type Queries } from "./database.ts";
import { KeyMeter } from "./keys/meter.ts";
import { Buckets } from "./limits.ts";
import { people } from "./schema/index.ts";
import { hashOf, newCode } from "./secrets.ts";

const FLUSH_MS = 10_000; // between two writes of what keys have used

export interface TeamOptions {
  readonly now?: () => number; // ms since the epoch
  readonly log?: (line: string) => void;
  readonly isBehindProxy?: boolean; // then X-Forwarded-For, -Proto and -Host are believed
}

export class Team {
  readonly db: Queries;
  readonly client: Client;
  readonly now: () => number;
  readonly log: (line: string) => void;
  readonly isBehindProxy: boolean;
  readonly buckets: Buckets;
  readonly meter: KeyMeter;
  #code: string | null = null;
  #flushing: NodeJS.Timeout | undefined;

  private constructor(
    private readonly database: Database,
    options: TeamOptions,
  ) {
    this.db = database.db;
    this.client = database.client;
    this.now = options.now ?? Date.now;
    this.log = options.log ?? ((line) => console.error(line));
    this.isBehindProxy = options.isBehindProxy ?? false;
    this.buckets = new Buckets(this.now);
    this.meter = new KeyMeter(this.db, this.buckets, this.now);
  }

  /** Opens the database in the folder `data`, or at `url`. Throws storage-unavailable. */
  static async open(data: string, url: string | undefined, options: TeamOptions = {}): Promise<Team> {
    const team = await Team.over(await openDatabase(data, url), options);
    const flush = () => void team.meter.flush().catch(() => team.log("What keys have used could not be written yet."));
    team.#flushing = setInterval(flush, FLUSH_MS).unref();
    return team;
  }

  /** A team in an open database, which it closes in the end. */
  static async over(database: Database, options: TeamOptions = {}): Promise<Team> {
    const team = new Team(database, options);
    if ((await team.db.$count(people)) === 0) team.#code = newCode();
    return team;
  }

  /** What makes the first account; null when there is one. */
  get setupCode(): string | null {
    return this.#code;
  }

  isSetupCode(code: string): boolean {
    const plain = (text: string) => Buffer.from(hashOf(text.toUpperCase().replace(/[^A-Z0-9]/g, "")));
    return this.#code !== null && timingSafeEqual(plain(code), plain(this.#code));
  }

  endSetup(): void {
    this.#code = null;
  }

  async close(): Promise<void> {
    clearInterval(this.#flushing);
    await this.meter.flush().catch(() => this.log("What keys have used last could not be written."));
    await this.database.close();
  }
}
