// The state against the real API over a team in memory: the browser's part is a jar of cookies, and a cable to pull.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cookieOf, PASSWORD, World, type As } from "../../server/team/testing/client.ts";
import * as permissions from "../../server/team/permissions.ts";
import { teamClient } from "../client/team.ts";
import type { RequestRecord } from "../../worker/contract/index.ts";
import { settled } from "./fakes.ts";
import { roles, scopes, TeamState } from "./team.svelte.ts";

const owner = { name: "Ada", email: "ada@team.org", password: PASSWORD };
let world: World;

class Browser {
  isPlugged = true;
  held: Promise<void> | null = null; // what the next request waits for
  cookie: As = {};
  answer: Response | null = null; // instead of the server's
  readonly sent: RequestRecord[] = [];
  readonly kept = new Map<string, string>();
  readonly waiting: { run: () => void; ms: number }[] = [];
  readonly storage = {
    getItem: (name: string) => this.kept.get(name) ?? null,
    setItem: (name: string, value: string) => void this.kept.set(name, value),
  };

  /** The page, loaded anew. */
  load(): TeamState {
    const client = teamClient("http://team.test/api", (record) => this.sent.push(record), this.#fetch);
    return new TeamState({ client, storage: this.storage, later: (run, ms) => void this.waiting.push({ run, ms }) });
  }

  readonly #fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    await this.held;
    if (!this.isPlugged) throw new TypeError("Failed to fetch");
    if (this.answer !== null) return this.answer.clone();
    const headers = { ...Object.fromEntries(new Headers(init.headers)), ...this.cookie };
    const body = init.body === undefined ? {} : { body: init.body };
    const request = { method: init.method ?? "GET", headers, ...body };
    const response = await world.api.request(String(input).replace("http://team.test/api", ""), request);
    const { headers: given } = response;
    if (given.has("Set-Cookie")) this.cookie = cookieOf({ headers: given, status: 0, text: "", json: {} });
    return response;
  };
}

/** A team whose owner is signed in. */
async function begun(browser: Browser): Promise<TeamState> {
  const team = browser.load();
  await team.look();
  expect(await team.setUp({ code: world.team.setupCode!, ...owner })).toBeNull();
  return team;
}

describe("without a team's server", () => {
  test.each([
    ["a static host that knows no such address", new Response("Not found", { status: 404 })],
    ["a static host that gives its page for every address", new Response("<html>", { headers: { "Content-Type": "text/html" } })], // prettier-ignore
    ["JSON of something else", Response.json({ isSetUp: "yes" })],
    ["a server whose database is closed", Response.json({ error: { code: "team-closed", message: "…" } }, { status: 503 })], // prettier-ignore
  ])("%s is none: one request, and no other", async (_, answer) => {
    const browser = new Browser();
    browser.answer = answer;
    const team = browser.load();
    await team.look();
    expect([team.isLooked, team.isOnline, team.person]).toEqual([true, false, null]);
    expect([browser.sent.length, browser.waiting.length, browser.kept.size]).toEqual([1, 0, 0]);
  });
  test("with no way to any server, none is missed", async () => {
    const browser = new Browser();
    browser.isPlugged = false;
    const team = browser.load();
    await team.look();
    expect([team.isLooked, team.isOnline, browser.waiting.length]).toEqual([true, false, 0]);
  });
});

describe("with a server", () => {
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  describe("an account", () => {
    test("the first one is made with the code of the terminal, and is an admin's", async () => {
      const browser = new Browser();
      const team = browser.load();
      await team.look();
      expect([team.isOnline, team.isSetUp, team.person]).toEqual([true, false, null]);
      expect(await team.setUp({ code: "AAAA-AAAA-AAAA", ...owner })).toMatchObject({ code: "wrong-code", status: 403 });
      expect(await team.setUp({ code: world.team.setupCode!.toLowerCase(), ...owner })).toBeNull();
      expect(team.person).toMatchObject({ name: "Ada", email: "ada@team.org", role: "admin" });
      expect([team.isSetUp, team.is("reviewer"), team.is("admin")]).toEqual([true, true, true]);
    });
    test("is signed out and in again, with the name it was given since", async () => {
      const browser = new Browser();
      const team = await begun(browser);
      expect(await team.rename("Ada L.")).toBeNull();
      expect(await team.signOut()).toBeNull();
      expect(team.person).toBeNull();
      expect(await team.signIn({ email: owner.email, password: "wrong" })).toMatchObject({ code: "wrong-password" });
      expect(await team.signIn(owner)).toMatchObject({ code: "invalid-argument" }); // a name has no place there
      expect(await team.signIn({ email: " ADA@team.org", password: PASSWORD })).toBeNull();
      expect(team.person?.name).toBe("Ada L.");
    });
    test("is made by a link once, and has the role of the link", async () => {
      const browser = new Browser();
      const admin = await begun(browser);
      const invited = await admin.ask((api) => api.invitations.$post({ json: { role: "contributor" } }));
      if (!invited.isDone) throw new Error(invited.problem.code);
      const { token } = invited.value;
      const [other, late] = [new Browser().load(), new Browser().load()];
      expect(await other.accept({ token, name: "Bo", email: "bo@team.org", password: PASSWORD })).toBeNull();
      expect([other.is("contributor"), other.is("reviewer")]).toEqual([true, false]);
      expect(await late.accept({ token, name: "Cy", email: "cy@team.org", password: PASSWORD })).toMatchObject({
        ...{ code: "link-over", status: 410 },
      });
      expect(await other.ask((api) => api.audit.$get({ query: {} }))).toMatchObject({ problem: { code: "forbidden" } });
    });
    test("an answer that was asked for before signing in does not sign out", async () => {
      const browser = new Browser();
      const team = browser.load();
      let release = () => undefined as void;
      browser.held = new Promise((resolve) => (release = resolve));
      const early = team.look();
      browser.held = null;
      await team.setUp({ code: world.team.setupCode!, ...owner });
      browser.cookie = {};
      release();
      await early;
      expect(team.person?.name).toBe("Ada");
    });
    test("has a new password by an admin's link, and is signed in by it", async () => {
      const admin = await begun(new Browser());
      const { id } = await world.person("reviewer");
      const made = await admin.ask((api) => api.people[":id"].reset.$post({ param: { id } }));
      if (!made.isDone) throw new Error(made.problem.code);
      const team = new Browser().load();
      expect(await team.reset({ token: made.value.token, password: "a new long password" })).toBeNull();
      expect([team.person?.id, team.is("reviewer"), team.is("admin")]).toEqual([id, true, false]);
    });
    test("that was closed, or signed out elsewhere, is nobody's from the next question on", async () => {
      const browser = new Browser();
      const team = await begun(browser);
      browser.cookie = {};
      expect(await team.ask((api) => api.people.$get())).toMatchObject({ problem: { code: "signed-out" } });
      expect([team.isOnline, team.person]).toEqual([true, null]);
    });
  });

  describe("when the server goes away", () => {
    test("who was signed in is known, also after the page is loaded again; it is looked for until it is back", async () => {
      const browser = new Browser();
      const before = await begun(browser);
      browser.isPlugged = false;
      expect(await before.ask((api) => api.people.$get())).toEqual({ isDone: false, problem: { code: "away" } });
      expect([before.isOnline, before.person?.name]).toEqual([false, "Ada"]);
      const team = browser.load();
      await team.look();
      expect([team.isOnline, team.person?.name]).toEqual([false, "Ada"]);
      browser.waiting.splice(0, 1); // of the page that was left
      for (const wait of [5_000, 15_000, 30_000, 60_000, 60_000]) {
        const [{ run, ms }] = browser.waiting.splice(0);
        expect(ms).toBe(wait);
        run();
        await settled();
      }
      browser.isPlugged = true;
      browser.waiting[0].run();
      await expect.poll(() => [team.isOnline, team.person?.name]).toEqual([true, "Ada"]);
      expect(browser.waiting.length).toBe(1); // the one that was run
    });
  });

  test("the ledger hears of every request, with its method, and no request says more than its address", async () => {
    const browser = new Browser();
    await begun(browser);
    expect(browser.sent.map(({ method, url, seenBy }) => [method, url, seenBy])).toEqual([
      ["GET", "http://team.test/api/account", "page"],
      ["POST", "http://team.test/api/account/setup", "page"],
    ]);
  });
});

test("the page offers a key's owner the scopes that the server grants, no more and no fewer", () => {
  expect(roles).toEqual(permissions.roles);
  for (const scope of permissions.scopeNames)
    expect(roles.slice(roles.indexOf(scopes[scope])), scope).toEqual(permissions.scopes[scope]);
  expect(Object.keys(scopes)).toEqual(permissions.scopeNames);
});
