// The team's server as the sharing of data sets needs it, by HTTP. What it refuses is `team-refused` with its own words; when there is
// no way to it, `team-away`.
import { fail, type EditPage, type RowEditSent, type TeamDataset } from "../contract/index.ts";
import type { TeamEdit, TeamVersion } from "../contract/index.ts";

export type About = Pick<TeamDataset, "name" | "description" | "licence">;

/** Every call may be repeated: what was done once is not done again. */
export interface TeamServer {
  list(): Promise<readonly TeamDataset[]>;
  /** Shares a data set, or says how it is shared already. */
  share(id: string, about: About): Promise<TeamDataset>;
  /** Changes name, description or licence of what it was at `aboutNumber`. */
  describe(id: string, about: About, aboutNumber: number): Promise<TeamDataset>;
  dataset(id: string): Promise<TeamDataset>;
  send(id: string, edits: readonly RowEditSent[]): Promise<readonly TeamEdit[]>;
  editsAfter(id: string, number: number): Promise<EditPage>;
  review(id: string, verdict: "accepted" | "refused", edits: readonly string[]): Promise<readonly TeamEdit[]>;
  versions(id: string): Promise<readonly TeamVersion[]>;
  makeVersion(id: string, note: string): Promise<TeamVersion>;
}

/** The API at `base`, a whole URL. */
export function teamServer(base: string, send: typeof fetch): TeamServer {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const url = `${base.replace(/\/$/, "")}/datasets${path}`;
    const headers = { "X-Loam-Request": "1", ...(body === undefined ? {} : { "Content-Type": "application/json" }) };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await send(url, { method, headers, ...sent }).catch((cause: unknown) => away(cause));
    const said = (await answer.json().catch((cause: unknown) => away(cause))) as { error?: { code: string; message: string } }; // prettier-ignore
    if (answer.ok) return said as T;
    const { code: refusal = "", message = "" } = said.error ?? {};
    if (refusal === "" || refusal === "team-closed") away(undefined);
    return fail({ code: "team-refused", refusal, message });
  }
  const at = (id: string, rest = "") => `/${encodeURIComponent(id)}${rest}`;
  return {
    list: async () => (await ask<{ datasets: TeamDataset[] }>("GET", "")).datasets,
    share: async (id, { name, description, licence }) =>
      (await ask<{ dataset: TeamDataset }>("PUT", at(id), { name, description, licence })).dataset,
    describe: async (id, { name, description, licence }, aboutNumber) =>
      (await ask<{ dataset: TeamDataset }>("PATCH", at(id), { name, description, licence, aboutNumber })).dataset,
    dataset: async (id) => (await ask<{ dataset: TeamDataset }>("GET", at(id))).dataset,
    send: async (id, edits) => (await ask<{ edits: TeamEdit[] }>("POST", at(id, "/edits"), { edits })).edits,
    editsAfter: (id, number) => ask<EditPage>("GET", at(id, `/edits?after=${number}`)),
    review: async (id, verdict, edits) =>
      (await ask<{ edits: TeamEdit[] }>("POST", at(id, "/reviews"), { verdict, edits })).edits,
    versions: async (id) => (await ask<{ versions: TeamVersion[] }>("GET", at(id, "/versions"))).versions,
    makeVersion: async (id, note) =>
      (await ask<{ version: TeamVersion }>("POST", at(id, "/versions"), { note })).version,
  };
}

const away = (cause: unknown): never => fail({ code: "team-away" }, cause);
