// A team as the server's programs open it: in the background, for the page does not wait for a database.
import { detailOf, fail } from "../../worker/contract/errors.ts";
import { isLoopback } from "../listen.ts";
import { sentence } from "../sentence.ts";
import { Team } from "./team.ts";

export interface OpeningTeam {
  readonly opening: Promise<Team>;
  readonly hasOpenMetrics: boolean; // for programs of this machine
  /** What the terminal says once it is open, or could not be: with the code of the first account while there is none. */
  sentence(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Opens the team in the folder `data`, or at DATABASE_URL, for a server on `host`. LOAM_PROXY=1 says that a proxy stands before it,
 * LOAM_KEEP_REQUESTS_DAYS how long requests of /v1 are remembered, LOAM_OPEN_METRICS=1 that /metrics needs no key, which only a server
 * for this machine alone may say.
 */
export function openTeam(data: string, host: string): OpeningTeam {
  const opening = open(data, host);
  const settled = opening.then(
    (team) => ({ team, line: lineOf(team) }),
    (error: unknown) => ({ team: null, line: `The team's part is closed: ${sentence(detailOf(error))}` }),
  );
  return {
    opening,
    hasOpenMetrics: hasOpenMetrics() && isLoopback(host),
    sentence: async () => (await settled).line,
    close: async () => (await settled).team?.close(),
  };
}

const hasOpenMetrics = (): boolean => process.env["LOAM_OPEN_METRICS"] === "1";

async function open(data: string, host: string): Promise<Team> {
  const { DATABASE_URL: url, LOAM_PROXY, LOAM_KEEP_REQUESTS_DAYS = "90" } = process.env;
  const [keepDays, isLocal] = [Number(LOAM_KEEP_REQUESTS_DAYS), isLoopback(host)];
  if (!(keepDays > 0)) fail({ code: "invalid-argument", name: "LOAM_KEEP_REQUESTS_DAYS", reason: "it must be a number of days" }); // prettier-ignore
  const reason = `it is for a server that only this machine reaches, and the host is ${host}: give Prometheus a key with the scope monitor`;
  if (hasOpenMetrics() && !isLocal) fail({ code: "invalid-argument", name: "LOAM_OPEN_METRICS", reason });
  const options = { isBehindProxy: LOAM_PROXY === "1", monitor: { keepDays, isLocal } };
  return Team.open(data, url === "" ? undefined : url, options);
}

const lineOf = ({ setupCode }: Team): string =>
  setupCode === null
    ? "The team is here."
    : `The team has no account yet. Open the address, go to Team and enter this code: ${setupCode}`;
