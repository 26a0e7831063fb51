// Which job comes next: pg-boss in the team's own database, so that its queue and our tables change in one transaction. It keeps
// order, priority, who holds what by {id, retryCount}, retries and the dead letters. It has no timers here: heartbeats are ours
// (jobs.ts), for its own end a job after 24 hours; so is the backoff, for its own grows with jobs that were handed back, too.
import { sql } from "drizzle-orm";
import { fromDrizzle, fromPglite, PgBoss, type ConstructorOptions } from "pg-boss";
import type { Client, Queries } from "../database.ts";

const QUEUE = "jobs";
const DEAD = "jobs-dead";
const KEPT_SECONDS = 365 * 86_400; // how long a job may wait
const MAX_BACKOFF_SECONDS = 900;

export interface Retries {
  readonly limit: number; // attempts after the first that may fail
  readonly delaySeconds: number; // before the second attempt; doubles each time
}

/** One try at a job: what comes from an earlier one is refused. */
export interface Attempt {
  readonly id: string;
  readonly retryCount: number;
}

/** What the queue is told of a job that comes back. */
interface Waiting {
  readonly id: string;
  readonly attempt: number | null; // the last one's retryCount
  readonly failures: number;
  readonly priority: number;
}

export class Queue {
  private constructor(
    private readonly boss: PgBoss,
    readonly retries: Retries,
  ) {}

  /** Makes its tables where they are not there. */
  static async open(client: Client, retries: Retries, onError: (error: unknown) => void): Promise<Queue> {
    const boss = new PgBoss({ ...connection(client), supervise: false, schedule: false });
    boss.on("error", onError);
    await boss.start();
    const { limit: retryLimit } = retries;
    await boss.createQueue(DEAD, { retryLimit: 0, retentionSeconds: KEPT_SECONDS });
    const options = { retryLimit, retentionSeconds: KEPT_SECONDS, deadLetter: DEAD };
    await boss.createQueue(QUEUE, options);
    await boss.updateQueue(QUEUE, options); // of an earlier start
    await boss.findJobs(QUEUE, { key: "" }); // so that it knows the queue: inside a transaction it could not ask
    return new Queue(boss, retries);
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false, close: false });
  }

  async add(tx: Queries, id: string, priority: number): Promise<void> {
    await this.boss.send(QUEUE, {}, { id, priority, ...within(tx) });
  }

  /** Lets nobody else change what the queue knows of the job until the transaction ends. */
  async lock(tx: Queries, id: string): Promise<void> {
    await tx.execute(sql`select 1 from pgboss.job where name = ${QUEUE} and id = ${id}::uuid for update`);
  }

  /** Takes the next job; nobody else gets it. */
  async take(tx: Queries): Promise<Attempt | null> {
    const [job] = await this.boss.fetch(QUEUE, within(tx));
    return job ? { id: job.id, retryCount: job.retryCount } : null;
  }

  /** Whether this attempt holds its job. */
  async holds(tx: Queries, attempt: Attempt): Promise<boolean> {
    return isDone(await this.boss.touch(QUEUE, attempt, within(tx)));
  }

  async complete(tx: Queries, attempt: Attempt): Promise<boolean> {
    return isDone(await this.boss.complete(QUEUE, attempt, null, within(tx)));
  }

  /** Ends the attempt that holds the job, after so many that failed: it waits for the next, or, after too many, is a dead letter. */
  async fail(tx: Queries, attempt: Attempt, output: object, failures: number): Promise<"retry" | "dead"> {
    await this.boss.fail(QUEUE, attempt, output, within(tx));
    const [job] = await this.boss.findJobs(QUEUE, { id: attempt.id, ...within(tx) });
    if (job?.state === "failed") return "dead";
    const delay = Math.min(MAX_BACKOFF_SECONDS, this.retries.delaySeconds * 2 ** failures);
    const startAfter = Math.ceil(delay * (0.5 + Math.random() / 2)); // so that jobs that failed together do not come back together
    await this.boss.update(QUEUE, undefined, { id: attempt.id, startAfter, ...within(tx) });
    return "retry";
  }

  /** Takes the job out of the queue, whoever holds it, until `putBack`; with an attempt, only if that holds it. */
  async takeOut(tx: Queries, job: string | Attempt): Promise<boolean> {
    const done = typeof job === "string" ? this.boss.cancel(QUEUE, job, within(tx)) : this.boss.cancel(QUEUE, job, within(tx)); // prettier-ignore
    return isDone(await done);
  }

  /** Puts a job back that was taken out. Its next attempt counts as one more, so it is allowed one more. */
  async putBack(tx: Queries, { id, attempt, failures, priority }: Waiting): Promise<void> {
    await this.boss.resume(QUEUE, id, within(tx));
    const retryLimit = (attempt === null ? 0 : attempt + 1) + Math.max(0, this.retries.limit - failures);
    await this.boss.update(QUEUE, undefined, { id, priority, retryLimit, ...within(tx) });
  }

  /** Gives a dead letter another try. */
  async revive(tx: Queries, id: string): Promise<boolean> {
    return isDone(await this.boss.retry(QUEUE, id, within(tx)));
  }

  /** Of a job that waits. */
  async setPriority(tx: Queries, id: string, priority: number): Promise<void> {
    await this.boss.update(QUEUE, undefined, { id, priority, ...within(tx) });
  }

  /** How many jobs failed for good, ever. */
  async deadCount(): Promise<number> {
    return (await this.boss.findJobs(DEAD)).length;
  }
}

function connection(client: Client): ConstructorOptions {
  if (client.kind === "pglite") return { db: fromPglite(client.pglite), backend: "pglite" };
  const { pool } = client;
  return { db: { executeSql: (text, values) => pool.query(text, values) } };
}

/** Both drivers answer with rows; the type that they share does not say so. */
const within = (tx: Queries) => ({ db: fromDrizzle(tx as unknown as Parameters<typeof fromDrizzle>[0], sql) });

/** Its types are silent about what its commands answer. */
const isDone = (answer: object): boolean => (answer as { readonly affected?: number }).affected === 1;
