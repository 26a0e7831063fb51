import { describe, expect, test } from "vitest";
import { actions, sentenceOf } from "../../messages/team-log.ts";
import { deviceOf } from "./device.ts";
import { keyStateOf } from "./key-state.ts";
import { queryOf } from "./log-query.ts";
import { Reading } from "./reading.svelte.ts";
import type { Key } from "./shapes.ts";
import type { Answered } from "../../state/team.svelte.ts";

describe("the log", () => {
  const names = new Map([["id-1", "Bo"]]);
  const entry = (action: string, object: string, detail = {}) =>
    sentenceOf({ who: "Ada", action, object, detail }, (id) => names.get(id));
  test("says who did what to whom", () => {
    expect(entry("person.role", "id-1", { role: "reviewer" })).toBe("Ada made Bo reviewer.");
    expect(entry("person.disable", "id-1")).toBe("Ada closed Bo’s account.");
    expect(entry("invitation.create", "x", { role: "reader", note: "-" })).toBe("Ada invited somebody as reader.");
    expect(entry("key.revoke", "x", { name: "Script" })).toBe("Ada revoked the key “Script”.");
  });
  test("tells what it has no sentence for by its name", () => {
    expect(entry("something.new", "id-2")).toBe("Ada: something.new, id-2.");
  });
  test("has a sentence for all that can be looked for", () => {
    for (const action of Object.keys(actions)) expect(entry(action, "x"), action).not.toContain(action);
  });
  test("is asked for by whole days of the reader, the last one included", () => {
    const query = queryOf({ since: "2027-01-31", until: "2027-01-31", person: "", action: "key.create" }, 17);
    expect(Date.parse(query.until!) - Date.parse(query.since!)).toBe(86_400_000);
    expect(new Date(query.since!).getHours()).toBe(0);
    expect(query).toMatchObject({ action: "key.create", before: "17" });
    expect(query).not.toHaveProperty("person");
    expect(queryOf({}, null)).toEqual({});
  });
});

test("browsers are told apart by what they call themselves", () => {
  const mozilla = "Mozilla/5.0";
  const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
  const said = [
    `${mozilla} (X11; Linux x86_64) ${webkit} Chrome/140.0.0.0 Safari/537.36`,
    `${mozilla} (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
    `${mozilla} (Linux; Android 15; Pixel 9) ${webkit} Chrome/140.0.0.0 Mobile Safari/537.36`,
    `${mozilla} (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/604.1`,
    `${mozilla} (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0`,
    "curl/8.5.0",
  ];
  expect(said.map(deviceOf).map(({ browser, system }) => `${browser} ${system}`)).toEqual([
    ...["Chrome Linux", "Edge Windows", "Chrome Android", "Safari iOS", "Firefox macOS", "null null"],
  ]);
});

test("a key is over from its last moment on, and revoked whenever it was", () => {
  const key = (revokedAt: string | null, expiresAt: string | null) => keyStateOf({ revokedAt, expiresAt } as Key, 1000);
  const at = (ms: number) => new Date(ms).toISOString();
  expect([key(null, null), key(null, at(1001)), key(null, at(1000)), key(at(1), at(1001))]).toEqual([
    ...[null, null, "over", "revoked"],
  ]);
});

describe("what is read from the team", () => {
  const good = <T>(value: T): Answered<T> => ({ isDone: true, value });
  const bad: Answered<never> = { isDone: false, problem: { code: "away" } };
  test("stays on screen when it cannot be read again, with the reason", async () => {
    const answers: Answered<string>[] = [good("one"), bad];
    const reading = new Reading(async () => answers.shift()!);
    await reading.load();
    expect([reading.value, reading.problem]).toEqual(["one", null]);
    await reading.load();
    expect([reading.value, reading.problem]).toEqual(["one", { code: "away" }]);
  });
  test("is that of the last question, however late an earlier answer comes", async () => {
    let release = (_: Answered<string>): void => undefined;
    const answers = [new Promise<Answered<string>>((resolve) => (release = resolve)), Promise.resolve(good("new"))];
    const reading = new Reading(() => answers.shift()!);
    const first = reading.load();
    await reading.load();
    release(good("old"));
    await first;
    expect(reading.value).toBe("new");
  });
  test("is read again after a change, and not after one that was refused", async () => {
    let reads = 0;
    const reading = new Reading(async () => good(++reads));
    expect(await reading.change(async () => good("done"))).toBe("done");
    expect(await reading.change(async () => bad)).toBeNull();
    expect([reads, reading.value, reading.problem]).toEqual([1, 1, { code: "away" }]);
  });
});
