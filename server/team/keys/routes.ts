// API keys: made by their owner, shown once, kept as hashes, bounded by scopes, a date and two rates.
import { randomUUID } from "node:crypto";
import { and, desc, eq, isNull } from "drizzle-orm";
import { Hono } from "hono";
import * as v from "valibot";
import { change } from "../audit/record.ts";
import { notFound, refuse } from "../errors.ts";
import { gate, type Ownership, type TeamEnv } from "../gate.ts";
import { mayHold } from "../permissions.ts";
import { keys, people } from "../schema/index.ts";
import { hashOf, KEY_PREFIX, newKey } from "../secrets.ts";
import { body, byId, line, moment, scope, whole } from "../shapes.ts";

const MOST_KEYS = 100; // of one person, revoked ones not counted

const wanted = v.strictObject({
  name: line(100),
  scopes: v.pipe(v.array(scope), v.minLength(1, "must name a scope"), v.maxLength(20, "are too many")),
  expiresAt: v.optional(v.nullable(moment), null),
  requestsPerMinute: v.optional(whole(1, 100_000), 600),
  requestsPerDay: v.optional(v.nullable(whole(1, 1_000_000_000)), null),
});

const shown = {
  id: keys.id,
  personId: keys.personId,
  name: keys.name,
  start: keys.start,
  scopes: keys.scopes,
  requestsPerMinute: keys.requestsPerMinute,
  requestsPerDay: keys.requestsPerDay,
  createdAt: keys.createdAt,
  expiresAt: keys.expiresAt,
  lastUsedAt: keys.lastUsedAt,
  revokedAt: keys.revokedAt,
};

const key: Ownership = {
  what: "key",
  owner: async (db, id) => (await db.select(shown).from(keys).where(eq(keys.id, id))).at(0)?.personId ?? null,
  others: "keys:manage",
};

export const keyRoutes = new Hono<TeamEnv>()
  .get("/", gate("keys", "One's keys, newest first"), async (context) => {
    const { caller, team } = context.var;
    const own = eq(keys.personId, caller.person.id);
    return context.json({ keys: await team.db.select(shown).from(keys).where(own).orderBy(desc(keys.createdAt)) });
  })
  .get("/all", gate("keys:manage", "Everybody's keys, newest first"), async (context) => {
    const { db } = context.var.team;
    const rows = await db
      .select({ ...shown, owner: people.name })
      .from(keys)
      .innerJoin(people, eq(people.id, keys.personId))
      .orderBy(desc(keys.createdAt));
    return context.json({ keys: rows });
  })
  .post("/", gate("keys", "Make a key: it is shown this once"), body(wanted), async (context) => {
    const { expiresAt, ...given } = context.req.valid("json");
    const { caller, team } = context.var;
    const [now, secret] = [new Date(team.now()), newKey()];
    const scopes = [...new Set(given.scopes)];
    const tooMuch = scopes.find((one) => !mayHold(caller.role, one));
    if (tooMuch) refuse({ status: 403, code: "forbidden", message: `Your role does not allow the scope ${tooMuch}: leave it out, or ask an admin.` }); // prettier-ignore
    const made = await change(context, caller, async (tx, record) => {
      const own = and(eq(keys.personId, caller.person.id), isNull(keys.revokedAt));
      if ((await tx.$count(keys, own)) >= MOST_KEYS)
        refuse({ status: 409, code: "too-many", message: `You have ${MOST_KEYS} keys: revoke one first.` });
      const [row] = await tx
        .insert(keys)
        .values({
          ...{ ...given, scopes, id: randomUUID(), personId: caller.person.id, createdAt: now },
          ...{ start: secret.slice(0, KEY_PREFIX.length + 4), hash: hashOf(secret) },
          expiresAt: expiresAt === null ? null : new Date(expiresAt),
        })
        .returning(shown);
      await record("key.create", row.id, { name: row.name, scopes, expiresAt });
      return row;
    });
    return context.json({ key: made, secret }, 201);
  })
  .delete("/:id", gate("keys", "Revoke a key", { owned: key }), byId, async (context) => {
    const { id } = context.req.valid("param");
    const { caller, team } = context.var;
    await change(context, caller, async (tx, record) => {
      const isLive = and(eq(keys.id, id), isNull(keys.revokedAt));
      const rows = await tx
        .update(keys)
        .set({ revokedAt: new Date(team.now()) })
        .where(isLive)
        .returning(shown);
      if (rows.length === 0) notFound("key in use");
      await record("key.revoke", id, { name: rows[0].name });
    });
    return context.json({ id });
  });
