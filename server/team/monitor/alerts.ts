// Alerts: each watches one number, and says by webhook when it passes its threshold, and when it no longer does. What does not
// arrive is sent again; what never did is shown.
import { randomUUID } from "node:crypto";
import { and, count, eq, gte, isNotNull, isNull, lte, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { alerts, deliveries, jobs, requests, type Alert } from "../schema/index.ts";
import { firstTokenP95, isFailed, within } from "./summary.ts";
import { send } from "./webhook.ts";

const MOST_TRIES = 6;
const FIRST_PAUSE_MS = 10_000; // before the second try; four times as long each time

export interface Watched {
  readonly db: Queries;
  readonly now: () => number; // ms since the epoch
  readonly storageBytes: () => Promise<number>;
  readonly isLocal: boolean; // only this machine reaches the server, so webhooks may reach it, too
}

/** The alert's number now; null when there is nothing to measure. */
export async function valueOf(
  { db, now, storageBytes }: Watched,
  { kind, windowMinutes }: Alert,
): Promise<number | null> {
  const range = { since: new Date(now() - windowMinutes * 60_000), until: new Date(now() + 1) };
  switch (kind) {
    case "error-rate": {
      const rate = sql<number | null>`(count(*) filter (where ${isFailed}))::float8 / nullif(count(*), 0)`;
      return (await db.select({ rate }).from(requests).where(within(range)))[0].rate;
    }
    case "first-token":
      return (await db.select({ p95: firstTokenP95 }).from(requests).where(within(range)))[0].p95;
    case "storage":
      return storageBytes();
    case "failed-jobs": {
      const failed = and(eq(jobs.state, "failed"), gte(jobs.finishedAt, range.since));
      return (await db.select({ count: count() }).from(jobs).where(failed))[0].count;
    }
    default:
      return kind satisfies never;
  }
}

/** Looks at every alert. Of several servers that look at once, one writes the webhook. */
export async function checkAlerts(watched: Watched): Promise<void> {
  const { db, now } = watched;
  for (const alert of await db.select().from(alerts)) {
    const [value, at] = [await valueOf(watched, alert), new Date(now())];
    const isOn = value !== null && value > alert.threshold;
    await db.transaction(async (tx) => {
      await tx.update(alerts).set({ value, checkedAt: at }).where(eq(alerts.id, alert.id));
      const since = isOn ? isNull(alerts.since) : isNotNull(alerts.since);
      const turned = await tx
        .update(alerts)
        .set({ since: isOn ? at : null })
        .where(and(eq(alerts.id, alert.id), since))
        .returning({ id: alerts.id });
      if (turned.length === 0) return;
      await tx
        .insert(deliveries)
        .values({ id: randomUUID(), alertId: alert.id, at, isOn, value, tries: 0, nextAt: at });
    });
  }
}

/** Sends the webhooks whose time has come. */
export async function deliver({ db, now, isLocal }: Watched): Promise<void> {
  const due = await db
    .select({ delivery: deliveries, alert: alerts })
    .from(deliveries)
    .innerJoin(alerts, eq(alerts.id, deliveries.alertId))
    .where(lte(deliveries.nextAt, new Date(now())))
    .orderBy(deliveries.at)
    .limit(20);
  for (const { delivery, alert } of due) {
    const tries = delivery.tries + 1;
    const nextAt = tries >= MOST_TRIES ? null : new Date(now() + FIRST_PAUSE_MS * 4 ** delivery.tries);
    const one = and(eq(deliveries.id, delivery.id), eq(deliveries.tries, delivery.tries));
    const mine = await db.update(deliveries).set({ tries, nextAt }).where(one).returning({ id: deliveries.id });
    if (mine.length === 0) continue; // another server's
    const { kind, threshold, windowMinutes, url, secret } = alert;
    const data = { alert: alert.id, kind, threshold, windowMinutes, value: delivery.value };
    const body = { type: delivery.isOn ? "alert.on" : "alert.off", timestamp: delivery.at.toISOString(), data };
    const error = await send({ id: delivery.id, url, secret, body }, isLocal, now());
    const end = error === null ? { sentAt: new Date(now()), nextAt: null } : {};
    await db.update(deliveries).set({ error, ...end }).where(eq(deliveries.id, delivery.id)); // prettier-ignore
  }
}
