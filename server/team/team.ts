// What the team's routes share: the database, the time, who may try how often, and the code that makes the first account.
import { timingSafeEqual } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiskBlobs } from "./blobs.ts";
import { openDatabase, type Client, type Database, type Queries } from "./database.ts";
import { Jobs, type JobOptions } from "./jobs/jobs.ts";
import { sweep } from "./files/sweep.ts";
import { KeyMeter } from "./keys/meter.ts";
import { Buckets } from "./limits.ts";
import { Monitor, type MonitorOptions } from "./monitor/monitor.ts";
import { people } from "./schema/index.ts";
import { hashOf, newCode } from "./secrets.ts";

const FLUSH_MS = 10_000; // between two writes of what keys have used
const WATCH_MS = 2000; // between two looks for workers that fell silent
const SWEEP_MS = 3_600_000; // between two looks for blobs that nothing names

export interface TeamOptions {
  readonly now?: () => number; // ms since the epoch
  readonly log?: (line: string) => void;
  readonly isBehindProxy?: boolean; // then X-Forwarded-For, -Proto and -Host are believed
  readonly blobs?: string; // a folder; without one, in a temporary one that goes with the team
  readonly jobs?: JobOptions;
  readonly monitor?: MonitorOptions;
}

export class Team {
  readonly db: Queries;
  readonly client: Client;
  readonly now: () => number;
  readonly log: (line: string) => void;
  readonly isBehindProxy: boolean;
  readonly buckets: Buckets;
  readonly meter: KeyMeter;
  readonly blobs: DiskBlobs;
  readonly monitor: Monitor;
  #code: string | null = null;
  #timers: NodeJS.Timeout[] = [];
  #jobs: Promise<Jobs> | undefined;
  readonly #temporary: string | undefined;

  private constructor(
    private readonly database: Database,
    private readonly options: TeamOptions,
  ) {
    this.db = database.db;
    this.client = database.client;
    this.now = options.now ?? Date.now;
    this.log = options.log ?? ((line) => console.error(line));
    this.isBehindProxy = options.isBehindProxy ?? false;
    this.buckets = new Buckets(this.now);
    this.meter = new KeyMeter(this.db, this.buckets, this.now);
    this.#temporary = options.blobs === undefined ? mkdtempSync(join(tmpdir(), "loam-blobs-")) : undefined;
    this.blobs = new DiskBlobs(options.blobs ?? this.#temporary!);
    this.monitor = new Monitor(this, options.monitor);
  }

  /** Opens the database in the folder `data`, or at `url`. Throws storage-unavailable. */
  static async open(data: string, url: string | undefined, options: TeamOptions = {}): Promise<Team> {
    const database = await openDatabase(data, url);
    const team = await Team.over(database, { blobs: join(data, "blobs"), ...options });
    team.#every(FLUSH_MS, "What keys have used could not be written yet.", () => team.meter.flush());
    team.#every(FLUSH_MS, "Requests could not be recorded yet.", () => team.monitor.tick());
    await team.jobs();
    team.#every(WATCH_MS, "The jobs of silent workers could not be looked for.", async () =>
      (await team.jobs()).tick(),
    );
    team.#every(SWEEP_MS, "Files that nothing names could not be removed.", () =>
      sweep(team.db, team.blobs, Date.now()),
    );
    return team;
  }

  /** A team in an open database, which it closes in the end. */
  static async over(database: Database, options: TeamOptions = {}): Promise<Team> {
    const team = new Team(database, options);
    if ((await team.db.$count(people)) === 0) team.#code = newCode();
    return team;
  }

  /** The team's jobs; their queue is made when they are first asked for. Outside transactions only: PGlite has one connection. */
  jobs(): Promise<Jobs> {
    this.#jobs ??= Jobs.open(this, this.options.jobs);
    return this.#jobs;
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
    this.#timers.forEach(clearInterval);
    await (await this.#jobs)?.close();
    await this.meter.flush().catch(() => this.log("What keys have used last could not be written."));
    await this.monitor.flush().catch(() => this.log("The last requests could not be recorded."));
    await this.database.close();
    if (this.#temporary !== undefined) rmSync(this.#temporary, { recursive: true, force: true });
  }

  /** Does something again and again, one at a time; a failure is a line of the log. */
  #every(ms: number, failure: string, work: () => Promise<unknown>): void {
    let isBusy = false;
    const run = async () => {
      if (isBusy) return;
      isBusy = true;
      await work().catch(() => this.log(failure));
      isBusy = false;
    };
    this.#timers.push(setInterval(() => void run(), ms).unref());
  }
}
