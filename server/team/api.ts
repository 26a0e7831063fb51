// The team's API, mounted at /api: accounts, keys and the audit log, and every later topic.
//
// To add a topic:
// 1. Its tables: `schema/<topic>.ts`, named in `schema/index.ts`; then a migration (CONTRIBUTING, "The team's database").
// 2. Its rights: lines in `permissions.ts`, where they are not there yet.
// 3. Its routes: `<topic>/routes.ts` exports `new Hono<TeamEnv>().get(path, gate("permission", "What it does"), query(schema),
//    handler).post(…)`, chained, so that `hc<TeamApi>()` in the page knows every shape. A gate comes first in each route; `use`, `all`
//    and `onError` are not for topics. `context.var.team` is what all share, `context.var.caller` who asks. Where `:id` is somebody's,
//    the gate's `owned` says whose.
// 4. What changes something does it in `change(context, caller, async (tx, record) => …)` (audit/record.ts) and records it. Inside, only
//    `tx` is asked: PGlite has one connection, and the team's own `db` would wait for it for ever.
// 5. Here: `.route("/<topic>", …)` in `topics`. And in `testing/samples.ts`, one valid request of each route: the matrix of permissions
//    and the fuzz tests cover what is there, and fail for what is not.
// What lives as long as the server (queues, timers) belongs in `team.ts`: opened in `open`, ended in `close`.
import { Hono, type Context } from "hono";
import { generateSpecs } from "hono-openapi";
import { accountRoutes } from "./account/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { datasetRoutes } from "./datasets/routes.ts";
import { answerTo, refuse } from "./errors.ts";
import { fileRoutes } from "./files/routes.ts";
import { publicGate, ruleOf, withTeam, type TeamEnv } from "./gate.ts";
import { invitationRoutes } from "./invitations/routes.ts";
import { jobRoutes } from "./jobs/routes.ts";
import { keyRoutes } from "./keys/routes.ts";
import { modelRoutes } from "./models/routes.ts";
import { monitorRoutes } from "./monitor/routes.ts";
import { documentation } from "./openapi.ts";
import { peopleRoutes } from "./people/routes.ts";
import { fromPage } from "./request.ts";
import type { Team } from "./team.ts";
import { workerRoutes } from "./workers/routes.ts";

export const topics = new Hono<TeamEnv>()
  .route("/account", accountRoutes)
  .route("/people", peopleRoutes)
  .route("/invitations", invitationRoutes)
  .route("/keys", keyRoutes)
  .route("/audit", auditRoutes)
  .route("/datasets", datasetRoutes)
  .route("/files", fileRoutes)
  .route("/jobs", jobRoutes)
  .route("/workers", workerRoutes)
  .route("/models", modelRoutes)
  .route("/monitor", monitorRoutes)
  .get("/openapi.json", publicGate("This document"), (context) => described(context));

async function described(context: Context): Promise<Response> {
  return context.json(await generateSpecs(topics, { documentation, defaultValidationErrorResponse: false }));
}

export type TeamApi = typeof topics;

const headers: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/**
 * The API of a team that may still be opening: requests wait for it. Throws when a route has no gate.
 */
export function teamApi(opening: Promise<Team>) {
  demandGates(topics);
  return new Hono<TeamEnv>()
    .onError((error, context) => answerTo(error, context, (line) => context.var.team.log(line)))
    .use(async (context, next) => {
      await next();
      for (const [name, value] of Object.entries(headers)) context.header(name, value);
    })
    .use(withTeam(opening), fromPage)
    .route("/", topics)
    .all("*", ({ req }) => {
      const message = `${req.method} ${req.path} is not served: /api/openapi.json lists what is.`;
      return refuse({ status: 404, code: "unknown-url", message });
    });
}

/** Deny by default: what no gate guards is not served at all. */
export function demandGates({ routes }: Pick<Hono<TeamEnv>, "routes">): void {
  const seen = new Set<string>();
  for (const { method, path, handler } of routes) {
    const name = `${method} ${path}`;
    if (method === "ALL" || (!seen.has(name) && !ruleOf(handler)))
      throw new Error(`${name} does not begin with a gate`);
    seen.add(name);
  }
}
