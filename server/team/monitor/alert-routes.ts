// Alerts: made and removed by admins. A webhook's address may be a secret of its own, so only its host is shown.
import { randomUUID } from "node:crypto";
import { desc, eq } from "drizzle-orm";
import { Hono } from "hono";
import * as v from "valibot";
import { change } from "../audit/record.ts";
import { notFound, refuse } from "../errors.ts";
import { gate, type TeamEnv } from "../gate.ts";
import { alertKinds, alerts, deliveries, type Alert } from "../schema/index.ts";
import { body, byId, line, whole } from "../shapes.ts";
import { newWebhookSecret, targetProblem } from "./webhook.ts";

const MOST_ALERTS = 50;

const limit = "must be a number from 0 to 1e15";
const wanted = v.strictObject({
  kind: v.picklist(alertKinds, `must be one of ${alertKinds.join(", ")}`),
  threshold: v.pipe(v.number(limit), v.minValue(0, limit), v.maxValue(1e15, limit)), // a share, ms, bytes, or jobs
  windowMinutes: v.optional(whole(1, 7 * 24 * 60), 15),
  url: line(500),
});

const shown = ({ secret: _, url, ...alert }: Alert) => ({ ...alert, target: new URL(url).host });

export const alertRoutes = new Hono<TeamEnv>()
  .get("/", gate("monitor:read", "Alerts, and how their last webhooks went"), async (context) => {
    const { db } = context.var.team;
    const rows = await db.select().from(alerts).orderBy(alerts.createdAt);
    const last = await db
      .selectDistinctOn([deliveries.alertId])
      .from(deliveries)
      .orderBy(deliveries.alertId, desc(deliveries.at));
    const lastOf = (id: string) => last.find(({ alertId }) => alertId === id) ?? null;
    return context.json({ alerts: rows.map((alert) => ({ ...shown(alert), lastWebhook: lastOf(alert.id) })) });
  })
  .post("/", gate("monitor:manage", "Make an alert: its secret is shown this once"), body(wanted), async (context) => {
    const { caller, team } = context.var;
    const given = context.req.valid("json");
    const problem = targetProblem(given.url, team.monitor.isLocal);
    if (problem !== null) refuse({ status: 400, code: "invalid-argument", message: `"url" ${problem}.` });
    const alert = await change(context, caller, async (tx, record) => {
      if ((await tx.$count(alerts)) >= MOST_ALERTS)
        refuse({ status: 409, code: "too-many", message: `There are ${MOST_ALERTS} alerts: remove one first.` });
      const made = { id: randomUUID(), secret: newWebhookSecret(), personId: caller.person.id, createdAt: new Date(team.now()) }; // prettier-ignore
      const [row] = await tx.insert(alerts).values({ ...given, ...made }).returning(); // prettier-ignore
      const { kind, threshold, target } = shown(row);
      await record("alert.create", row.id, { kind, threshold, target });
      return row;
    });
    return context.json({ alert: shown(alert), secret: alert.secret }, 201);
  })
  .delete("/:id", gate("monitor:manage", "Remove an alert"), byId, async (context) => {
    const { id } = context.req.valid("param");
    await change(context, context.var.caller, async (tx, record) => {
      const [gone] = await tx.delete(alerts).where(eq(alerts.id, id)).returning();
      if (!gone) notFound("alert");
      await record("alert.delete", id, { kind: gone.kind });
    });
    return context.json({ id });
  });
