// Where the user is, as the part of the address after the #: /ask, /ask/<chat>, /library, /library/<document>?at=12-80&of=…,
// /teach/<data set>/<row>, /runs/<run>, /prove/<adapter>, /team/<part>, /join/<token>,
// /reset/<token>. Pure; the page listens and writes.

export type Route =
  | { readonly screen: "ask"; readonly chatId: string | null }
  | { readonly screen: "library" }
  | {
      readonly screen: "document";
      readonly documentId: string;
      readonly places: readonly Place[];
      readonly index: number;
    }
  | { readonly screen: "teach"; readonly datasetId: string | null; readonly rowId: string | null }
  | { readonly screen: "runs"; readonly runId: string | null } // "new": a run being prepared
  | { readonly screen: "prove"; readonly adapterId: string | null } // the version to prove
  | { readonly screen: "models" }
  | { readonly screen: "team"; readonly part: TeamPart }
  | { readonly screen: "join"; readonly token: string } // of an invitation: what follows a # is sent to no server
  | { readonly screen: "reset"; readonly token: string } // of a link for a new password
  | { readonly screen: "settings" }
  | { readonly screen: "privacy" };

/** Those that a team's server is asked for. */
export type TeamRoute = Extract<Route, { screen: "team" | "join" | "reset" }>;
export const teamParts = ["people", "keys", "account", "log"] as const;
export type TeamPart = (typeof teamParts)[number];

/** A stretch of a document's text, in UTF-16 code units. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Reads an address; what makes no sense leads to Ask. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const [screen, id, part] = path.split("/", 3).map(decode);
  const parameters = new URLSearchParams(query);
  if (screen === "library" && id) return documentRoute(id, parameters);
  if (screen === "teach") return { screen, datasetId: id || null, rowId: part || null };
  if (screen === "runs") return { screen, runId: id || null };
  if (screen === "prove") return { screen, adapterId: id || null };
  if (screen === "team") return { screen, part: teamParts.find((known) => known === id) ?? "people" };
  if ((screen === "join" || screen === "reset") && id) return { screen, token: id };
  if (screen === "library" || screen === "models" || screen === "settings" || screen === "privacy") return { screen };
  return { screen: "ask", chatId: id || null };
}

/** Writes an address that `parseRoute` reads back. */
export function formatRoute(route: Route): string {
  if (route.screen === "ask") return addressOf("ask", route.chatId);
  if (route.screen === "teach") return addressOf("teach", route.datasetId, route.rowId);
  if (route.screen === "runs") return addressOf("runs", route.runId);
  if (route.screen === "prove") return addressOf("prove", route.adapterId);
  if (route.screen === "team") return addressOf("team", route.part === "people" ? null : route.part);
  if (route.screen === "join" || route.screen === "reset") return addressOf(route.screen, route.token);
  if (route.screen !== "document") return `#/${route.screen}`;
  const places = route.places.map(({ start, end }) => `${start}-${end}`).join(",");
  const query = places === "" ? "" : `?at=${places}&i=${route.index}`;
  return `#/library/${encodeURIComponent(route.documentId)}${query}`;
}

function addressOf(screen: string, ...ids: readonly (string | null)[]): string {
  return ["#", screen, ...ids.filter((id) => id !== null).map(encodeURIComponent)].join("/");
}

function documentRoute(documentId: string, parameters: URLSearchParams): Route {
  const places = (parameters.get("at") ?? "").split(",").flatMap(parsePlace);
  const index = Math.min(Math.max(Number(parameters.get("i")) || 0, 0), Math.max(places.length - 1, 0));
  return { screen: "document", documentId, places, index };
}

function parsePlace(text: string): Place[] {
  const match = /^(\d+)-(\d+)$/.exec(text);
  if (match === null) return [];
  const [start, end] = [Number(match[1]), Number(match[2])];
  return start < end ? [{ start, end }] : [];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
