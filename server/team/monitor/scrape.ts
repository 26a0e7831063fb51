// GET /metrics, for Prometheus: with a key of the scope `monitor`, or, where the server's owner says so, for this machine alone.
import { Hono, type Context } from "hono";
import { isLoopback } from "../../listen.ts";
import { callerOf, isRefusal, refusalFor } from "../caller.ts";
import { answerTo, refuse } from "../errors.ts";
import { withTeam, type TeamEnv } from "../gate.ts";
import { addressOf } from "../request.ts";
import type { Team } from "../team.ts";
import { CONTENT_TYPE } from "./metrics.ts";

/** `isOpen`: programs of this machine need no key. */
export function metricsApi(opening: Promise<Team>, isOpen: boolean) {
  return new Hono<TeamEnv>()
    .onError((error, context) => answerTo(error, context, (line) => context.var.team.log(line)))
    .use(withTeam(opening))
    .get("/", async (context) => {
      if (!isOpen || !isFromHere(context)) await demandKey(context);
      const text = await context.var.team.monitor.metrics();
      return context.body(text, 200, { "Content-Type": CONTENT_TYPE, "Cache-Control": "no-store" });
    });
}

async function demandKey(context: Context<TeamEnv>): Promise<void> {
  const caller = await callerOf(context.var.team, context);
  if (isRefusal(caller)) refuse(caller);
  const refusal = refusalFor(caller, "monitor:read");
  if (refusal) refuse(refusal);
}

/** Straight from a program of this machine: through no proxy, and no page whose name was made to lead here. */
function isFromHere(context: Context<TeamEnv>): boolean {
  const { req } = context;
  if (req.header("X-Forwarded-For") !== undefined || req.header("Forwarded") !== undefined) return false;
  const { hostname } = new URL(`http://${req.header("Host") ?? "none"}`);
  return isLoopback(hostname.replace(/^\[|\]$/g, "")) && isLoopback(addressOf(context).replace(/^::ffff:/, ""));
}
