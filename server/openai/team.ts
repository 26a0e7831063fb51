// What the routes share that work with the team's data under OpenAI's names: who asks, ids with a prefix, pages, refusals.
import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import * as v from "valibot";
import { bearerOf } from "../team/caller.ts";
import { answerTo } from "../team/errors.ts";
import type { TeamEnv } from "../team/gate.ts";
import type { Permission } from "../team/permissions.ts";
import { wholeText } from "../team/shapes.ts";
import type { Team } from "../team/team.ts";
import { callerBy } from "./auth.ts";
import { OpenaiRefusal, refuse, responseOf, type Refusal } from "./errors.ts";

/** Lets pass the keys of the team that carry the permission; the key for trials is nobody's, so nothing could be theirs. */
export const admitted =
  (opening: Promise<Team> | undefined, permission: Permission): MiddlewareHandler<TeamEnv> =>
  async (context, next) => {
    const caller = await callerBy(bearerOf(context) ?? "", opening, permission);
    context.set("team", await opening!);
    context.set("caller", caller);
    await next();
  };

/** A refusal of the team's, said as OpenAI's clients expect it. */
export function answerOf(error: Error, context: Context<TeamEnv>): Response {
  if (error instanceof OpenaiRefusal) return error.getResponse();
  const answer = answerTo(error, context, (line) => context.var.team.log(line));
  const known = [400, 401, 403, 404, 413, 429, 500, 503].find((one) => one === answer.status);
  const status = (known ?? (answer.status < 500 ? 400 : 500)) as Refusal["status"];
  const message = error instanceof HTTPException && error.message !== "" ? error.message : "the request failed: the server's log says why"; // prettier-ignore
  return responseOf({ status, message });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id behind a prefix; null when it is none. */
export const idOf = (prefix: string, given: string): string | null => {
  const id = given.startsWith(prefix) ? given.slice(prefix.length) : "";
  return UUID.test(id) ? id : null;
};

export const secondsOf = (at: Date): number => Math.floor(at.getTime() / 1000);

/** How many to a page. */
export const pageOf = (most: number) => wholeText(1, most);

export function readQuery<S extends v.GenericSchema>(context: Context, schema: S): v.InferOutput<S> {
  const parsed = v.safeParse(schema, context.req.query());
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const param = v.getDotPath(issue) ?? "query";
  return refuse({ status: 400, message: `${param} ${issue.message}`, param });
}
