// The audit log, newest first, for admins.
import { and, desc, eq, gte, lt } from "drizzle-orm";
import { Hono } from "hono";
import * as v from "valibot";
import { gate, type TeamEnv } from "../gate.ts";
import { audit } from "../schema/index.ts";
import { line, moment, query, wholeText } from "../shapes.ts";

const filters = v.object({
  person: v.optional(line(100)),
  action: v.optional(line(100)),
  object: v.optional(line(200)),
  since: v.optional(moment),
  until: v.optional(moment),
  before: v.optional(wholeText(1, Number.MAX_SAFE_INTEGER)), // `next` of the page before
  limit: v.optional(wholeText(1, 200), "50"),
});

export const auditRoutes = new Hono<TeamEnv>().get(
  "/",
  gate("audit:read", "Changes of the team's data, newest first"),
  query(filters),
  async (context) => {
    const { person, action, object, since, until, before, limit } = context.req.valid("query");
    const entries = await context.var.team.db
      .select()
      .from(audit)
      .where(
        and(
          person === undefined ? undefined : eq(audit.personId, person),
          action === undefined ? undefined : eq(audit.action, action),
          object === undefined ? undefined : eq(audit.object, object),
          since === undefined ? undefined : gte(audit.at, new Date(since)),
          until === undefined ? undefined : lt(audit.at, new Date(until)),
          before === undefined ? undefined : lt(audit.id, before),
        ),
      )
      .orderBy(desc(audit.id))
      .limit(limit + 1);
    const shown = entries.slice(0, limit);
    return context.json({ entries: shown, next: entries.length > limit ? (shown.at(-1)?.id ?? null) : null });
  },
);
