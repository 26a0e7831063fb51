// One's own account: the first one, signing in and out, the password, and where one is signed in.
import { randomUUID } from "node:crypto";
import { and, desc, eq, gt, ne } from "drizzle-orm";
import { Hono } from "hono";
import * as v from "valibot";
import { change } from "../audit/record.ts";
import { callerOf, isRefusal, type Caller } from "../caller.ts";
import { refuse, type Refusal } from "../errors.ts";
import { gate, publicGate, type Ownership, type TeamEnv } from "../gate.ts";
import { hashPassword, isPassword } from "../passwords.ts";
import { addPerson, holdPeople } from "../people/person.ts";
import { people, sessions } from "../schema/index.ts";
import { body, byId, email, givenPassword, line, password, token } from "../shapes.ts";
import { countAttempt, forgetAttempts } from "./attempts.ts";
import { giveReset, takeReset } from "./resets.ts";
import { beginSession, dropCookie } from "./session.ts";

const setup = v.strictObject({ code: token, name: line(100), email, password });
const signIn = v.strictObject({ email, password: givenPassword });
const reset = v.strictObject({ token, password });
const newPassword = v.strictObject({ current: givenPassword, password });

const isSetUp: Refusal = {
  status: 409,
  code: "set-up",
  message: "The team has its first account: sign in, or ask for an invitation.",
};
const wrongCode: Refusal = {
  status: 403,
  code: "wrong-code",
  message: "This is not the code: it is in the terminal where the server was started.",
};
const wrongPassword: Refusal = {
  status: 403,
  code: "wrong-password",
  message: "The e-mail or the password is wrong, or the account is closed: try again, or ask an admin.",
};

const resetOver: Refusal = {
  status: 410,
  code: "link-over",
  message: "This link was used, has expired, or the server was started anew: ask an admin for another one.",
};

/** The sessions of who asks, but for this one. */
const others = ({ person, sessionId }: Caller) =>
  and(eq(sessions.personId, person.id), ne(sessions.id, sessionId ?? ""));

const session: Ownership = {
  what: "session",
  owner: async (db, id) => (await db.select().from(sessions).where(eq(sessions.id, id))).at(0)?.personId ?? null,
  others: null,
};

export const accountRoutes = new Hono<TeamEnv>()
  .get("/", publicGate("Who is signed in, and whether the team has its first account"), async (context) => {
    const { team } = context.var;
    const caller = await callerOf(team, context);
    return context.json({ isSetUp: team.setupCode === null, person: isRefusal(caller) ? null : caller.person });
  })
  .post("/setup", publicGate("Make the owner's account"), body(setup), async (context) => {
    const { team } = context.var;
    const { code, name, email: address, password: chosen } = context.req.valid("json");
    countAttempt(context);
    if (!team.isSetupCode(code)) refuse(team.setupCode === null ? isSetUp : wrongCode);
    const given = { id: randomUUID(), name, email: address, passwordHash: await hashPassword(chosen) };
    const entered = await change(context, { person: given, keyId: null }, async (tx, record) => {
      await holdPeople(tx);
      if ((await tx.$count(people)) > 0) refuse(isSetUp);
      const person = await addPerson(tx, { ...given, role: "admin" }, new Date(team.now()));
      await record("team.begin", person.id, { email: person.email });
      return { person, session: await beginSession(context, tx, person.id) };
    });
    team.endSetup();
    entered.session.give();
    return context.json({ person: entered.person }, 201);
  })
  .post("/sign-in", publicGate("Sign in"), body(signIn), async (context) => {
    const { email: address, password: given } = context.req.valid("json");
    countAttempt(context, address);
    const [found] = await context.var.team.db.select().from(people).where(eq(people.email, address));
    const isRight = await isPassword(given, found?.passwordHash);
    if (!found || !isRight || found.disabledAt) return refuse(wrongPassword);
    forgetAttempts(context, address);
    const session = await change(context, { person: found, keyId: null }, async (tx, record) => {
      const begun = await beginSession(context, tx, found.id);
      await record("session.begin", begun.id);
      return begun;
    });
    session.give();
    const { id, name, role } = found;
    return context.json({ person: { id, name, email: address, role } });
  })
  .post("/reset", publicGate("Choose a new password by a link of an admin"), body(reset), async (context) => {
    const { team } = context.var;
    const { token: shown, password: chosen } = context.req.valid("json");
    countAttempt(context);
    const link = takeReset(team, shown) ?? refuse(resetOver);
    try {
      const [found] = await team.db.select().from(people).where(eq(people.id, link.personId));
      if (!found || found.disabledAt) return refuse(resetOver);
      const passwordHash = await hashPassword(chosen);
      const session = await change(context, { person: found, keyId: null }, async (tx, record) => {
        await tx.update(people).set({ passwordHash }).where(eq(people.id, found.id));
        await tx.delete(sessions).where(eq(sessions.personId, found.id));
        await record("person.password", found.id, { byLink: true });
        return beginSession(context, tx, found.id);
      });
      session.give();
      const { id, name, email: address, role } = found;
      return context.json({ person: { id, name, email: address, role } });
    } catch (error) {
      giveReset(team, shown, link);
      throw error;
    }
  })
  .post("/sign-out", gate("account", "Sign out on this device"), async (context) => {
    const { caller } = context.var;
    const sessionId = caller.sessionId ?? "";
    await change(context, caller, async (tx, record) => {
      await tx.delete(sessions).where(eq(sessions.id, sessionId));
      await record("session.end", sessionId);
    });
    dropCookie(context);
    return context.json({ isSignedOut: true });
  })
  .patch("/", gate("account", "Change one's name"), body(v.strictObject({ name: line(100) })), async (context) => {
    const { name } = context.req.valid("json");
    const { caller } = context.var;
    const { id } = caller.person;
    await change(context, caller, async (tx, record) => {
      await tx.update(people).set({ name }).where(eq(people.id, id));
      await record("person.rename", id, { name });
    });
    return context.json({ person: { ...caller.person, name } });
  })
  .post("/password", gate("account", "Change one's password"), body(newPassword), async (context) => {
    const { current, password: chosen } = context.req.valid("json");
    const { caller, team } = context.var;
    const { id, email: address } = caller.person;
    countAttempt(context, address);
    const [{ passwordHash: old }] = await team.db.select().from(people).where(eq(people.id, id));
    if (!(await isPassword(current, old))) refuse(wrongPassword);
    forgetAttempts(context, address);
    const passwordHash = await hashPassword(chosen);
    await change(context, caller, async (tx, record) => {
      await tx.update(people).set({ passwordHash }).where(eq(people.id, id));
      await tx.delete(sessions).where(others(caller));
      await record("person.password", id);
    });
    return context.json({ isChanged: true });
  })
  .get("/sessions", gate("account", "Where one is signed in"), async (context) => {
    const { caller, team } = context.var;
    const isLive = and(eq(sessions.personId, caller.person.id), gt(sessions.expiresAt, new Date(team.now())));
    const { id, createdAt, lastSeenAt, expiresAt, address, userAgent } = sessions;
    const fields = { id, createdAt, lastSeenAt, expiresAt, address, userAgent };
    const rows = await team.db.select(fields).from(sessions).where(isLive).orderBy(desc(lastSeenAt));
    return context.json({ sessions: rows.map((row) => ({ ...row, isThis: row.id === caller.sessionId })) });
  })
  .delete("/sessions", gate("account", "Sign out everywhere else"), async (context) => {
    const { caller } = context.var;
    const ended = await change(context, caller, async (tx, record) => {
      const rows = await tx.delete(sessions).where(others(caller)).returning({ id: sessions.id });
      await record("session.end-others", caller.person.id, { count: rows.length });
      return rows.length;
    });
    return context.json({ ended });
  })
  .delete("/sessions/:id", gate("account", "Sign out on one device", { owned: session }), byId, async (context) => {
    const { id } = context.req.valid("param");
    await change(context, context.var.caller, async (tx, record) => {
      await tx.delete(sessions).where(eq(sessions.id, id));
      await record("session.end", id);
    });
    return context.json({ id });
  });
