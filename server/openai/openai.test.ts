// The API, driven by a client that nobody here wrote: npm openai. The engine is a real one in its own process, on Dawn.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../app.ts";
import { Engine } from "../engine/engine.ts";
import { listen, type Listening } from "../listen.ts";
import { openai } from "./api.ts";

const key = "key-of-the-test";
const model = "loam-chat";
const messages = [{ role: "user" as const, content: "What is a pump?" }];
const briefly = { model, messages, max_tokens: 8, temperature: 0 };

let engine: Engine;
let listening: Listening;
let folder: string;
let client: OpenAI;
const address = () => `http://127.0.0.1:${listening.port}/v1`;
const clientWith = (apiKey: string) => new OpenAI({ baseURL: address(), apiKey, maxRetries: 0 });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "loam-serve-"));
  engine = await Engine.start({ models: [model, "loam-embed"], adapters: [] });
  listening = await listen(createApp(folder, folder, openai(engine, key)), "127.0.0.1", 0);
  client = clientWith(key);
}, 300_000);
afterAll(async () => {
  await listening?.close(0);
  await engine?.stop();
  rmSync(folder, { recursive: true });
});

/** What the client says of a refusal. */
async function refusal(
  ask: () => Promise<unknown>,
): Promise<Pick<InstanceType<typeof OpenAI.APIError>, "status" | "param" | "code">> {
  const error = await ask().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OpenAI.APIError)) throw new Error("not refused", { cause: error });
  return { status: error.status, param: error.param, code: error.code };
}

describe("models", () => {
  it("are listed and described", async () => {
    const page = await client.models.list();
    expect(page.data.map(({ id }) => id)).toEqual([model, "loam-embed"]);
    expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: "model" });
    expect(await refusal(() => client.models.retrieve("nobody"))).toEqual({
      status: 404,
      param: "model",
      code: "model_not_found",
    });
  });
});

describe("chat", () => {
  it("streams what it answers whole, piece by piece, and counts the tokens", async () => {
    const whole = await client.chat.completions.create(briefly);
    expect(whole.choices[0].message.content).not.toBe("");
    expect(whole.usage!.completion_tokens).toBeLessThanOrEqual(8);
    const stream = await client.chat.completions.create({
      ...briefly,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe(
      whole.choices[0].message.content,
    );
    expect(chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual([whole.choices[0].finish_reason]);
    const { prompt_tokens, completion_tokens, prompt_tokens_details } = whole.usage!;
    expect(prompt_tokens_details).toEqual({ cached_tokens: 0 });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens, completion_tokens } });
    expect(chunks.at(-1)!.usage!.prompt_tokens_details).toEqual({ cached_tokens: prompt_tokens }); // the same prompt again
  }, 240_000); // the first answer compiles the programs

  it("stops before a stop string", async () => {
    const whole = (await client.chat.completions.create(briefly)).choices[0].message.content!;
    const stop = whole.slice(3, 6);
    const { choices } = await client.chat.completions.create({ ...briefly, stop: [stop, "never said"] });
    expect(choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: whole.slice(0, whole.indexOf(stop)) },
    });
  });

  it("draws the same with the same seed", async () => {
    const drawn = () => client.chat.completions.create({ ...briefly, temperature: 1.5, top_p: 0.9, seed: -7 });
    expect((await drawn()).choices[0].message.content).toBe((await drawn()).choices[0].message.content);
  });

  it("a client that goes away frees the device", async () => {
    const stream = await client.chat.completions.create({ ...briefly, max_tokens: 900, temperature: 2, stream: true });
    for await (const _ of stream) break; // leaving the loop closes the connection
    const before = performance.now();
    await client.chat.completions.create({ ...briefly, max_tokens: 1 });
    expect(engine.waitingCount).toBe(0);
    expect(performance.now() - before).toBeLessThan(60_000);
  });
});

describe("completions", () => {
  it("of token ids are those of their text, one a prompt", async () => {
    const ask = (prompt: string | string[] | number[] | number[][]) =>
      client.completions.create({ model, prompt, max_tokens: 4, temperature: 0 });
    const one = (await ask([5, 6, 7])).choices[0].text;
    const two = await ask([
      [5, 6, 7],
      [8, 9],
    ]);
    expect(two.choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(two.choices[0].text).toBe(one);
    expect(two.usage!.prompt_tokens).toBe(5);
    expect((await ask(["The pump", "The valve"])).choices).toHaveLength(2);
    expect(await refusal(() => ask([1_000_000]))).toEqual({ status: 400, param: "prompt", code: "invalid_value" });
  });
});

describe("embeddings", () => {
  it("are unit vectors, the same as numbers and in base64", async () => {
    const ask = (encoding_format: "float" | "base64") =>
      client.embeddings.create({ model: "loam-embed", input: ["a pump", "a valve"], encoding_format });
    const { data, usage } = await ask("float");
    expect(data).toHaveLength(2);
    expect(Math.hypot(...data[0].embedding)).toBeCloseTo(1, 3);
    expect(usage.prompt_tokens).toBeGreaterThan(1);
    const coded = (await ask("base64")).data[1].embedding as unknown as string;
    const bytes = Buffer.from(coded, "base64");
    expect(data[1].embedding.map((_, i) => bytes.readFloatLE(i * 4))).toEqual(data[1].embedding);
    const wrong = () => client.embeddings.create({ model: "loam-embed", input: "a", dimensions: 3 });
    expect(await refusal(wrong)).toEqual({ status: 400, param: "dimensions", code: "invalid_value" });
  });
});

describe("refusals", () => {
  it("name what is wrong", async () => {
    const chat = (more: object) => () => client.chat.completions.create({ ...briefly, ...more });
    expect(await refusal(() => clientWith("wrong").models.list())).toMatchObject({
      status: 401,
      code: "invalid_api_key",
    });
    expect(await refusal(chat({ model: "nobody" }))).toEqual({ status: 404, param: "model", code: "model_not_found" });
    expect(await refusal(chat({ model: "loam-embed" }))).toMatchObject({ status: 400, param: "model" });
    expect(await refusal(chat({ n: 2 }))).toMatchObject({ status: 400, param: "n" });
    expect(await refusal(chat({ temperature: 3 }))).toMatchObject({ status: 400, param: "temperature" });
    expect(await refusal(chat({ colour: "red" }))).toMatchObject({
      status: 400,
      param: "colour",
      code: "unknown_parameter",
    });
    expect(await refusal(chat({ messages: [{ role: "user", content: "pump ".repeat(3000) }] }))).toEqual({ status: 400, param: "messages", code: "context_length_exceeded" }); // prettier-ignore
  });

  it("without a key on the server, everyone is refused", async () => {
    const closed = openai(engine, undefined);
    for (const headers of [{}, { Authorization: "Bearer " }, { Authorization: "Bearer undefined" }])
      expect(
        (await closed.request("/models", { headers: new Headers(headers as Record<string, string>) })).status,
      ).toBe(401);
  });

  it("no malformed body is the server's fault", async () => {
    const app = openai(engine, key);
    const post = (path: string, body: string) =>
      app.request(path, { method: "POST", body, headers: { Authorization: `Bearer ${key}` } });
    const valid = {
      "/chat/completions": {
        ...briefly,
        stream: false,
        stop: ["x"],
        seed: 1,
        top_p: 1,
        stream_options: { include_usage: true },
      },
      "/completions": { model, prompt: "a", max_tokens: 1, stop: "x", echo: false },
      "/embeddings": { model: "loam-embed", input: ["a"], encoding_format: "float", dimensions: 64 },
    };
    const odd = [-1, 1e308, 0.5, "", "\ud800", [], [[]], {}, { a: 1 }, [null], [{}], true, [-1], ["a", 1], [[1], "a"]];
    const statuses = new Map<number, number>();
    const count = async (path: string, body: string) => {
      const { status } = await post(path, body);
      expect([200, 400, 404], `${path} ${body.slice(0, 200)}`).toContain(status);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    for (const [path, body] of Object.entries(valid)) {
      const text = JSON.stringify(body);
      for (let cut = 0; cut < text.length; cut += 9) await count(path, text.slice(0, cut));
      for (const raw of ["null", "[]", "1", '"a"', "\u0000", "[".repeat(50_000)]) await count(path, raw);
      for (const field of Object.keys(body))
        for (const value of odd) await count(path, JSON.stringify({ ...body, max_tokens: path === "/embeddings" ? undefined : 1, [field]: value })); // prettier-ignore
    }
    expect(statuses.get(400)).toBeGreaterThan(200);
    expect((await post("/chat/completions", "x".repeat(5 * 2 ** 20))).status).toBe(413);
  }, 240_000);
});

describe("the process that runs the models", () => {
  it("may die: the answer under way is refused with 503, the next is given", async () => {
    process.kill(engine.processId!, "SIGSTOP"); // so that the answer is under way until the process dies
    const asked = refusal(() => client.chat.completions.create(briefly));
    await expect.poll(() => engine.isBusy).toBe(true);
    const next = client.chat.completions.create(briefly);
    await expect.poll(() => engine.waitingCount).toBe(1);
    process.kill(engine.processId!, "SIGKILL");
    expect(await asked).toMatchObject({ status: 503, code: "engine_unavailable" });
    expect((await next).choices).toHaveLength(1);
  }, 240_000);
});
