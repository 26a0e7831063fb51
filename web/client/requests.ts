// Feeds the privacy ledger: what the page's own resource timing saw, what the workers and the service worker report, and
// what the content security policy stopped.
import { observeRequests, requestChannelName, type RequestRecord } from "../../worker/contract/index.ts";

/** Calls `onRecords` with every request made from now on, and with those made before as far as the browser kept them. */
export function watchRequests(onRecords: (records: readonly RequestRecord[]) => void): void {
  const channel = new BroadcastChannel(requestChannelName);
  channel.addEventListener("message", (event: MessageEvent<RequestRecord[]>) => onRecords(event.data));
  observeRequests("page", onRecords);
  document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
    if (!/^[a-z]+:\/\//.test(blockedURI)) return; // "inline", "eval": nothing that would have travelled
    onRecords([{ url: blockedURI, method: null, seenBy: "page", at: Date.now(), bytes: 0, isBlocked: true }]);
  });
}
