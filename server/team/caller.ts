// Who asks: a person by the cookie of a session, or a program by its key. A key goes before a cookie.
import { eq } from "drizzle-orm";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Refusal } from "./errors.ts";
import { may, type Permission, type Rights, type Role } from "./permissions.ts";
import { keys, people, sessions } from "./schema/index.ts";
import { hashOf, KEY_PREFIX } from "./secrets.ts";
import type { Team } from "./team.ts";

export const COOKIE = "loam_session";
const MS_PER_HOUR = 3_600_000;

export interface Caller extends Rights {
  readonly person: { readonly id: string; readonly name: string; readonly email: string; readonly role: Role };
  readonly sessionId: string | null; // null: by a key
  readonly keyId: string | null; // null: by a session
}

export const bearerOf = (context: Context): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(context.req.header("Authorization") ?? "")?.[1];

/** Who asks, or why nobody known does. */
export async function callerOf(team: Team, context: Context): Promise<Caller | Refusal> {
  const shown = bearerOf(context);
  return shown === undefined ? sessionCaller(team, getCookie(context, COOKIE)) : keyCaller(team, shown);
}

export const isRefusal = (found: Caller | Refusal): found is Refusal => "status" in found;

/** What a caller may not do. */
export const refusalFor = (caller: Rights, permission: Permission): Refusal | null => {
  if (may(caller, permission)) return null;
  const message =
    caller.scopes === null
      ? `Your role, ${caller.role}, does not allow this: ask an admin of the team.`
      : "This key's scopes, or its owner's role, do not allow this: use another key.";
  return { status: 403, code: "forbidden", message };
};

const signedOut: Refusal = { status: 401, code: "signed-out", message: "Sign in first, or show an API key." };

async function sessionCaller(team: Team, token: string | undefined): Promise<Caller | Refusal> {
  if (!token) return signedOut;
  const [found] = await team.db
    .select({ session: sessions, person: people })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .where(eq(sessions.tokenHash, hashOf(token)));
  const now = team.now();
  if (!found || found.session.expiresAt.getTime() <= now || found.person.disabledAt) return signedOut;
  if (now - found.session.lastSeenAt.getTime() > MS_PER_HOUR)
    await team.db
      .update(sessions)
      .set({ lastSeenAt: new Date(now) })
      .where(eq(sessions.id, found.session.id));
  const { id, name, email, role } = found.person;
  return { person: { id, name, email, role }, role, scopes: null, sessionId: found.session.id, keyId: null };
}

const wrongKey: Refusal = {
  status: 401,
  code: "wrong-key",
  message: "This API key is wrong, has expired or was revoked: make another one.",
};

/** Who shows this key, counted against what it may ask. */
export async function keyCaller(team: Team, shown: string): Promise<Caller | Refusal> {
  if (!shown.startsWith(KEY_PREFIX)) return wrongKey;
  const [found] = await team.db
    .select({ key: keys, person: people })
    .from(keys)
    .innerJoin(people, eq(people.id, keys.personId))
    .where(eq(keys.hash, hashOf(shown)));
  if (!found || found.key.revokedAt || found.person.disabledAt) return wrongKey;
  if (found.key.expiresAt && found.key.expiresAt.getTime() <= team.now()) return wrongKey;
  const wait = await team.meter.count(found.key);
  if (wait) return wait;
  const { id, name, email, role } = found.person;
  return { person: { id, name, email, role }, role, scopes: found.key.scopes, sessionId: null, keyId: found.key.id };
}
