// A team as the server's programs open it: in the background, for the page does not wait for a database.
import { detailOf } from "../../worker/contract/errors.ts";
import { sentence } from "../sentence.ts";
import { Team } from "./team.ts";

export interface OpeningTeam {
  readonly opening: Promise<Team>;
  /** What the terminal says once it is open, or could not be: with the code of the first account while there is none. */
  sentence(): Promise<string>;
  close(): Promise<void>;
}

/** Opens the team in the folder `data`, or at DATABASE_URL; LOAM_PROXY=1 says that a proxy stands before this server. */
export function openTeam(data: string): OpeningTeam {
  const url = process.env["DATABASE_URL"];
  const opening = Team.open(data, url === "" ? undefined : url, { isBehindProxy: process.env["LOAM_PROXY"] === "1" });
  const settled = opening.then(
    (team) => ({ team, line: lineOf(team) }),
    (error: unknown) => ({ team: null, line: `The team's part is closed: ${sentence(detailOf(error))}` }),
  );
  return {
    opening,
    sentence: async () => (await settled).line,
    close: async () => (await settled).team?.close(),
  };
}

const lineOf = ({ setupCode }: Team): string =>
  setupCode === null
    ? "The team is here."
    : `The team has no account yet. Open the address and enter this code: ${setupCode}`;
