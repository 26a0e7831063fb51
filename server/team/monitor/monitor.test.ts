// The monitor's routes: sums that were worked out by hand, pages, alerts whose webhooks arrive signed, and what devices told.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliveries, requests, type NewRequest } from "../schema/index.ts";
import { START, World, type As } from "../testing/client.ts";
import { guarded, mayReach, send, signatureOf, targetProblem } from "./webhook.ts";

type Row = Readonly<Record<string, unknown>>;

let world: World;
let admin: { id: string; as: As };
beforeAll(async () => {
  world = await World.open(undefined, { monitor: { isLocal: true } });
  admin = await world.person("admin", "Ada" as never);
});
afterAll(() => world?.close());
afterEach(() => world.team.db.delete(requests).then(() => undefined));

const get = async (path: string, as = admin.as) => (await world.ask("GET", path, as)).json;
function served(more: Partial<NewRequest> = {}, agoMs = 1000): void {
  const at = new Date(world.now - agoMs);
  const who = { personId: admin.id, keyId: null, model: "echo", adapter: null };
  const went = { status: 200, error: null, finishReason: "stop", promptTokens: 10, generatedTokens: 5 };
  const times = { firstTokenMs: 100, perTokenMs: 20, totalMs: 200 };
  world.team.monitor.record({ at, operation: "chat", ...who, ...went, ...times, ...more }, true);
}

describe("the summary", () => {
  it("adds up by model, key and person, and along the time", async () => {
    const key = await world.key(admin.id, ["inference"]);
    for (let i = 1; i <= 20; i++) served({ firstTokenMs: i * 10 });
    served({ adapter: "parrot", keyId: key.id, perTokenMs: null });
    served({
      model: null,
      status: 404,
      error: "model_not_found",
      firstTokenMs: null,
      promptTokens: 0,
      generatedTokens: 0,
    });
    served(
      { model: "other", personId: null, status: 503, error: "gpu-lost", firstTokenMs: null, generatedTokens: 0 },
      7_200_000,
    );
    served({ error: "cancelled", firstTokenMs: null }, 7_200_000);
    served({}, 2 * 86_400_000); // before the last day
    const { total, models, keys, people, series, now } = await get("/monitor/summary");
    expect(total).toMatchObject({ requests: 24, errors: 1, refused: 1, promptTokens: 230, generatedTokens: 110 });
    expect(total.firstTokenP50).toBeCloseTo(100, 9); // of 10, 20, …, 200 and 100
    expect(models.map((row: Row) => [row.model, row.adapter, row.requests])).toEqual(expect.arrayContaining([["echo", null, 21], ["echo", "parrot", 1], ["other", null, 1], [null, null, 1]])); // prettier-ignore
    expect(models[0].firstTokenP95).toBeCloseTo(190.5, 9); // 0.95 · 19 steps above the first
    expect(keys.find((row: Row) => row.keyId === key.id)).toMatchObject({ name: "a key", requests: 1 });
    expect(people).toMatchObject([
      { name: "Ada", requests: 23 },
      { name: null, requests: 1 },
    ]);
    expect(series.points.map((point: Row) => point.requests)).toEqual([2, 22]);
    expect(now).toEqual({ jobs: {}, storageBytes: 0, notRecorded: 0 });
  });
  it("of nothing is nothing, and a range that ends before it begins is refused", async () => {
    expect((await get("/monitor/summary")).total).toMatchObject({ requests: 0, promptTokens: 0, firstTokenP95: null });
    const { status } = await world.ask("GET", "/monitor/summary?since=2027-01-02T00:00:00Z&until=2027-01-01T00:00:00Z", admin.as); // prettier-ignore
    expect(status).toBe(400);
  });
});

it("the table is asked by filters, and read page by page, each request once", async () => {
  for (let i = 0; i < 7; i++)
    served({ promptTokens: i, model: i % 2 ? "odd" : "even", ...(i === 6 && { status: 500 }) });
  const first = await get("/monitor/requests?limit=4");
  const second = await get(`/monitor/requests?limit=4&before=${first.next}`);
  expect([...first.entries, ...second.entries].map((entry) => entry.promptTokens)).toEqual([6, 5, 4, 3, 2, 1, 0]);
  expect([second.next, first.entries[0].person]).toEqual([null, "Ada"]);
  expect((await get("/monitor/requests?model=odd")).entries).toHaveLength(3);
  expect((await get("/monitor/requests?outcome=failed")).entries).toMatchObject([{ promptTokens: 6 }]);
  expect((await get(`/monitor/requests?person=${randomUUID()}`)).entries).toEqual([]);
});

describe("alerts", () => {
  let target: Server;
  let url: string;
  let status = 200;
  let heard: { headers: Record<string, unknown>; body: string }[] = [];
  beforeAll(async () => {
    target = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        heard.push({ headers: request.headers, body });
        response.writeHead(status, status === 302 ? { Location: url } : {}).end();
      });
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/hook?token=hidden`;
  });
  afterAll(() => void target?.close());
  beforeEach(() => void ([status, heard] = [200, []]));

  async function make(more: object) {
    const { status: made, json } = await world.ask("POST", "/monitor/alerts", admin.as, {
      threshold: 0.5,
      url,
      ...more,
    });
    expect(made, JSON.stringify(json)).toBe(201);
    return json as { alert: { id: string }; secret: string };
  }
  const tick = async (ms = 60_000) => {
    world.now += ms;
    await world.team.monitor.tick();
  };
  const listed = async (id: string) => (await get("/monitor/alerts")).alerts.find((alert: Row) => alert.id === id);
  const remove = (id: string) => world.ask("DELETE", `/monitor/alerts/${id}`, admin.as);

  it("say once that a threshold was passed, and once that it no longer is, signed", async () => {
    const { alert, secret } = await make({ kind: "error-rate", windowMinutes: 5 });
    await tick();
    expect(heard).toEqual([]);
    for (const more of [{ status: 500, error: "x" }, { status: 503, error: "y" }, {}]) served(more);
    await tick();
    await tick();
    expect(heard).toHaveLength(1);
    const { headers, body } = heard[0];
    expect(JSON.parse(body)).toMatchObject({ type: "alert.on", data: { alert: alert.id, value: 2 / 3 } });
    const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
    expect(headers["webhook-signature"]).toBe(`v1,${signatureOf(signed, secret)}`);
    await tick(5 * 60_000);
    expect(heard.map((one) => JSON.parse(one.body).type)).toEqual(["alert.on", "alert.off"]);
    const shown = await listed(alert.id);
    expect(shown).toMatchObject({ since: null, lastWebhook: { error: null, tries: 1 } });
    expect(JSON.stringify(shown)).not.toMatch(/whsec_|hidden/);
    await remove(alert.id);
  });
  it("send again what did not arrive, give up in the end, and show why; nothing is followed elsewhere", async () => {
    const { alert } = await make({ kind: "first-token", threshold: 50 });
    served();
    status = 302;
    await tick();
    expect((await listed(alert.id)).lastWebhook).toMatchObject({ tries: 1, sentAt: null, error: "it answered 302" });
    expect(heard).toHaveLength(1);
    status = 500;
    for (let i = 0; i < 8; i++) await tick(4 ** i * 10_000);
    const on = (await world.team.db.select().from(deliveries)).find((one) => one.alertId === alert.id && one.isOn);
    expect(on).toMatchObject({ tries: 6, nextAt: null, sentAt: null, error: "it answered 500" });
    await remove(alert.id);
    expect(await listed(alert.id)).toBeUndefined();
  });
  it("watch the storage, too", async () => {
    await world.team.blobs.put((async function* () { yield Buffer.alloc(100); })(), 100); // prettier-ignore
    const { alert } = await make({ kind: "storage", threshold: 99 });
    await tick(120_000);
    expect(await listed(alert.id)).toMatchObject({ value: 100, since: new Date(world.now).toISOString() });
    await remove(alert.id);
  });
  it("lead to this machine only where the server is for it alone, and nowhere that no chat is", async () => {
    for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "[::1]"])
      expect([mayReach(address, false), mayReach(address, true)], address).toEqual([false, true]);
    for (const address of [
      "0.0.0.0",
      "169.254.169.254",
      "::ffff:169.254.169.254",
      "fe80::1",
      "::",
      "255.255.255.255",
      "64:ff9b::7f00:1",
    ])
      expect([mayReach(address, false), mayReach(address, true)], address).toEqual([false, false]);
    for (const address of ["192.168.1.9", "10.0.0.1", "93.184.216.34", "2606:2800:220:1::1"])
      expect(mayReach(address, false), address).toBe(true);
    for (const bad of [
      "ftp://a.b",
      "file:///etc/passwd",
      "x",
      "http://u:p@a.b",
      "http://127.1/",
      "http://0x7f000001/",
      "http://2130706433/",
      "http://localhost:80",
      "http://a.localhost./",
      "http://[::ffff:127.0.0.1]/",
    ])
      expect(targetProblem(bad, false), bad).not.toBeNull();
    expect(targetProblem("https://chat.example/hook", false)).toBeNull();
    const refused = await new Promise((resolve) => guarded(false)("localhost", {}, (error) => resolve(error?.message)));
    expect(refused).toContain("own machine");
    expect(await send({ id: "1", url, secret: "whsec_", body: {} }, false, START)).toContain("own machine");
    expect(heard).toEqual([]);
  });
});

describe("devices", () => {
  const counts = { answers: 3, abstained: 1, good: 2, bad: 0, documents: 4, corrections: 1 };
  const tell = (as: As, device: string, more: object = {}) =>
    world.ask("POST", "/monitor/device", as, {
      device,
      day: new Date(world.now).toISOString().slice(0, 10),
      counts,
      ...more,
    });

  it("tell counts and ratings, are shown exactly that, and are forgotten when they say so", async () => {
    const [{ as }, device] = [await world.person("reader"), randomUUID()];
    expect((await tell(as, device)).status).toBe(201);
    expect((await tell(as, device, { counts: { ...counts, answers: 7 } })).status).toBe(201);
    const { days } = await get("/monitor/device", as);
    expect(days).toMatchObject([{ device, counts: { ...counts, answers: 7 } }]);
    expect((await get("/monitor/devices")).people).toMatchObject([{ devices: 1, answers: 7, good: 2 }]);
    expect((await world.ask("DELETE", `/monitor/device/${device}`, as)).status).toBe(200);
    expect([(await get("/monitor/device", as)).days, (await get("/monitor/devices")).people]).toEqual([[], []]);
  });
  it("tell no text, no day to come, and nothing in another's name", async () => {
    const [{ as }, other, device] = [await world.person("reader"), await world.person("reader"), randomUUID()];
    for (const more of [
      { counts: { ...counts, note: "a secret" } },
      { question: "why?" },
      { counts: { answers: "many" } },
      { day: "2099-01-01" },
      { day: "2027-02-31" },
    ])
      expect((await tell(as, device, more)).status, JSON.stringify(more)).toBe(400);
    expect((await tell(as, device)).status).toBe(201);
    expect((await tell(other.as, device)).status).toBe(404);
    expect((await world.ask("DELETE", `/monitor/device/${device}`, other.as)).status).toBe(404);
  });
});
