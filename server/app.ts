// The thin server: the built page with headers that keep it sealed, a folder of models as a hub, and, where they are given, the
// engine's API and the team's. Of the user's data it sees what is sent to them.
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono, type Context } from "hono";
import { mirror } from "./mirror/mirror.ts";
import { Shelf } from "./mirror/shelf.ts";
import type { EngineEnv } from "./openai/auth.ts";
import type { TeamEnv } from "./team/gate.ts";

export type { TeamApi } from "./team/api.ts";

// One line a directive. No inline script, no other origin for anything; workers and the service worker come from here too.
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types default svelte-trusted-html dompurify",
].join("; ");

const headers: Readonly<Record<string, string>> = {
  "Content-Security-Policy": contentSecurityPolicy,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy":
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), display-capture=()",
};

// What the middleware's table does not know.
const types: Readonly<Record<string, string>> = {
  ".webmanifest": "application/manifest+json",
  ".safetensors": "application/octet-stream",
  ".md": "text/markdown; charset=utf-8",
};

/** What may be kept how long: names with a hash for ever, everything else is asked about each time. */
export function cacheControlOf(path: string): string {
  return /\/assets\/[^/]+-[\w-]{8,}\.\w+$/.test(path) ? "public, max-age=31536000, immutable" : "no-cache";
}

function describe(context: Context): void {
  const { path } = context.req;
  context.header("Cache-Control", cacheControlOf(path));
  context.header("Accept-Ranges", "bytes");
  const type = types[path.slice(path.lastIndexOf("."))];
  if (type !== undefined) context.header("Content-Type", type);
}

/** The server for the page built into `root`, of the models in the folder `models`, as a hub under /hub, of the engine's API under /v1, of the team's under /api, and of its numbers under /metrics. */
export function createApp(
  root: string,
  models: string,
  api = new Hono<EngineEnv>(),
  team = new Hono<TeamEnv>(),
  metrics = new Hono<TeamEnv>(),
) {
  return new Hono()
    .route("/hub", mirror(new Shelf(models)))
    .route("/v1", api)
    .route("/api", team)
    .route("/metrics", metrics)
    .use(async (context, next) => {
      await next();
      for (const [name, value] of Object.entries(headers)) context.header(name, value);
      if (context.res.ok) describe(context);
    })
    .use(serveStatic({ root }))
    .notFound((context) => context.text("Not found", 404));
}

export type App = ReturnType<typeof createApp>;
