// One valid request of each route. The permission matrix and the fuzz tests go by this table: a route that is not in it fails them.
import { randomUUID } from "node:crypto";
import { newReset } from "../account/resets.ts";
import { lineOf } from "../../../worker/sharing/line.ts";
import { datasets, invitations, people } from "../schema/index.ts";
import { addEdits } from "../datasets/edits.ts";
import { makeVersion } from "../datasets/versions.ts";
import { monitorSamples } from "./monitor-samples.ts";
import { newToken } from "../secrets.ts";
import { PASSWORD, sha256, type World } from "./client.ts";
import { jobSamples } from "./job-samples.ts";

/** A request; `owner` is whose object its path names, where it names one. */
export interface Sample {
  readonly path?: string; // where the route's has a parameter
  readonly body?: unknown;
}

/** Makes what the request needs, and the request; where `:id` is somebody's, it is `ownerId`'s. */
export type MakeSample = (world: World, ownerId: string) => Sample | Promise<Sample>;

const DAY = 86_400_000;

/** An open invitation and its token. */
async function invitation({ team, now }: World, invitedBy: string) {
  const [id, token] = [randomUUID(), newToken()];
  const times = { createdAt: new Date(now), expiresAt: new Date(now + DAY) };
  const about = { id, tokenHash: sha256(token), role: "reader" as const, note: "-", invitedBy };
  await team.db.insert(invitations).values({ ...about, ...times });
  return { id, token };
}

/** Somebody whom nobody else's rights depend on. */
async function somebody({ team, now }: World): Promise<string> {
  const id = randomUUID();
  const person = { id, name: "Cy", email: `${id}@x.org`, passwordHash: "-", role: "reader" as const };
  await team.db.insert(people).values({ ...person, createdAt: new Date(now) });
  return id;
}

/** A shared data set of somebody's. */
export async function dataset({ team, now }: World, ownerId: string): Promise<string> {
  const id = randomUUID();
  const about = { name: "Pumps", description: "", licence: "CC0 1.0", aboutNumber: 1, number: 0 };
  await team.db.insert(datasets).values({ id, ownerId, ...about, createdAt: new Date(now) });
  return id;
}

/** An edit that puts a new row. */
export function edit(text: string) {
  const line = lineOf({ messages: [{ role: "assistant", content: text }], tags: [], split: "train" });
  return { id: randomUUID(), row: randomUUID(), parents: [], line };
}

/** A shared data set of a person's, with one row that they proposed. */
async function proposal(world: World, ownerId: string) {
  const [id, sent] = [await dataset(world, ownerId), edit("The pump lifts.")];
  const sender = { authorId: ownerId, status: "proposed" as const, at: new Date(world.now) };
  await world.team.db.transaction((tx) => addEdits(tx, id, [sent], sender));
  return { id, edit: sent.id };
}

/** A version of a data set. */
async function version(world: World, makerId: string) {
  const id = await dataset(world, makerId);
  const made = { makerId, at: new Date(world.now) };
  return { id, ...(await world.team.db.transaction((tx) => makeVersion(tx, id, { note: "" }, made))) };
}

const newcomer = () => ({ name: "Bo", email: `${randomUUID()}@team.org`, password: PASSWORD });

export const samples: Readonly<Record<string, MakeSample>> = {
  "GET /openapi.json": () => ({}),
  "GET /account": () => ({}),
  "POST /account/setup": ({ team }) => ({ body: { ...newcomer(), code: team.setupCode ?? "-" } }),
  "POST /account/sign-in": () => ({ body: { email: "nobody@team.org", password: PASSWORD } }),
  "POST /account/reset": async (world) => ({
    body: { token: newReset(world.team, await somebody(world)).token, password: PASSWORD },
  }),
  "POST /account/sign-out": () => ({}),
  "PATCH /account": () => ({ body: { name: "Di" } }),
  "POST /account/password": () => ({ body: { current: PASSWORD, password: PASSWORD } }),
  "GET /account/sessions": () => ({}),
  "DELETE /account/sessions": () => ({}),
  "DELETE /account/sessions/:id": async (world, ownerId) => ({
    path: `/account/sessions/${(await world.session(ownerId)).id}`,
  }),
  "GET /people": () => ({}),
  "PATCH /people/:id": async (world) => ({ path: `/people/${await somebody(world)}`, body: { role: "reviewer" } }),
  "POST /people/:id/disable": async (world) => ({ path: `/people/${await somebody(world)}/disable` }),
  "POST /people/:id/enable": async (world) => ({ path: `/people/${await somebody(world)}/enable` }),
  "POST /people/:id/reset": async (world) => ({ path: `/people/${await somebody(world)}/reset` }),
  "GET /invitations": () => ({}),
  "POST /invitations": () => ({ body: { role: "reader" } }),
  "DELETE /invitations/:id": async (world, ownerId) => ({
    path: `/invitations/${(await invitation(world, ownerId)).id}`,
  }),
  "POST /invitations/look": async (world, ownerId) => ({ body: { token: (await invitation(world, ownerId)).token } }),
  "POST /invitations/accept": async (world, ownerId) => ({
    body: { ...newcomer(), token: (await invitation(world, ownerId)).token },
  }),
  "GET /keys": () => ({}),
  "GET /keys/all": () => ({}),
  "POST /keys": () => ({ body: { name: "laptop", scopes: ["inference"] } }),
  "DELETE /keys/:id": async (world, ownerId) => ({ path: `/keys/${(await world.key(ownerId, ["inference"])).id}` }),
  "GET /audit": () => ({}),
  "GET /datasets": () => ({}),
  "GET /datasets/:id": async (world, ownerId) => ({ path: `/datasets/${await dataset(world, ownerId)}` }),
  "PUT /datasets/:id": () => ({ path: `/datasets/${randomUUID()}`, body: { name: "Pumps" } }),
  "PATCH /datasets/:id": async (world, ownerId) => ({
    path: `/datasets/${await dataset(world, ownerId)}`,
    body: { name: "Wells", aboutNumber: 1 },
  }),
  "GET /datasets/:id/edits": async (world, ownerId) => ({ path: `/datasets/${await dataset(world, ownerId)}/edits` }),
  "POST /datasets/:id/edits": async (world, ownerId) => ({
    path: `/datasets/${await dataset(world, ownerId)}/edits`,
    body: { edits: [edit("The well is dry.")] },
  }),
  "POST /datasets/:id/reviews": async (world, ownerId) => {
    const made = await proposal(world, ownerId);
    return { path: `/datasets/${made.id}/reviews`, body: { verdict: "accepted", edits: [made.edit] } };
  },
  "GET /datasets/:id/versions": async (world, ownerId) => ({
    path: `/datasets/${await dataset(world, ownerId)}/versions`,
  }),
  "POST /datasets/:id/versions": async (world, ownerId) => ({
    path: `/datasets/${await dataset(world, ownerId)}/versions`,
    body: { note: "The first" },
  }),
  "GET /datasets/:id/versions/:hash/rows": async (world, ownerId) => {
    const { id, hash } = await version(world, ownerId);
    return { path: `/datasets/${id}/versions/${hash}/rows` };
  },
  ...jobSamples,
  ...monitorSamples,
};
