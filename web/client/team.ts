// The team's API beside the page, typed by its routes. Each request says so to the privacy ledger before it is sent.
import { hc } from "hono/client";
import type { TeamApi } from "../../server/app.ts";
import type { RequestRecord } from "../../worker/contract/index.ts";

export type TeamClient = ReturnType<typeof hc<TeamApi>>;

/** A client of the API at `base`, a whole URL. Its requests are refused as `fetch` refuses: when there is no way to the server. */
export function teamClient(base: string, onSend: (record: RequestRecord) => void, send = fetch): TeamClient {
  return hc<TeamApi>(base, {
    headers: { "X-Loam-Request": "1" }, // the server wants it of every change: no other site can make a browser send it
    fetch: (input: RequestInfo | URL, init?: RequestInit) => {
      const url = input instanceof Request ? input.url : String(input);
      onSend({ url, method: init?.method ?? "GET", seenBy: "page", at: Date.now(), bytes: 0, isBlocked: false });
      return send(input, init);
    },
  });
}
