// How the team's server is doing, for admins and keys with the scope `monitor`.
import { and, desc, eq, gte, lt, type SQL } from "drizzle-orm";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse } from "../errors.ts";
import { gate, type TeamEnv } from "../gate.ts";
import { keys, people, requests } from "../schema/index.ts";
import { line, moment, query, wholeText } from "../shapes.ts";
import type { Team } from "../team.ts";
import { alertRoutes } from "./alert-routes.ts";
import { deviceRoutes } from "./device-routes.ts";
import { isFailed, summary, type Range } from "./summary.ts";

const DAY_MS = 86_400_000;
const MOST_DAYS = 400;

const range = { since: v.optional(moment), until: v.optional(moment) };
const filters = v.object({
  ...range,
  model: v.optional(line(200)),
  key: v.optional(line(100)),
  person: v.optional(line(100)),
  operation: v.optional(line(40)),
  outcome: v.optional(v.picklist(["failed", "refused"], "must be failed or refused")),
  before: v.optional(wholeText(1, Number.MAX_SAFE_INTEGER)), // `next` of the page before
  limit: v.optional(wholeText(1, 200), "50"),
});

/** The last day, where nothing else is asked for. */
function rangeOf({ now }: Team, { since, until }: { since?: string | undefined; until?: string | undefined }): Range {
  const end = until === undefined ? new Date(now() + 1) : new Date(until);
  const start = since === undefined ? new Date(end.getTime() - DAY_MS) : new Date(since);
  const ms = end.getTime() - start.getTime();
  if (ms <= 0 || ms > MOST_DAYS * DAY_MS)
    refuse({ status: 400, code: "invalid-argument", message: `"since" must lie before "until", by ${MOST_DAYS} days at most.` }); // prettier-ignore
  return { since: start, until: end };
}

const outcomes: Readonly<Record<"failed" | "refused", SQL | undefined>> = {
  failed: isFailed,
  refused: and(gte(requests.status, 400), lt(requests.status, 500)),
};

export const monitorRoutes = new Hono<TeamEnv>()
  .get(
    "/summary",
    gate("monitor:read", "Requests, tokens, errors and times by model, key and person; jobs and storage now"),
    query(v.object(range)),
    async (context) => {
      const { team } = context.var;
      const asked = rangeOf(team, context.req.valid("query"));
      await team.monitor.flush();
      const [jobs, storageBytes] = await Promise.all([team.monitor.jobsByState(), team.monitor.storageBytes()]);
      const now = { jobs: Object.fromEntries(jobs), storageBytes, notRecorded: team.monitor.dropped };
      return context.json({ ...asked, ...(await summary(team.db, asked)), now, keepDays: team.monitor.keepDays });
    },
  )
  .get("/requests", gate("monitor:read", "Requests of /v1, newest first"), query(filters), async (context) => {
    const { team } = context.var;
    const { model, key, person, operation, outcome, before, limit, ...asked } = context.req.valid("query");
    const { since, until } = rangeOf(team, asked);
    await team.monitor.flush();
    const rows = await team.db
      .select({ request: requests, person: people.name, key: keys.name })
      .from(requests)
      .leftJoin(people, eq(people.id, requests.personId))
      .leftJoin(keys, eq(keys.id, requests.keyId))
      .where(
        and(
          ...[gte(requests.at, since), lt(requests.at, until), outcome && outcomes[outcome]],
          model === undefined ? undefined : eq(requests.model, model),
          key === undefined ? undefined : eq(requests.keyId, key),
          person === undefined ? undefined : eq(requests.personId, person),
          operation === undefined ? undefined : eq(requests.operation, operation),
          before === undefined ? undefined : lt(requests.id, before),
        ),
      )
      .orderBy(desc(requests.id))
      .limit(limit + 1);
    const entries = rows.slice(0, limit).map(({ request, ...names }) => ({ ...request, ...names }));
    return context.json({ entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null });
  })
  .route("/alerts", alertRoutes)
  .route("/", deviceRoutes);
