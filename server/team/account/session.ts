// Being signed in: a random token in a cookie that scripts cannot read, for thirty days.
import { randomUUID } from "node:crypto";
import { lt } from "drizzle-orm";
import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { COOKIE } from "../caller.ts";
import type { Queries } from "../database.ts";
import type { TeamEnv } from "../gate.ts";
import { addressOf, isSecure } from "../request.ts";
import { sessions } from "../schema/index.ts";
import { hashOf, newToken } from "../secrets.ts";

const LASTS_MS = 30 * 86_400_000;

/** Signs a person in on the device that asks; what comes back hands it the cookie, once all else is done. */
export async function beginSession(
  context: Context<TeamEnv>,
  tx: Queries,
  personId: string,
): Promise<{ id: string; give(): void }> {
  const now = context.var.team.now();
  const [id, token, expiresAt] = [randomUUID(), newToken(), new Date(now + LASTS_MS)];
  await tx.delete(sessions).where(lt(sessions.expiresAt, new Date(now)));
  await tx.insert(sessions).values({
    ...{ id, personId, tokenHash: hashOf(token), expiresAt },
    ...{ createdAt: new Date(now), lastSeenAt: new Date(now) },
    address: addressOf(context),
    userAgent: (context.req.header("User-Agent") ?? "").replace(/[^\x20-\x7e]/g, "").slice(0, 300),
  });
  const options = { ...cookieOf(context), expires: expiresAt };
  return { id, give: () => setCookie(context, COOKIE, token, options) };
}

export const dropCookie = (context: Context<TeamEnv>): void => void deleteCookie(context, COOKIE, cookieOf(context));

const cookieOf = (context: Context<TeamEnv>) =>
  ({ path: "/", httpOnly: true, sameSite: "Lax", secure: isSecure(context) }) as const;
