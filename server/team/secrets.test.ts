// Nothing secret is said twice: no password, cookie, key, token or hash in an answer (but where it is handed out), a log, or the audit.
import { beforeAll, expect, it } from "vitest";
import { audit, invitations, keys, people, sessions } from "./schema/index.ts";
import { COOKIE } from "./caller.ts";
import { traceOf } from "./errors.ts";
import { cookieOf, nobody, PASSWORD, World } from "./testing/client.ts";

let world: World;
beforeAll(async () => void (world = await World.open()));

/** Every answer that holds the text. */
const answersWith = (secret: string) => world.said.filter((answer) => answer.includes(secret));

it("a team's first day", async () => {
  const { team } = world;
  const code = team.setupCode!;
  const setup = await world.ask("POST", "/account/setup", nobody, {
    code,
    name: "Ada",
    email: "a@x.org",
    password: PASSWORD,
  });
  const owner = cookieOf(setup);
  const { token } = (await world.ask("POST", "/invitations", owner, { role: "reader" })).json;
  await world.ask("POST", "/invitations/look", nobody, { token });
  const bo = { token, name: "Bo", email: "b@x.org", password: `${PASSWORD} of Bo` };
  const guest = cookieOf(await world.ask("POST", "/invitations/accept", nobody, bo));
  const { secret } = (await world.ask("POST", "/keys", owner, { name: "k", scopes: ["inference"] })).json;
  await world.ask("GET", "/people", { Authorization: `Bearer ${secret}` });
  await world.ask("POST", "/account/password", guest, { current: bo.password, password: `${PASSWORD} anew` });
  await world.ask("POST", "/account/sign-in", nobody, { email: "b@x.org", password: "a wrong one" });
  const [, b] = (await world.ask("GET", "/people", owner)).json.people as { id: string }[];
  const link = (await world.ask("POST", `/people/${b!.id}/reset`, owner)).json.token as string;
  const back = cookieOf(
    await world.ask("POST", "/account/reset", nobody, { token: link, password: `${PASSWORD} again` }),
  );
  await world.ask("POST", "/keys", owner, { name: secret, scopes: [PASSWORD] });
  for (const path of ["/people", "/keys", "/keys/all", "/invitations", "/audit", "/account", "/account/sessions"])
    expect((await world.ask("GET", path, owner)).status).toBe(200);

  const stored = await Promise.all([people, sessions, keys, invitations].map((table) => team.db.select().from(table)));
  const hashes = stored
    .flat()
    .flatMap((row) => [
      ...("passwordHash" in row ? [row.passwordHash] : []),
      ...("tokenHash" in row ? [row.tokenHash] : []),
      ...("hash" in row ? [row.hash] : []),
    ]);
  expect(hashes.length).toBeGreaterThanOrEqual(6);
  const cookies = [owner, guest, back].map(({ Cookie }) => Cookie.slice(COOKIE.length + 1));
  const written = JSON.stringify([await team.db.select().from(audit), world.logged]);
  for (const never of [...hashes, code, PASSWORD, "a wrong one"]) {
    expect(answersWith(never), never).toEqual([]);
    expect(written).not.toContain(never);
  }
  for (const once of [...cookies, token, secret, link]) {
    expect(answersWith(once), once).toHaveLength(1);
    expect(written).not.toContain(once);
  }
});

it("what nobody foresaw is logged without a value, and answered with an id alone", async () => {
  const { db } = world.team;
  const session = { id: "1", personId: "none", tokenHash: "very-secret", address: "", userAgent: "" };
  const at = new Date(world.now);
  const failing = db.insert(sessions).values({ ...session, createdAt: at, lastSeenAt: at, expiresAt: at });
  const error = await failing.then(() => null, (thrown: unknown) => thrown); // prettier-ignore
  expect(String(error)).toContain("very-secret");
  expect(traceOf(error)).not.toContain("very-secret");
  expect(traceOf(error)).toMatch(/23503 insert into "sessions".*\n\s+at /);
  await world.close(); // now every query fails
  const { status, json } = await world.ask("GET", "/people", { Cookie: `${COOKIE}=x` });
  expect([status, json.error.code]).toEqual([500, "unexpected"]);
  expect(world.logged.at(-1)).toContain(/under ([\w-]{36})/.exec(json.error.message)?.[1]);
});
