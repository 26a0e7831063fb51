// The permission matrix, made from the routes themselves: every role, nobody, keys of every scope and keys that are over, on every
// route, on one's own object and another's. What is allowed is written down here once more, not taken from the table it checks.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Hono } from "hono";
import { demandGates, topics } from "./api.ts";
import { gate, publicGate, ruleOf, type Rule, type TeamEnv } from "./gate.ts";
import { may, permissions, roles, scopeNames, type Permission, type Role, type Scope } from "./permissions.ts";
import { audit } from "./schema/index.ts";
import { nobody, World, type As } from "./testing/client.ts";
import { samples } from "./testing/samples.ts";

/** The specification: the first role that may, in the order reader, contributor, reviewer, admin; and the scopes that may. */
const specified: Readonly<Record<Permission, readonly [Role | null, ...Scope[]]>> = {
  account: ["reader"],
  "people:read": ["reader"],
  "people:manage": ["admin"],
  keys: ["reader"],
  "keys:manage": ["admin"],
  "audit:read": ["admin"],
  inference: ["reader", "inference"],
  "models:read": ["reader", "models:read", "models:write"],
  "models:write": ["contributor", "models:write"],
  "models:promote": ["reviewer"],
  "datasets:read": ["reader", "datasets:read", "datasets:write"],
  "datasets:write": ["contributor", "datasets:write"],
  "datasets:review": ["reviewer"],
  "jobs:read": ["reader", "jobs:read", "jobs:write"],
  "jobs:write": ["contributor", "jobs:write"],
  "jobs:manage": ["admin"],
  work: [null, "worker"],
  "monitor:read": ["admin", "monitor"],
  "monitor:manage": ["admin"],
};
/** The first role whose keys may have the scope. */
const holders: Readonly<Record<Scope, Role>> = {
  inference: "reader",
  "models:read": "reader",
  "models:write": "contributor",
  "datasets:read": "reader",
  "datasets:write": "contributor",
  "jobs:read": "reader",
  "jobs:write": "contributor",
  worker: "admin",
  monitor: "admin",
};
const isAtLeast = (role: Role, least: Role | null) => least !== null && roles.indexOf(role) >= roles.indexOf(least);

it("the table says what is specified, for every role and every key", () => {
  for (const permission of Object.keys(permissions) as Permission[]) {
    const [least, ...granting] = specified[permission];
    for (const role of roles) {
      expect(may({ role, scopes: null }, permission), `${role} ${permission}`).toBe(isAtLeast(role, least));
      for (const scope of scopeNames) {
        const isRight = granting.includes(scope) && isAtLeast(role, holders[scope]);
        expect(may({ role, scopes: [scope] }, permission), `${role} by ${scope} ${permission}`).toBe(isRight);
      }
    }
  }
});

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly rule: Rule;
}
const routes = topics.routes.flatMap(({ method, path, handler }): Route[] => {
  const rule = ruleOf(handler);
  const plain = path.length > 1 ? path.replace(/\/$/, "") : path;
  return rule ? [{ name: `${method} ${plain}`, method, path: plain, rule }] : [];
});

it("every route has a sample, and every sample a route", () => {
  expect(Object.keys(samples).sort()).toEqual(routes.map(({ name }) => name).sort());
});

it("a route without a gate, and one for all methods, stop the server", () => {
  const bare = new Hono<TeamEnv>().get("/a", publicGate("A"), (c) => c.text("")).post("/a", (c) => c.text(""));
  expect(() => demandGates(bare)).toThrow("POST /a does not begin with a gate");
  const late = new Hono<TeamEnv>().get("/a", async (_, next) => next(), gate("account", "A"));
  expect(() => demandGates(late)).toThrow("GET /a does not begin with a gate");
  expect(() => demandGates(new Hono<TeamEnv>().use(async (_, next) => next()))).toThrow("ALL /*");
  expect(() => demandGates(topics)).not.toThrow();
});

describe("every route", () => {
  interface Asker {
    readonly name: string;
    readonly id: string;
    readonly as: As;
    readonly role: Role | null; // null: nobody that counts
    readonly scopes: readonly Scope[] | null;
  }
  let world: World;
  let askers: Asker[];
  let other: string; // a person who asks nothing
  beforeAll(async () => {
    world = await World.open();
    await world.person("admin"); // so that no other is the last one
    other = (await world.person("reader", "other" as Role)).id;
    askers = await makeAskers();
  });
  afterAll(() => world?.close());

  /** One of each kind. Sessions are begun anew for each request, since routes end them; samples leave these people's accounts alone. */
  async function makeAskers(): Promise<Asker[]> {
    const people = await Promise.all(roles.map(async (role) => ({ role, ...(await world.person(role)) })));
    const admin = people.at(-1)!;
    const out: Asker[] = people.map(({ role, id, as }) => ({ name: role, id, as, role, scopes: null }));
    for (const { role, id } of people)
      for (const scope of scopeNames) {
        const { as } = await world.key(id, [scope]);
        out.push({ name: `${role}'s key for ${scope}`, id, as, role, scopes: [scope] });
      }
    const none = { id: admin.id, role: null, scopes: null };
    const [expired, revoked] = [{ expiresAt: new Date(world.now) }, { revokedAt: new Date(world.now) }];
    out.push({ ...none, name: "nobody", as: nobody });
    out.push({ ...none, name: "an expired key", as: (await world.key(admin.id, [...scopeNames], expired)).as });
    out.push({ ...none, name: "a revoked key", as: (await world.key(admin.id, [...scopeNames], revoked)).as });
    out.push({ ...none, name: "a wrong key", as: { Authorization: "Bearer loam_wrong" } });
    out.push({ ...none, name: "a wrong cookie", as: { Cookie: "loam_session=wrong" } });
    return out;
  }

  function expected({ permission, owned }: Rule, { role, scopes }: Asker, isOwn: boolean): number | "passed" {
    if (permission === "public") return "passed";
    if (role === null) return 401;
    const has = (wanted: Permission) => {
      const [least, ...granting] = specified[wanted];
      if (scopes === null) return isAtLeast(role, least);
      return scopes.some((scope) => granting.includes(scope) && isAtLeast(role, holders[scope]));
    };
    if (!has(permission)) return 403;
    return !owned || isOwn || (owned.others !== null && has(owned.others)) ? "passed" : 404;
  }

  it.each(routes)("$name", async ({ name, method, path, rule }) => {
    const isPublic = rule.permission === "public";
    for (const asker of isPublic ? askers.filter(({ scopes }) => scopes === null) : askers)
      for (const isOwn of rule.owned ? [true, false] : [true]) {
        world.now += 3_600_000; // so that no try is one too many
        const { as } = asker.role !== null && asker.scopes === null ? await world.session(asker.id) : asker;
        const sample = await samples[name](world, isOwn ? asker.id : other);
        const before = await world.team.db.$count(audit);
        const { status, text } = await world.ask(method, sample.path ?? path, as, sample.body);
        const wanted = expected(rule, asker, isOwn);
        const what = `${asker.name}, ${isOwn ? "own" : "another's"}: ${status} ${text.slice(0, 200)}`;
        if (wanted !== "passed") expect(status, what).toBe(wanted);
        else if (!isPublic) expect(status, what).toBeLessThan(300);
        else expect([200, 201, 403, 409], what).toContain(status); // the team has its owner, a sample no right password
        const recorded = (await world.team.db.$count(audit)) - before;
        const isChange = method !== "GET" && rule.isUnrecorded !== true && status < 300;
        expect(recorded > 0, `${what}, recorded ${recorded}`).toBe(isChange);
      }
  });
});
