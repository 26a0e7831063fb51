// The API as its clients meet it: typed, sealed, patient while the team opens; and, on Postgres, fair to two who come at once.
import { tmpdir } from "node:os";
import { hc } from "hono/client";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { createApp } from "../app.ts";
import { teamApi, type TeamApi } from "./api.ts";
import { openDatabase } from "./database.ts";
import { type Role } from "./permissions.ts";
import { people } from "./schema/index.ts";
import type { Team } from "./team.ts";
import { nobody, PASSWORD, World } from "./testing/client.ts";
import { hasPostgres, startPostgres, type Postgres } from "./testing/postgres.ts";

const newcomer = (email: string) => ({ name: "Ada", email, password: PASSWORD });

describe("in memory", () => {
  let world: World;
  beforeAll(async () => void (world = await World.open()));
  afterAll(() => world?.close());

  it("the page's client is typed from the routes", async () => {
    const { as } = await world.person("admin");
    const request = (input: string | URL | Request, init?: RequestInit) => world.api.request(input, init);
    const client = hc<TeamApi>("http://localhost", { headers: { ...as, "X-Loam-Request": "1" }, fetch: request });
    const made = await client.keys.$post({ json: { name: "laptop", scopes: ["inference"] } });
    const { key, secret } = await made.json();
    expectTypeOf(key.scopes).items.toEqualTypeOf<
      | "inference"
      | "models:read"
      | "models:write"
      | "datasets:read"
      | "datasets:write"
      | "jobs:read"
      | "jobs:write"
      | "worker"
      | "monitor"
    >();
    expectTypeOf(key.createdAt).toEqualTypeOf<string>();
    expect(secret.slice(0, 9)).toBe(key.start);
    const gone = await client.keys[":id"].$delete({ param: { id: key.id } });
    expect(gone.status).toBe(200);
  });
  it("every answer is kept by nobody and framed by nobody", async () => {
    for (const path of ["/account", "/keys", "/nowhere", "/openapi.json"]) {
      const { headers } = await world.ask("GET", path);
      expect(headers.get("Cache-Control"), path).toBe("no-store");
      expect(headers.get("Content-Security-Policy"), path).toContain("default-src 'none'");
      expect(headers.get("X-Content-Type-Options"), path).toBe("nosniff");
    }
  });
  it("the page does not wait for the team; the API does", async () => {
    let open: (team: Team) => void = () => undefined;
    const app = createApp(tmpdir(), tmpdir(), undefined, teamApi(new Promise<Team>((resolve) => (open = resolve))));
    const waiting = Promise.resolve(app.request("/api/account"));
    expect((await app.request("/page")).status).toBe(404);
    open(world.team);
    expect((await waiting).status).toBe(200);
  });
  it("a team that could not open says so", async () => {
    const api = teamApi(Promise.reject(new Error("no")));
    const answer = await api.request("/account");
    expect([answer.status, (await answer.json()).error.code]).toEqual([503, "team-closed"]);
  });
});

describe.skipIf(!hasPostgres)("on Postgres", () => {
  let postgres: Postgres;
  let world: World;
  beforeAll(async () => {
    postgres = await startPostgres();
    world = await World.open(await openDatabase("/nowhere", postgres.url));
  });
  afterAll(async () => {
    await world?.close();
    await postgres?.stop();
  });
  const statuses = async (asked: Promise<{ status: number }>[]) =>
    (await Promise.all(asked)).map(({ status }) => status).sort();

  it("of two first accounts at once, one is made", async () => {
    const code = world.team.setupCode;
    const setup = (email: string) => world.ask("POST", "/account/setup", nobody, { ...newcomer(email), code });
    expect(await statuses([setup("a@x.org"), setup("b@x.org")])).toEqual([201, 409]);
    expect(await world.team.db.$count(people)).toBe(1);
  });
  it("of two who take one link, one is let in", async () => {
    const { as } = await world.person("admin");
    const { token } = (await world.ask("POST", "/invitations", as, { role: "reader" })).json;
    const accept = (email: string) => world.ask("POST", "/invitations/accept", nobody, { ...newcomer(email), token });
    expect(await statuses([accept("c@x.org"), accept("d@x.org")])).toEqual([201, 410]);
  });
  it("of all admins who leave at once, one stays", async () => {
    const admins = await Promise.all([1, 2, 3].map(() => world.person("admin")));
    const all = await world.team.db.select().from(people);
    const [{ as }] = admins;
    const role: Role = "reader";
    const leaving = all.filter((one) => one.role === "admin").map(({ id }) => world.ask("PATCH", `/people/${id}`, as, { role })); // prettier-ignore
    await Promise.all(leaving);
    const left = (await world.team.db.select().from(people)).filter((one) => one.role === "admin");
    expect(left.length).toBeGreaterThanOrEqual(1);
  });
});
