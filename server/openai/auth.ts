// Who may use the API: whoever shows the key for trials, or a key of the team with the scope for it. Without either, nobody.
import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { bearerOf, isRefusal, keyCaller, refusalFor, type Caller } from "../team/caller.ts";
import type { Permission } from "../team/permissions.ts";
import type { Team } from "../team/team.ts";
import { refuse } from "./errors.ts";
import type { Answering } from "./measure.ts";

export interface EngineEnv {
  Variables: {
    caller: Caller | undefined; // who asks; undefined by the key for trials
    isAdmitted: boolean | undefined; // a key was right
    engine: Answering; // that measures what it is asked
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Lets pass what carries `Authorization: Bearer <key>`. Compared as digests, in a time that says nothing about the key. */
export function bearer(key: string | undefined, opening?: Promise<Team>): MiddlewareHandler<EngineEnv> {
  const trial = key === undefined ? null : digest(key);
  return async (context, next) => {
    const shown = bearerOf(context) ?? "";
    if (!trial && !opening) refuse({ status: 401, message: "this server has no key for its API: start it with --dev-key", code: "no_api_key" }); // prettier-ignore
    if (!trial || !timingSafeEqual(digest(shown), trial))
      context.set("caller", await callerBy(shown, opening, "inference"));
    context.set("isAdmitted", true);
    await next();
  };
}

/** Who shows a key of the team; refuses what is none, may not do this, or has to wait. */
export async function callerBy(
  shown: string,
  opening: Promise<Team> | undefined,
  permission: Permission,
): Promise<Caller> {
  const team = await opening?.catch(() => undefined);
  const wrong = { status: 401, message: "the API key is missing or wrong", code: "invalid_api_key" } as const;
  if (!team) return refuse(wrong);
  const found = await keyCaller(team, shown);
  if (!isRefusal(found)) {
    const refusal = refusalFor(found, permission);
    return refusal ? refuse({ status: 403, message: refusal.message, code: "insufficient_permissions" }) : found;
  }
  const { status, message, retryAfterSeconds = 1 } = found;
  return refuse(status === 429 ? { status, message, code: "rate_limit_exceeded", retryAfterSeconds } : wrong);
}
