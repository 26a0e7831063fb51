// What a request says of its way here: the client's address, whether it came over https, and whether our own page sent it.
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import type { TeamEnv } from "./gate.ts";
import { bearerOf } from "./caller.ts";
import { refuse } from "./errors.ts";

/** Every request of the page that changes something carries it; no other site can make a browser send it. */
export const PAGE_HEADER = "X-Loam-Request";

const lastOf = (list: string | undefined): string | undefined => list?.split(",").at(-1)?.trim();

export function addressOf(context: Context<TeamEnv>): string {
  const forwarded = context.var.team.isBehindProxy ? lastOf(context.req.header("X-Forwarded-For")) : undefined;
  const { incoming } = (context.env ?? {}) as Partial<HttpBindings>;
  return (forwarded ?? incoming?.socket.remoteAddress ?? "unknown").slice(0, 64);
}

export function isSecure(context: Context<TeamEnv>): boolean {
  const forwarded = context.var.team.isBehindProxy ? lastOf(context.req.header("X-Forwarded-Proto")) : undefined;
  return (forwarded ?? new URL(context.req.url).protocol.replace(":", "")) === "https";
}

const isSafe = (method: string): boolean => method === "GET" || method === "HEAD";

/** Whether a cookie may count: what changes something must come from our own page. */
function isFromPage(context: Context<TeamEnv>): boolean {
  const { req } = context;
  const site = req.header("Sec-Fetch-Site");
  if (site !== undefined && site !== "same-origin") return false;
  const origin = req.header("Origin");
  const forwarded = context.var.team.isBehindProxy ? lastOf(req.header("X-Forwarded-Host")) : undefined;
  const host = forwarded ?? req.header("Host") ?? new URL(req.url).host;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return false;
  return req.header(PAGE_HEADER) !== undefined;
}

/** Refuses what another site made a browser send. Keys are shown on purpose, so they need no such proof. */
export const fromPage: MiddlewareHandler<TeamEnv> = async (context, next) => {
  if (!isSafe(context.req.method) && bearerOf(context) === undefined && !isFromPage(context))
    refuse({ status: 403, code: "other-site", message: `Send this from Loam's own page (header ${PAGE_HEADER}), or show an API key.` }); // prettier-ignore
  await next();
};
