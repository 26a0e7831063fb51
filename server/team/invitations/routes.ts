// Invitations: a link that makes one account of a given role, until it expires or is revoked.
import { randomUUID } from "node:crypto";
import { and, desc, eq, gt, isNull } from "drizzle-orm";
import { Hono } from "hono";
import * as v from "valibot";
import { countAttempt } from "../account/attempts.ts";
import { beginSession } from "../account/session.ts";
import { change } from "../audit/record.ts";
import type { Queries } from "../database.ts";
import { notFound, refuse } from "../errors.ts";
import { gate, publicGate, type TeamEnv } from "../gate.ts";
import { hashPassword } from "../passwords.ts";
import { addPerson } from "../people/person.ts";
import { invitations } from "../schema/index.ts";
import { hashOf, newToken } from "../secrets.ts";
import { body, byId, email, line, password, role, token, whole } from "../shapes.ts";

const MS_PER_DAY = 86_400_000;

const invitation = v.strictObject({ role, note: v.optional(line(200), "-"), days: v.optional(whole(1, 90), 7) });
const accepted = v.strictObject({ token, name: line(100), email, password });

const shown = {
  id: invitations.id,
  role: invitations.role,
  note: invitations.note,
  invitedBy: invitations.invitedBy,
  createdAt: invitations.createdAt,
  expiresAt: invitations.expiresAt,
  acceptedBy: invitations.acceptedBy,
  revokedAt: invitations.revokedAt,
};

/** The invitation of a link, while it may be accepted; for a transaction, held until its end. */
async function open(db: Queries, shownToken: string, now: number) {
  const isOpen = and(
    eq(invitations.tokenHash, hashOf(shownToken)),
    gt(invitations.expiresAt, new Date(now)),
    isNull(invitations.acceptedBy),
    isNull(invitations.revokedAt),
  );
  const [found] = await db.select().from(invitations).where(isOpen).for("update");
  const message = "This link was used, has expired or was revoked: ask for another one.";
  return found ?? refuse({ status: 410, code: "link-over", message });
}

export const invitationRoutes = new Hono<TeamEnv>()
  .get("/", gate("people:manage", "Invitations, newest first"), async (context) => {
    const { db } = context.var.team;
    return context.json({ invitations: await db.select(shown).from(invitations).orderBy(desc(invitations.createdAt)) });
  })
  .post(
    "/",
    gate("people:manage", "Invite somebody: the link's token is shown this once"),
    body(invitation),
    async (context) => {
      const { days, ...given } = context.req.valid("json");
      const { caller, team } = context.var;
      const [now, secret] = [team.now(), newToken()];
      const made = await change(context, caller, async (tx, record) => {
        const [row] = await tx
          .insert(invitations)
          .values({
            ...{ id: randomUUID(), tokenHash: hashOf(secret), ...given, invitedBy: caller.person.id },
            ...{ createdAt: new Date(now), expiresAt: new Date(now + days * MS_PER_DAY) },
          })
          .returning(shown);
        await record("invitation.create", row.id, given);
        return row;
      });
      return context.json({ invitation: made, token: secret }, 201);
    },
  )
  .delete("/:id", gate("people:manage", "Revoke an invitation"), byId, async (context) => {
    const { id } = context.req.valid("param");
    const { caller, team } = context.var;
    await change(context, caller, async (tx, record) => {
      const isOpen = and(eq(invitations.id, id), isNull(invitations.acceptedBy), isNull(invitations.revokedAt));
      const rows = await tx
        .update(invitations)
        .set({ revokedAt: new Date(team.now()) })
        .where(isOpen)
        .returning(shown);
      if (rows.length === 0) notFound("open invitation");
      await record("invitation.revoke", id);
    });
    return context.json({ id });
  })
  .post(
    "/look",
    publicGate("What a link invites to", { isUnrecorded: true }),
    body(v.strictObject({ token })),
    async (context) => {
      const { team } = context.var;
      countAttempt(context);
      const found = await open(team.db, context.req.valid("json").token, team.now());
      return context.json({ role: found.role, note: found.note, expiresAt: found.expiresAt });
    },
  )
  .post("/accept", publicGate("Make the account that a link invites to"), body(accepted), async (context) => {
    const { team } = context.var;
    const { token: secret, password: chosen, ...named } = context.req.valid("json");
    countAttempt(context);
    await open(team.db, secret, team.now());
    const given = { id: randomUUID(), ...named, passwordHash: await hashPassword(chosen) };
    const entered = await change(context, { person: given, keyId: null }, async (tx, record) => {
      const link = await open(tx, secret, team.now());
      const person = await addPerson(tx, { ...given, role: link.role }, new Date(team.now()));
      await tx.update(invitations).set({ acceptedBy: person.id }).where(eq(invitations.id, link.id));
      await record("invitation.accept", link.id, { role: link.role, email: person.email });
      return { person, session: await beginSession(context, tx, person.id) };
    });
    entered.session.give();
    return context.json({ person: entered.person }, 201);
  });
