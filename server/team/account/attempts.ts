// How often one may guess. Counted before the guess is looked at, so that many at once gain nothing.
import type { Context } from "hono";
import { refuse } from "../errors.ts";
import type { TeamEnv } from "../gate.ts";
import type { Rate } from "../limits.ts";
import { addressOf } from "../request.ts";

const PER_ADDRESS: Rate = { burst: 20, perMinute: 4 };
const PER_ACCOUNT: Rate = { burst: 6, perMinute: 1 };

/** Counts a try of this address, and of this account where one is named. Refuses with the time to wait. */
export function countAttempt(context: Context<TeamEnv>, account?: string): void {
  const { buckets } = context.var.team;
  const wait = Math.max(
    buckets.take(`address ${addressOf(context)}`, PER_ADDRESS),
    account === undefined ? 0 : buckets.take(`account ${account}`, PER_ACCOUNT),
  );
  if (wait === 0) return;
  const message = `Too many tries: wait ${wait} s, then try again.`;
  refuse({ status: 429, code: "too-many-tries", message, retryAfterSeconds: wait });
}

/** A right guess ends the count of its account. */
export const forgetAttempts = (context: Context<TeamEnv>, account: string): void =>
  context.var.team.buckets.forget(`account ${account}`);
