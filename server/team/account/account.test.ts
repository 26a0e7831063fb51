// A team from its first visit on: the owner, invitations, signing in and out, roles, and what is refused on the way.
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, people, sessions } from "../schema/index.ts";
import { cookieOf, nobody, PASSWORD, World, type As } from "../testing/client.ts";

let world: World;
let owner: As;
beforeAll(async () => void (world = await World.open()));
afterAll(() => world?.close());
const ask: World["ask"] = (...args) => world.ask(...args);
const ada = { name: "Ada", email: "Ada@Team.org", password: PASSWORD };
const signIn = (email: string, password: string, address?: string) =>
  ask("POST", "/account/sign-in", nobody, { email, password }, address);

describe("the first visit", () => {
  it("makes the owner with the terminal's code, once", async () => {
    const code = world.team.setupCode!;
    expect((await ask("GET", "/account")).json).toEqual({ isSetUp: false, person: null });
    const wrong = await ask("POST", "/account/setup", nobody, { ...ada, code: "AAAA-AAAA-AAAA" });
    expect([wrong.status, wrong.json.error.code]).toEqual([403, "wrong-code"]);
    const made = await ask("POST", "/account/setup", nobody, { ...ada, code: code.toLowerCase().replaceAll("-", " ") });
    expect(made.status).toBe(201);
    expect(made.json.person).toMatchObject({ name: "Ada", email: "ada@team.org", role: "admin" });
    owner = cookieOf(made);
    expect((await ask("GET", "/account", owner)).json).toMatchObject({ isSetUp: true, person: { name: "Ada" } });
    expect((await ask("POST", "/account/setup", nobody, { ...ada, email: "b@team.org", code })).status).toBe(409);
  });
  it("the cookie is out of reach of scripts and other sites, and Secure where the way is", async () => {
    const plain = (await signIn(ada.email, PASSWORD)).headers.get("Set-Cookie");
    expect(plain).toMatch(/^loam_session=[\w-]{43}; .*Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/);
    const body = JSON.stringify({ email: ada.email, password: PASSWORD });
    const headers = { "X-Loam-Request": "1", "Content-Type": "application/json" };
    const secure = await world.api.request("https://team.org/account/sign-in", { method: "POST", headers, body });
    expect(secure.headers.get("Set-Cookie")).toContain("; Secure");
  });
});

describe("other sites", () => {
  it.each([
    ["without the page's header", { "X-Loam-Request": "" }],
    ["from another origin", { Origin: "https://evil.example" }],
    ["from a page without one", { Origin: "null" }],
    ["as a browser says", { "Sec-Fetch-Site": "same-site" }],
  ])("cannot change anything: %s", async (_, given) => {
    const headers = new Headers({ ...owner, "X-Loam-Request": "1" });
    for (const [name, value] of Object.entries(given)) headers.set(name, value);
    if ("X-Loam-Request" in given) headers.delete("X-Loam-Request");
    const response = await world.api.request("/account/sign-out", { method: "POST", headers });
    expect(response.status).toBe(403);
    expect((await ask("GET", "/account", owner)).json.person).not.toBeNull();
  });
  it("our own page can", async () => {
    const headers = { Origin: "http://localhost", "Sec-Fetch-Site": "same-origin" };
    expect((await ask("PATCH", "/account", { ...owner, ...headers }, { name: "Ada L." })).status).toBe(200);
  });
});

describe("signing in", () => {
  it("does not tell a wrong e-mail from a wrong password", async () => {
    const [a, b] = [await signIn("nobody@team.org", PASSWORD), await signIn(ada.email, "wrong password")];
    expect([a.status, a.text]).toEqual([403, b.text]);
  });
  it("ends in a wait for an account, and for an address", async () => {
    world.now += 3_600_000;
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((await signIn("x@team.org", "wrong", `10.0.0.${i}`)).status);
    expect(statuses).toEqual([403, 403, 403, 403, 403, 403, 429, 429]);
    for (let i = 0; i < 20; i++) await ask("POST", "/invitations/look", nobody, { token: "x" }, "10.1.0.0");
    const waiting = await signIn(ada.email, PASSWORD, "10.1.0.0");
    expect([waiting.status, waiting.headers.get("Retry-After")]).toEqual([429, "15"]);
    expect((await signIn(ada.email, PASSWORD)).status).toBe(200); // from elsewhere
    world.now += 15_000;
    expect((await signIn(ada.email, PASSWORD, "10.1.0.0")).status).toBe(200);
  });
  it("lasts thirty days", async () => {
    const as = cookieOf(await signIn(ada.email, PASSWORD));
    world.now += 30 * 86_400_000 - 1;
    expect((await ask("GET", "/account/sessions", as)).status).toBe(200);
    world.now += 1;
    expect((await ask("GET", "/account/sessions", as)).status).toBe(401);
    owner = cookieOf(await signIn(ada.email, PASSWORD));
  });
  it("ends on this device, on another, and everywhere else", async () => {
    const [a, b, c] = await Promise.all([1, 2, 3].map(async () => cookieOf(await signIn(ada.email, PASSWORD))));
    const list = (await ask("GET", "/account/sessions", a)).json.sessions as { id: string; isThis: boolean }[];
    expect(list.filter(({ isThis }) => isThis)).toHaveLength(1);
    await ask("POST", "/account/sign-out", c);
    expect((await ask("GET", "/account/sessions", c)).status).toBe(401);
    const mine = list.find(({ isThis }) => isThis)!.id;
    expect((await ask("DELETE", `/account/sessions/${mine}`, b)).status).toBe(200);
    expect((await ask("GET", "/account/sessions", a)).status).toBe(401);
    expect((await ask("DELETE", "/account/sessions", owner)).json.ended).toBeGreaterThan(0);
    expect((await ask("GET", "/account/sessions", b)).status).toBe(401);
    expect((await ask("GET", "/account/sessions", owner)).json.sessions).toHaveLength(1);
  });
});

it("a new password ends the other sessions; the old one is over", async () => {
  const { email, as, id } = await world.person("reader");
  const other = await world.session(id);
  const change = (current: string) =>
    ask("POST", "/account/password", as, { current, password: "a new long password" });
  expect((await change("wrong")).status).toBe(403);
  expect((await change(PASSWORD)).status).toBe(200);
  expect((await ask("GET", "/account/sessions", other.as)).status).toBe(401);
  expect((await ask("GET", "/account/sessions", as)).status).toBe(200);
  expect((await signIn(email, PASSWORD)).status).toBe(403);
  expect((await signIn(email, "a new long password")).status).toBe(200);
});

describe("a link for a new password", () => {
  const link = async (id: string) => (await ask("POST", `/people/${id}/reset`, owner)).json.token as string;
  const reset = (token: string, password = "a new long password") =>
    ask("POST", "/account/reset", nobody, { token, password }, "10.2.0.0");

  it("works once: it signs in where it was opened, and out everywhere else", async () => {
    const { id, as, email } = await world.person("reader");
    const token = await link(id);
    expect((await reset(token, "short")).status).toBe(400); // and the link stays
    const done = await Promise.all([reset(token), reset(token)]);
    expect(done.map(({ status }) => status).sort()).toEqual([200, 410]);
    const entered = done.find(({ status }) => status === 200)!;
    expect((await ask("GET", "/account", cookieOf(entered))).json.person).toMatchObject({ id, email, role: "reader" });
    expect((await ask("GET", "/account/sessions", as)).status).toBe(401);
    expect((await signIn(email, PASSWORD)).status).toBe(403);
    expect((await signIn(email, "a new long password")).status).toBe(200);
  });
  it("ends with the next one, with its day, and with the account; nobody makes one for a closed account", async () => {
    const [one, other, closed] = await Promise.all([1, 2, 3].map(() => world.person("reader")));
    const [first, second] = [await link(one.id), await link(one.id)];
    expect([(await reset(first)).status, (await reset(second)).status]).toEqual([410, 200]);
    const late = await link(other.id);
    world.now += 86_400_000;
    expect((await reset(late)).status).toBe(410);
    const shut = await link(closed.id);
    await ask("POST", `/people/${closed.id}/disable`, owner);
    expect((await reset(shut)).status).toBe(410);
    expect((await ask("POST", `/people/${closed.id}/reset`, owner)).json.error.code).toBe("closed");
    expect((await ask("POST", `/people/${one.id}/reset`, other.as)).status).toBe(403);
  });
});

describe("an invitation", () => {
  const invite = async () => (await ask("POST", "/invitations", owner, { role: "contributor", note: "Bo" })).json;
  const accept = (token: string, email: string) =>
    ask("POST", "/invitations/accept", nobody, { token, name: "Bo", email, password: PASSWORD });

  it("makes one account of its role", async () => {
    const { token, invitation } = await invite();
    expect(invitation).toMatchObject({ role: "contributor", note: "Bo", acceptedBy: null });
    expect((await ask("POST", "/invitations/look", nobody, { token })).json).toMatchObject({ role: "contributor" });
    expect((await accept(token, ada.email)).status).toBe(409); // and the link stays
    const [first, second] = await Promise.all([accept(token, "bo@team.org"), accept(token, "cy@team.org")]);
    expect([first.status, second.status].sort()).toEqual([201, 410]);
    const made = first.status === 201 ? first : second;
    expect(made.json.person.role).toBe("contributor");
    expect((await ask("GET", "/account", cookieOf(made))).json.person).not.toBeNull();
  });
  it("is over when it was revoked, or after its days", async () => {
    const [revoked, expired] = [await invite(), await invite()];
    expect((await ask("DELETE", `/invitations/${revoked.invitation.id}`, owner)).status).toBe(200);
    expect((await ask("DELETE", `/invitations/${revoked.invitation.id}`, owner)).status).toBe(404);
    world.now += 7 * 86_400_000;
    for (const { token } of [revoked, expired]) expect((await accept(token, "no@team.org")).status).toBe(410);
    expect((await accept("no-token", "no@team.org")).status).toBe(410);
  });
});

describe("roles", () => {
  it("the last admin stays, also when two would leave at once", async () => {
    const { db } = world.team;
    const admin = await world.person("admin");
    const [{ id }] = await db.select().from(people).where(eq(people.email, "ada@team.org"));
    const leave = (person: string) => ask("PATCH", `/people/${person}`, owner, { role: "reader" });
    const left = await Promise.all([leave(admin.id), leave(id)]);
    expect(left.map(({ status }) => status).sort()).toEqual([200, 409]);
    await db.update(people).set({ role: "admin" }).where(eq(people.id, id));
    expect((await ask("POST", `/people/${id}/disable`, owner)).json.error.code).toBe("last-admin");
  });
  it("a closed account is signed out everywhere, its keys too, and may be opened again", async () => {
    const { id, as, email } = await world.person("contributor");
    const key = await world.key(id, ["jobs:read"]);
    expect((await ask("GET", "/people", key.as)).status).toBe(403);
    expect((await ask("POST", `/people/${id}/disable`, owner)).status).toBe(200);
    expect((await ask("GET", "/people", as)).status).toBe(401);
    expect((await ask("GET", "/people", key.as)).status).toBe(401);
    expect((await signIn(email, PASSWORD)).status).toBe(403);
    expect(await world.team.db.$count(sessions, eq(sessions.personId, id))).toBe(0);
    expect((await ask("POST", `/people/${id}/enable`, owner)).status).toBe(200);
    expect((await signIn(email, PASSWORD)).status).toBe(200);
  });
});

describe("the audit log", () => {
  it("says who did what, page by page", async () => {
    const count = await world.team.db.$count(audit);
    const entries: { id: number; action: string }[] = [];
    for (let next: number | null | undefined; next !== null;) {
      const page = await ask("GET", `/audit?limit=7${next ? `&before=${next}` : ""}`, owner);
      entries.push(...page.json.entries);
      next = page.json.next as number | null;
    }
    expect(entries).toHaveLength(count);
    expect(entries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id).sort((a, b) => b - a));
    expect(entries.at(-1)).toMatchObject({ action: "team.begin", who: "Ada", address: "127.0.0.1" });
    const chosen = await ask("GET", "/audit?action=invitation.revoke&since=2027-01-02T00:00:00Z", owner);
    expect(chosen.json.entries).toHaveLength(1);
  });
});
