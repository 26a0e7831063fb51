// Keeps the app, its default models and the examples on the device, so that everything works with the server gone. Takes no
// part in the app's work: it answers from the precache and notes each request for the privacy ledger. A new version waits
// until the page says so.
import { clientsClaim } from "workbox-core";
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
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

precacheAndRoute((self as unknown as Scope).__WB_MANIFEST, { ignoreURLParametersMatching: [/.*/] });
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL("index.html")));
// A file that a model or an example does not have is not there offline either: the same answer as the server's.
registerRoute(({ url }) => /\/(models|examples)\//.test(url.pathname), fetchOrMissing);
clientsClaim();

async function fetchOrMissing({ request }: { request: Request }): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return new Response(null, { status: 404, statusText: "Not Found" });
  }
}

scope.addEventListener("message", (event) => {
  if (event.data?.type === "SKIP_WAITING") void scope.skipWaiting();
});
