// The table of requests, added up: over a range of time, by model, key and person, and along the time.
import { and, count, desc, eq, gte, lt, sql, type SQL } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { keys, people, requests } from "../schema/index.ts";

export interface Range {
  readonly since: Date;
  readonly until: Date; // itself not within
}

const MOST_GROUPS = 100;
const POINTS = 60; // along the time
const LEAST_STEP_MS = 60_000;

/** What the server, not the client, is to blame for; an answer that its client left is none. */
export const isFailed = sql`(${requests.status} >= 500 or (${requests.status} < 400 and ${requests.error} is not null and ${requests.error} <> 'cancelled'))`;

const number = (expression: SQL) => sql<number>`${expression}`.mapWith(Number);
const percentile = (share: number, column: SQL | typeof requests.firstTokenMs | typeof requests.perTokenMs) =>
  sql<number | null>`percentile_cont(${sql.raw(String(share))}) within group (order by ${column})`;

/** Milliseconds; null where nothing was measured. */
export const firstTokenP95 = percentile(0.95, requests.firstTokenMs);

const measures = {
  requests: count(),
  errors: number(sql`count(*) filter (where ${isFailed})`), // the server's
  refused: number(sql`count(*) filter (where ${requests.status} between 400 and 499)`), // the client's
  promptTokens: number(sql`coalesce(sum(${requests.promptTokens}), 0)`),
  generatedTokens: number(sql`coalesce(sum(${requests.generatedTokens}), 0)`),
  firstTokenP50: percentile(0.5, requests.firstTokenMs),
  firstTokenP95,
  perTokenP50: percentile(0.5, requests.perTokenMs),
  perTokenP95: percentile(0.95, requests.perTokenMs),
};

export const within = ({ since, until }: Range) => and(gte(requests.at, since), lt(requests.at, until));

/** All of it. Times in ms. */
export async function summary(db: Queries, range: Range) {
  const most = desc(count());
  const [total] = await db.select(measures).from(requests).where(within(range));
  const models = await db
    .select({ model: requests.model, adapter: requests.adapter, ...measures })
    .from(requests)
    .where(within(range))
    .groupBy(requests.model, requests.adapter)
    .orderBy(most)
    .limit(MOST_GROUPS);
  const byKey = await db
    .select({ keyId: requests.keyId, name: keys.name, start: keys.start, ...measures })
    .from(requests)
    .leftJoin(keys, eq(keys.id, requests.keyId))
    .where(within(range))
    .groupBy(requests.keyId, keys.name, keys.start)
    .orderBy(most)
    .limit(MOST_GROUPS);
  const byPerson = await db
    .select({ personId: requests.personId, name: people.name, ...measures })
    .from(requests)
    .leftJoin(people, eq(people.id, requests.personId))
    .where(within(range))
    .groupBy(requests.personId, people.name)
    .orderBy(most)
    .limit(MOST_GROUPS);
  return { total, models, keys: byKey, people: byPerson, series: await series(db, range) };
}

/** Equal steps of time, without those in which nothing was asked. */
async function series(db: Queries, range: Range) {
  const [start, end] = [range.since.getTime(), range.until.getTime()];
  const stepMs = Math.max(LEAST_STEP_MS, Math.ceil((end - start) / POINTS));
  const sinceStart = sql`extract(epoch from ${requests.at} - ${range.since.toISOString()}::timestamptz)`;
  const index = number(sql`floor(${sinceStart} / ${sql.raw(String(stepMs / 1000))})`).as("index");
  const points = await db
    .select({ index, ...measures })
    .from(requests)
    .where(within(range))
    .groupBy(sql`1`)
    .orderBy(sql`1`);
  return { stepMs, points: points.map(({ index: i, ...rest }) => ({ at: new Date(start + i * stepMs), ...rest })) };
}
