// What devices tell whose people chose so: counts and ratings of a day, nothing else. Whoever sent them sees exactly that, and can
// have it removed.
import { and, desc, eq, ne, sql } from "drizzle-orm";
import { Hono } from "hono";
import * as v from "valibot";
import { change } from "../audit/record.ts";
import { notFound, refuse } from "../errors.ts";
import { gate, type Ownership, type TeamEnv } from "../gate.ts";
import type { Team } from "../team.ts";
import { deviceDays, people } from "../schema/index.ts";
import { body, byId, id, whole } from "../shapes.ts";

const MOST_DEVICES = 50; // of one person
const MOST_AGE_DAYS = 400;
const MS_PER_DAY = 86_400_000;

const count = v.optional(whole(0, 1_000_000), 0);
const told = v.strictObject({
  device: id,
  day: v.pipe(v.string(), v.isoDate("must be a day, as 2027-01-31")),
  counts: v.strictObject({ answers: count, abstained: count, good: count, bad: count, documents: count, corrections: count }), // prettier-ignore
});

const device: Ownership = {
  what: "device",
  owner: async (db, one) =>
    (await db.select().from(deviceDays).where(eq(deviceDays.device, one)).limit(1)).at(0)?.personId ?? null,
  others: "monitor:manage",
};

function demandDay({ now }: Team, day: string): void {
  const at = Date.parse(day);
  const isDay = !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
  if (isDay && at <= now() + MS_PER_DAY && at >= now() - MOST_AGE_DAYS * MS_PER_DAY) return;
  refuse({ status: 400, code: "invalid-argument", message: `"day" must be a day of the last ${MOST_AGE_DAYS}, and not one to come.` }); // prettier-ignore
}

const shown = { device: deviceDays.device, day: deviceDays.day, counts: deviceDays.counts, sentAt: deviceDays.sentAt };

export const deviceRoutes = new Hono<TeamEnv>()
  .get("/device", gate("account", "What one's devices have told, as it was sent"), async (context) => {
    const { caller, team } = context.var;
    const own = eq(deviceDays.personId, caller.person.id);
    const days = await team.db.select(shown).from(deviceDays).where(own).orderBy(desc(deviceDays.day)).limit(1000);
    return context.json({ days });
  })
  .get("/devices", gate("monitor:read", "What all devices have told, by person"), async (context) => {
    const sum = (name: string) =>
      sql<number>`sum((${deviceDays.counts}->>${sql.raw(`'${name}'`)})::int)`.mapWith(Number);
    const rows = await context.var.team.db
      .select({
        ...{ personId: deviceDays.personId, name: people.name },
        devices: sql<number>`count(distinct ${deviceDays.device})`.mapWith(Number),
        ...{ answers: sum("answers"), abstained: sum("abstained"), good: sum("good"), bad: sum("bad") },
        ...{ documents: sum("documents"), corrections: sum("corrections") },
      })
      .from(deviceDays)
      .innerJoin(people, eq(people.id, deviceDays.personId))
      .groupBy(deviceDays.personId, people.name);
    return context.json({ people: rows });
  })
  .post(
    "/device",
    gate("account", "Tell a day's counts and ratings; again for the same day replaces them", { isUnrecorded: true }),
    body(told),
    async (context) => {
      const { caller, team } = context.var;
      const { device: one, day, counts } = context.req.valid("json");
      demandDay(team, day);
      const row = { counts, sentAt: new Date(team.now()) };
      await team.db.transaction(async (tx) => {
        const another = and(eq(deviceDays.device, one), ne(deviceDays.personId, caller.person.id));
        if ((await tx.$count(deviceDays, another)) > 0) notFound("device");
        const own = eq(deviceDays.personId, caller.person.id);
        const known = await tx.selectDistinct({ device: deviceDays.device }).from(deviceDays).where(own);
        if (known.length >= MOST_DEVICES && !known.some((other) => other.device === one))
          refuse({
            status: 409,
            code: "too-many",
            message: `You have ${MOST_DEVICES} devices here: remove one first.`,
          });
        await tx
          .insert(deviceDays)
          .values({ device: one, day, personId: caller.person.id, ...row })
          .onConflictDoUpdate({ target: [deviceDays.device, deviceDays.day], set: row });
      });
      return context.json({ device: one, day }, 201);
    },
  )
  .delete(
    "/device/:id",
    gate("account", "Remove all that a device has told", { owned: device }),
    byId,
    async (context) => {
      const { id: one } = context.req.valid("param");
      await change(context, context.var.caller, async (tx, record) => {
        const days = await tx.delete(deviceDays).where(eq(deviceDays.device, one)).returning({ day: deviceDays.day });
        if (days.length === 0) notFound("device");
        await record("device.delete", one, { days: days.length });
      });
      return context.json({ id: one });
    },
  );
