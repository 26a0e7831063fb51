// What was asked of /v1 is in the table and in the metrics, without a word of it; strangers read neither.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openai } from "../../openai/api.ts";
import { requests, type NewRequest } from "../schema/index.ts";
import { nobody, World, type As } from "../testing/client.ts";
import { readOpenMetrics, type Family } from "../testing/openmetrics.ts";
import { echo } from "../testing/served.ts";
import { Ledger } from "./ledger.ts";
import { metricsApi } from "./scrape.ts";

let world: World;
let admin: { id: string; as: As };
let key: { id: string; as: As };
beforeAll(async () => {
  world = await World.open();
  admin = await world.person("admin");
  key = await world.key(admin.id, ["inference"]);
});
afterAll(() => world?.close());

const api = () => openai(echo, "trial", Promise.resolve(world.team));
async function ask(path: string, body: object, as: As = key.as): Promise<string> {
  const headers = { "Content-Type": "application/json", ...as };
  return (await api().request(path, { method: "POST", headers, body: JSON.stringify(body) })).text();
}
const chat = (content: string, more: object = {}) => ({
  model: "echo",
  messages: [{ role: "user", content }],
  ...more,
});
async function recorded() {
  await world.team.monitor.flush();
  const rows = await world.team.db.select().from(requests).orderBy(requests.id);
  await world.team.db.delete(requests);
  return rows;
}
async function scrape(as: As, isOpen = false, headers: As = {}, address = "127.0.0.1") {
  const app = metricsApi(Promise.resolve(world.team), isOpen);
  const env = { incoming: { socket: { remoteAddress: address } } };
  const response = await app.request("/", { headers: { Host: "localhost:4173", ...as, ...headers } }, env);
  return { status: response.status, type: response.headers.get("Content-Type"), text: await response.text() };
}
const valueOf = (families: Map<string, Family>, family: string, name: string, labels: As) =>
  families.get(family)?.samples.find((one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value))?.value; // prettier-ignore

describe("a request", () => {
  it("is a row: who, which model, tokens and times, and not what was said", async () => {
    await ask("/chat/completions", chat("a secret pump"));
    const [row] = await recorded();
    expect(row).toMatchObject({ operation: "chat", model: "echo", adapter: null, personId: admin.id, keyId: key.id });
    expect(row).toMatchObject({ status: 200, error: null, finishReason: "stop" });
    expect([row.promptTokens, row.generatedTokens]).toEqual([5, 3]);
    expect(row.firstTokenMs).toBeGreaterThanOrEqual(9);
    expect(row.perTokenMs).toBeGreaterThanOrEqual(9);
    expect(row.totalMs).toBeGreaterThanOrEqual(row.firstTokenMs! + 2 * row.perTokenMs!);
    expect(JSON.stringify(row)).not.toMatch(/secret|three/);
  });
  it("that streams is one row, of an adapter, when its last byte is sent", async () => {
    expect(await ask("/chat/completions", chat("hello", { model: "echo:parrot", stream: true }))).toContain("[DONE]");
    expect(await recorded()).toMatchObject([{ model: "echo", adapter: "parrot", generatedTokens: 3, error: null }]);
  });
  it("whose client goes away has the tokens until then", async () => {
    const body = JSON.stringify(chat("hello", { stream: true }));
    const response = await api().request("/chat/completions", { method: "POST", headers: key.as, body });
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(() => world.team.monitor.flush().then(() => world.team.db.$count(requests))).toBe(1);
    expect(await recorded()).toMatchObject([{ model: "echo", finishReason: "cancelled", generatedTokens: 1 }]);
  });
  it("with several prompts counts all of them; embeddings read and write nothing", async () => {
    await ask("/completions", { model: "echo", prompt: ["a", "b"], max_tokens: 4 });
    await ask("/embeddings", { model: "vectors", input: ["a", "b", "c"] });
    expect(await recorded()).toMatchObject([
      { operation: "text_completion", promptTokens: 10, generatedTokens: 6 },
      { operation: "embeddings", model: "vectors", promptTokens: 6, generatedTokens: 0, firstTokenMs: null },
    ]);
  });
  it("that fails says with which code, in a stream, too; a stranger's is no row", async () => {
    await ask("/chat/completions", chat("hello", { model: "nobody" }));
    await ask("/chat/completions", chat("crash"));
    await ask("/chat/completions", chat("crash", { stream: true }));
    await ask("/chat/completions", chat("hello"), { Authorization: "Bearer wrong" });
    await ask("/chat/completions", chat("hello"), { Authorization: "Bearer trial" });
    expect(await recorded()).toMatchObject([
      { model: null, status: 404, error: "model_not_found" },
      { status: 503, error: "gpu-lost" },
      { status: 200, error: "gpu-lost" },
      { status: 200, error: null, personId: null, keyId: null },
    ]);
  });
});

describe("the table", () => {
  const request = (at: number): NewRequest => ({
    ...{ at: new Date(at), operation: "chat", model: "echo", adapter: null, personId: null, keyId: null, status: 200 },
    ...{ error: null, finishReason: null, promptTokens: 1, generatedTokens: 1 },
    ...{ firstTokenMs: 1, perTokenMs: null, totalMs: 1 },
  });
  it("takes thousands at once; what is too many is counted", async () => {
    const ledger = new Ledger(world.team.db);
    for (let i = 0; i < 10_007; i++) ledger.add(request(world.now));
    expect(ledger.dropped).toBe(7);
    await ledger.flush();
    expect(await recorded()).toHaveLength(10_000);
  });
  it("forgets what is older than is kept", async () => {
    const days = [0, 89, 91].map((age) => world.now - age * 86_400_000);
    for (const at of days) world.team.monitor.record(request(at), true);
    await world.team.monitor.tick();
    expect((await recorded()).map(({ at }) => at.getTime())).toEqual(days.slice(0, 2));
  });
});

describe("the metrics", () => {
  it("are strict OpenMetrics, with what was asked and what the machine uses", async () => {
    await world.team.blobs.put((async function* () { yield Buffer.from("12345"); })(), 10); // prettier-ignore
    const { status, type, text } = await scrape((await world.key(admin.id, ["monitor"])).as);
    expect([status, type]).toEqual([200, "application/openmetrics-text; version=1.0.0; charset=utf-8"]);
    const families = readOpenMetrics(text);
    const parrot = { gen_ai_operation_name: "chat", gen_ai_request_model: "echo:parrot" };
    const duration = "gen_ai_server_request_duration_seconds";
    expect(valueOf(families, duration, `${duration}_count`, { ...parrot, http_response_status_code: "200" })).toBe(1);
    expect(valueOf(families, duration, `${duration}_count`, { error_type: "invalid_api_key" })).toBe(1);
    const output = { ...parrot, gen_ai_token_type: "output" };
    expect(valueOf(families, "loam_gen_ai_tokens", "loam_gen_ai_tokens_total", output)).toBe(3);
    expect(valueOf(families, "loam_blob_storage_bytes", "loam_blob_storage_bytes", {})).toBe(5);
    expect(families.has("process_resident_memory_bytes")).toBe(true);
  });
  it("are for keys with the scope, or, where that is set, for this machine alone", async () => {
    const status = async (...asked: Parameters<typeof scrape>) => (await scrape(...asked)).status;
    expect(await status(nobody)).toBe(401);
    expect(await status(key.as)).toBe(403);
    expect(await status(nobody, true)).toBe(200);
    expect(await status(nobody, true, {}, "192.168.0.7")).toBe(401);
    expect(await status(nobody, true, { Host: "rebound.example" })).toBe(401);
    expect(await status(nobody, true, { "X-Forwarded-For": "127.0.0.1" })).toBe(401);
  });
});

describe("the strict reader", () => {
  it.each([
    ["no end", "# TYPE a gauge\na 1\n"],
    ["a counter without _total", "# TYPE a counter\na 1\n# EOF\n"],
    ["a family twice", "# TYPE a gauge\na 1\n# TYPE a gauge\n# EOF\n"],
    ["a label twice", '# TYPE a gauge\na{b="1",b="2"} 1\n# EOF\n'],
    ["a sample twice", "# TYPE a gauge\na 1\na 1\n# EOF\n"],
    ["buckets that fall", '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_count 1\n# EOF\n'],
    ["a quote in a label", '# TYPE a gauge\na{b="""} 1\n# EOF\n'],
  ])("refuses %s", (_, text) => expect(() => readOpenMetrics(text)).toThrow("no OpenMetrics"));
});
