// Keeps the app, its default models and the examples on the device, so that everything works with the server gone. Takes no
// part in the app's work: it answers from the precache and notes each request for the privacy ledger. A new version waits
// until the page says so.
import { clientsClaim } from "workbox-core";
import {
  addRoute,
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  matchPrecache,
  precache,
  type PrecacheEntry,
} from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { readHubs } from "./client/hubs.ts";
import { sourcesOf } from "./state/hub-sources.ts";
import { reportRequests, requestChannelName, type RequestRecord } from "../worker/contract/requests.ts";

type Scope = ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (PrecacheEntry | string)[] };
const scope = self as unknown as Scope;
const channel = new BroadcastChannel(requestChannelName);

// First, so that it sees every request; it answers none.
scope.addEventListener("fetch", ({ request: { url, method } }) => {
  const record: RequestRecord = { url, method, seenBy: "service-worker", at: Date.now(), bytes: 0, isBlocked: false };
  channel.postMessage([record]);
});
reportRequests("service-worker");

precache((self as unknown as Scope).__WB_MANIFEST);
cleanupOutdatedCaches();
// Each worker has a policy of its own: it must allow what the page's does.
registerRoute(
  ({ request }) => request.destination === "worker",
  async ({ request }) => withHubs((await matchPrecache(request.url)) ?? (await fetch(request))),
);
addRoute({ ignoreURLParametersMatching: [/.*/] });
const page = createHandlerBoundToURL("index.html");
registerRoute(new NavigationRoute(async (options) => withHubs(await page(options))));
// A file that a model or an example does not have is not there offline either: the same answer as the server's.
const own = new URL(".", scope.location.href).href;
registerRoute(({ url }) => /^(models|examples)\//.test(url.href.replace(own, "")), fetchOrMissing);
// Engines of others are large and few use them: each file is kept from its first use on, until another of its name comes.
registerRoute(({ url }) => url.href.startsWith(`${own}assets/engine-`), fetchOnce);
// The page asks whether there is a team's server. Where there is none, that is no error: an empty answer says so.
registerRoute(({ url }) => url.href === `${own}api/account`, fetchOrNothing);
clientsClaim();

/** The same answer, with the hubs that the user added written into its policy. */
async function withHubs(response: Response): Promise<Response> {
  const sources = sourcesOf(await readHubs().catch(() => []));
  const policy = response.headers.get("Content-Security-Policy");
  if (sources.length === 0 || policy === null) return response;
  const headers = new Headers(response.headers);
  headers.set(
    "Content-Security-Policy",
    policy.replace("connect-src 'self'", `connect-src 'self' ${sources.join(" ")}`),
  );
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function fetchOrMissing({ request }: { request: Request }): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return new Response(null, { status: 404, statusText: "Not Found" });
  }
}

async function fetchOnce({ request }: { request: Request }): Promise<Response> {
  const cache = await caches.open("loam-engines");
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const response = await fetch(request);
  if (!response.ok) return response;
  const nameOf = (url: string) => url.replace(/-[\w-]{8}(\.\w+)$/, "$1");
  for (const { url } of await cache.keys()) if (nameOf(url) === nameOf(request.url)) await cache.delete(url);
  await cache.put(request.url, response.clone());
  return response;
}

async function fetchOrNothing({ request }: { request: Request }): Promise<Response> {
  const response = await fetch(request).catch(() => null);
  return response === null || response.status === 404 ? new Response(null, { status: 204 }) : response;
}

scope.addEventListener("message", (event) => {
  if (event.data?.type === "SKIP_WAITING") void scope.skipWaiting();
});
