// Keys: shown once, bounded by their owner's role, a date, a rate and a quota; one that asks too much does not slow another.
import { Hono } from "hono";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bearer } from "../../openai/auth.ts";
import { Buckets } from "../limits.ts";
import { keyDays, keys } from "../schema/index.ts";
import { START, World, type As } from "../testing/client.ts";
import { KeyMeter } from "./meter.ts";

let world: World;
let contributor: { id: string; as: As };
beforeAll(async () => {
  world = await World.open();
  contributor = await world.person("contributor");
});
beforeEach(() => void (world.now += 60_000));
afterAll(() => world?.close());

describe("a key", () => {
  it("is shown once, and is nowhere but as a hash", async () => {
    const body = { name: "laptop", scopes: ["inference", "jobs:write", "inference"], requestsPerDay: 5 };
    const made = await world.ask("POST", "/keys", contributor.as, body);
    expect(made.status).toBe(201);
    expect(made.json.secret).toMatch(/^loam_[\w-]{43}$/);
    expect(made.json.key).toMatchObject({ scopes: ["inference", "jobs:write"], requestsPerMinute: 600 });
    const list = await world.ask("GET", "/keys", contributor.as);
    expect(list.json.keys).toEqual([made.json.key]);
    expect(list.text).not.toContain(made.json.secret);
    expect(JSON.stringify(await world.team.db.select().from(keys))).not.toContain(made.json.secret);
  });
  it("cannot have what its owner's role does not allow", async () => {
    const worker = await world.ask("POST", "/keys", contributor.as, { name: "gpu", scopes: ["worker"] });
    expect([worker.status, worker.json.error.message]).toEqual([403, expect.stringContaining("worker")]);
    expect((await world.ask("POST", "/keys", contributor.as, { name: "x", scopes: [] })).status).toBe(400);
  });
  it("is revoked once, by its owner", async () => {
    const { id, as } = await world.key(contributor.id, ["jobs:read"]);
    expect((await world.ask("GET", "/keys", as)).status).toBe(403);
    expect((await world.ask("DELETE", `/keys/${id}`, contributor.as)).status).toBe(200);
    expect((await world.ask("GET", "/keys", as)).status).toBe(401);
    expect((await world.ask("DELETE", `/keys/${id}`, contributor.as)).status).toBe(404);
  });
});

describe("what a key may ask", () => {
  it("a minute: 429 with a time to wait; another key does not notice", async () => {
    const noisy = await world.key(contributor.id, ["jobs:read"], { requestsPerMinute: 3 });
    const quiet = await world.key(contributor.id, ["jobs:read"], { requestsPerMinute: 3 });
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await world.ask("GET", "/audit", noisy.as)).status);
    expect(statuses).toEqual([403, 403, 403, 429, 429]);
    expect((await world.ask("GET", "/audit", noisy.as)).headers.get("Retry-After")).toBe("20");
    expect((await world.ask("GET", "/audit", quiet.as)).status).toBe(403);
    world.now += 20_000;
    expect((await world.ask("GET", "/audit", noisy.as)).status).toBe(403);
    expect((await world.ask("GET", "/audit", noisy.as)).status).toBe(429);
  });
  it("a day, also over a restart; what was used is written down", async () => {
    world.now = START + 10 * 86_400_000; // midnight
    const { id } = await world.key(contributor.id, ["jobs:read"]);
    const key = { id, requestsPerMinute: 1000, requestsPerDay: 3 };
    const meter = () => new KeyMeter(world.team.db, new Buckets(() => world.now), () => world.now);
    const first = meter();
    const counted = await Promise.all([first.count(key), first.count(key)]);
    expect(counted).toEqual([null, null]);
    await first.flush();
    const second = meter();
    expect(await second.count(key)).toBeNull();
    expect(await second.count(key)).toMatchObject({ status: 429, code: "quota-used", retryAfterSeconds: 86_400 });
    world.now += 86_400_000;
    expect(await second.count(key)).toBeNull();
    await second.flush();
    const days = (await world.team.db.select().from(keyDays)).filter(({ keyId }) => keyId === id);
    expect(days.map(({ day, requests }) => [day, requests])).toEqual([
      ["2027-01-11", 3],
      ["2027-01-12", 1],
    ]);
    const used = (await world.team.db.select().from(keys)).find((row) => row.id === id)?.lastUsedAt;
    expect(used).toEqual(new Date(world.now));
  });
});

describe("the engine's API", () => {
  const engine = (trial: string | undefined, team?: Promise<World["team"]>) =>
    new Hono().use(bearer(trial, team)).get("/", (context) => context.text("in"));
  const status = async (api: Hono, as: As) => (await api.request("/", { headers: as })).status;

  it("takes the trial key, and the team's keys for inference", async () => {
    const api = engine("trial", Promise.resolve(world.team)) as unknown as Hono;
    const [good, other] = [
      await world.key(contributor.id, ["inference"]),
      await world.key(contributor.id, ["jobs:read"]),
    ];
    const once = await world.key(contributor.id, ["inference"], { requestsPerMinute: 1 });
    expect(await status(api, { Authorization: "Bearer trial" })).toBe(200);
    expect(await status(api, good.as)).toBe(200);
    expect(await status(api, other.as)).toBe(403);
    expect(await status(api, { Authorization: "Bearer loam_wrong" })).toBe(401);
    expect(await status(api, contributor.as)).toBe(401); // cookies are for the page
    expect(await status(api, once.as)).toBe(200);
    const waiting = await api.request("/", { headers: once.as });
    expect([waiting.status, waiting.headers.get("Retry-After")]).toEqual([429, "60"]);
    expect(await waiting.json()).toMatchObject({ error: { type: "rate_limit_error" } });
  });
  it("is closed where there is no key, and when the team could not open", async () => {
    expect(await status(engine(undefined) as unknown as Hono, {})).toBe(401);
    const broken = Promise.reject(new Error("no"));
    const { as } = await world.key(contributor.id, ["inference"]);
    expect(await status(engine(undefined, broken) as unknown as Hono, as)).toBe(401);
  });
});
