// The one way in: every route begins with a gate, which names who may pass. A route without one stops the server (api.ts).
import type { Context, Handler, MiddlewareHandler } from "hono";
import { describeRoute, uniqueSymbol } from "hono-openapi";
import { bodyLimit } from "hono/body-limit";
import { findTargetHandler } from "hono/utils/handler";
import { callerOf, isRefusal, refusalFor, type Caller } from "./caller.ts";
import type { Queries } from "./database.ts";
import { notFound, refuse, responseOf } from "./errors.ts";
import { may, type Permission } from "./permissions.ts";
import type { Team } from "./team.ts";

export interface TeamEnv {
  Variables: {
    team: Team;
    caller: Caller; // set by every gate that is not public
  };
}

/** Whose the object is that the path's `:id` names. */
export interface Ownership {
  readonly what: string; // as people call it: "key"
  /** The id of the person whose it is; null when there is none of this id. */
  owner(db: Queries, id: string): Promise<string | null>;
  readonly others: Permission | null; // what one needs for another's; null: nobody may
}

export interface Rule {
  readonly permission: Permission | "public";
  readonly summary: string; // one line, for the API's document
  readonly owned?: Ownership;
  readonly mostBytes?: number; // of the body
  readonly isUnrecorded?: boolean; // changes nothing that belongs into the audit log
}

/** Waits for a team that may still be opening. */
export const withTeam = (opening: Promise<Team>): MiddlewareHandler<TeamEnv> => {
  const message = "The team's database could not be opened: its server's terminal says why.";
  return async (context, next) => {
    const team = await opening.catch(() => null);
    if (team === null) return refuse({ status: 503, code: "team-closed", message });
    context.set("team", team);
    await next();
  };
};

const MOST_BYTES = 64 * 1024;
const rules = new WeakMap<object, Rule>();

/** The rule of a route's handler, where it is a gate. */
export const ruleOf = (handler: Handler): Rule | undefined => rules.get(findTargetHandler(handler));

/** Lets pass who has the permission, and, where the path's `:id` is somebody's, whose it is. */
export function gate(permission: Permission, summary: string, more: Omit<Rule, "permission" | "summary"> = {}) {
  const rule: Rule = { permission, summary, ...more };
  return declared(rule, async (context) => {
    const caller = await callerOf(context.var.team, context);
    if (isRefusal(caller)) refuse(caller);
    const refusal = refusalFor(caller, permission);
    if (refusal) refuse(refusal);
    if (rule.owned) await demandOwn(context, caller, rule.owned);
    context.set("caller", caller);
  });
}

/** Lets everybody pass. */
export const publicGate = (summary: string, more: Omit<Rule, "permission" | "summary"> = {}) =>
  declared({ permission: "public", summary, ...more }, async () => undefined);

/** What is not there and what is another's look the same. */
async function demandOwn(context: Context<TeamEnv>, caller: Caller, { what, owner, others }: Ownership): Promise<void> {
  const { team } = context.var;
  const id = context.req.param("id") ?? "";
  const found = /^[\w-]{1,100}$/.test(id) ? await owner(team.db, id) : null;
  const isAllowed = found === caller.person.id || (others !== null && may(caller, others));
  if (found === null || !isAllowed) notFound(what);
}

function declared(rule: Rule, check: (context: Context<TeamEnv>) => Promise<void>): MiddlewareHandler<TeamEnv> {
  const mostBytes = rule.mostBytes ?? MOST_BYTES;
  const message = `The body is larger than ${mostBytes} bytes: send less at a time.`;
  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: () => responseOf({ status: 413, code: "too-large", message }),
  });
  const middleware: MiddlewareHandler<TeamEnv> = async (context, next) => {
    await check(context);
    return limit(context, next);
  };
  const security = rule.permission === "public" ? [] : [{ session: [] }, { key: [] }];
  const described = describeRoute({ summary: rule.summary, security, responses: answers });
  rules.set(middleware, rule);
  return Object.assign(middleware, { [uniqueSymbol]: Reflect.get(described, uniqueSymbol) as object });
}

const refused = { content: { "application/json": { schema: { $ref: "#/components/schemas/Refusal" } } } };
const answers = {
  "2XX": { description: "Done" },
  "4XX": { description: "Refused: the message says what to do", ...refused },
  "5XX": { description: "Failed: nothing was changed", ...refused },
};
