// The whole life of a fine-tuning, driven by npm openai: a file, a job, its events and checkpoints, paused and resumed, its model
// served and asked; and the AI SDK streaming a chat.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { streamText } from "ai";
import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../app.ts";
import { Engine } from "../engine/engine.ts";
import { projectRoot } from "../folder.ts";
import { listen, type Listening } from "../listen.ts";
import { serveAdapters } from "../team/models/serving.ts";
import { World } from "../team/testing/client.ts";
import { tinyModel } from "../work/testing.ts";
import { openai } from "./api.ts";

const folder = mkdtempSync(join(tmpdir(), "loam-fine-tuning-"));
const models = join(folder, "models");
let world: World;
let engine: Engine;
let listening: Listening;
let client: OpenAI;
let reader: OpenAI;
let worker: ChildProcess;
let endServing: () => void;

const rows = Array.from({ length: 12 }, (_, i) =>
  JSON.stringify({ prompt: `Pump ${i}:`, completion: ` ${i} litres.` }),
);
const address = () => `http://127.0.0.1:${listening.port}`;

beforeAll(async () => {
  await tinyModel(models);
  engine = await Engine.start({ models: [join(models, "tiny")], adapters: [] });
  world = await World.open(undefined, { now: Date.now });
  const team = Promise.resolve(world.team);
  listening = await listen(createApp(folder, folder, openai(engine, undefined, team), world.api), "127.0.0.1", 0);
  endServing = serveAdapters(world.team, engine, join(folder, "adapters"));
  const person = await world.person("contributor");
  const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${address()}/v1`, apiKey, maxRetries: 0 });
  client = clientOf((await world.key(person.id, ["inference", "jobs:write"])).secret);
  reader = clientOf((await world.key((await world.person("reader")).id, ["inference", "jobs:read"])).secret);
  const { secret } = await world.key((await world.person("admin")).id, ["worker"]);
  const argv = [
    "worker",
    "--server",
    address(),
    "--data",
    join(folder, "worker"),
    "--models",
    models,
    "--beat-ms",
    "200",
  ];
  const env = { ...process.env, LOAM_KEY: secret, LOAM_NO_BUILD: "1" };
  worker = spawn("node", ["server/loam.mjs", ...argv], { cwd: projectRoot(), env, stdio: "ignore" });
}, 300_000);
afterAll(async () => {
  worker?.kill("SIGKILL");
  endServing?.();
  await listening?.close(0);
  await engine?.stop();
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 200_000; !(await isSo()); await sleep(150))
    if (Date.now() > end) throw new Error(`${what} did not come to pass`);
}
const becomes = (id: string, status: string) =>
  until(status, async () => {
    const job = await client.fineTuning.jobs.retrieve(id);
    if (job.status === "failed") throw new Error(JSON.stringify(job.error));
    return (job.status as string) === status;
  });
const statusOf = async (asked: Promise<unknown>) =>
  asked.then(
    () => 200,
    (error: unknown) => (error instanceof OpenAI.APIError ? error.status : error),
  );
const uploaded = async (name: string, text = rows.join("\n")) =>
  client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "fine-tune" });

describe("files", () => {
  it("are uploaded, listed in pages, read back and deleted; another's are not there", async () => {
    const [first, second] = [await uploaded("a.jsonl"), await uploaded("b.jsonl", "{}")];
    expect(first).toMatchObject({
      object: "file",
      filename: "a.jsonl",
      purpose: "fine-tune",
      bytes: rows.join("\n").length,
    });
    const names: string[] = [];
    for await (const file of client.files.list({ limit: 1, order: "asc" })) names.push(file.filename);
    expect(names).toEqual(["a.jsonl", "b.jsonl"]);
    expect(await (await client.files.content(first.id)).text()).toBe(rows.join("\n"));
    expect(await client.files.delete(second.id)).toMatchObject({ id: second.id, deleted: true });
    expect(await statusOf(client.files.retrieve(second.id))).toBe(404);
    expect(await statusOf(reader.files.list())).toBe(403);
    const file = await toFile(Buffer.from("x"), "x");
    expect(await statusOf(client.files.create({ file, purpose: "nothing" as "batch" }))).toBe(400);
  });
});

describe("a fine-tuning", () => {
  it("is made, paused, resumed and done; its model is served by its name", async () => {
    const [train, valid] = [await uploaded("train.jsonl"), await uploaded("valid.jsonl", rows.slice(0, 2).join("\n"))];
    const job = await client.fineTuning.jobs.create({
      ...{ model: "tiny", training_file: train.id, validation_file: valid.id, suffix: "pumps of ours", seed: 3 },
      method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 60, batch_size: 2 } } },
      metadata: { ticket: "17" },
    });
    expect(job).toMatchObject({
      object: "fine_tuning.job",
      training_file: train.id,
      validation_file: valid.id,
      seed: 3,
    });
    expect(job.method?.supervised?.hyperparameters).toEqual({
      n_epochs: 60,
      batch_size: 2,
      learning_rate_multiplier: 1,
    });
    expect(job.metadata).toEqual({ ticket: "17" });
    await until("a checkpoint", async () => (await client.fineTuning.jobs.checkpoints.list(job.id)).data.length > 0);
    await client.fineTuning.jobs.pause(job.id);
    await becomes(job.id, "paused");
    await client.fineTuning.jobs.resume(job.id);
    await becomes(job.id, "succeeded");
    const done = await reader.fineTuning.jobs.retrieve(job.id);
    expect(done).toMatchObject({ fine_tuned_model: "tiny:pumps-of-ours@1", error: null });
    expect(done.finished_at!).toBeGreaterThanOrEqual(done.created_at);

    const events = [];
    for await (const event of client.fineTuning.jobs.listEvents(job.id, { limit: 50 })) events.push(event);
    const numbers = events.map(({ id }) => Number(id.slice("ftevent-".length)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    const steps = events.flatMap(({ type, data }) => (type === "metrics" ? [(data as { step: number }).step] : []));
    expect(new Set(steps)).toEqual(new Set(Array.from({ length: 361 }, (_, i) => i)));
    const { data: checkpoints } = await client.fineTuning.jobs.checkpoints.list(job.id);
    expect(checkpoints[0]).toMatchObject({ object: "fine_tuning.job.checkpoint", fine_tuning_job_id: job.id });

    const model = done.fine_tuned_model!;
    await until("the model's being served", async () =>
      (await client.models.list()).data.some(({ id }) => id === model),
    );
    const answer = await client.completions.create({ model, prompt: "Pump 3:", max_tokens: 6, temperature: 0 });
    const plain = await client.completions.create({ model: "tiny", prompt: "Pump 3:", max_tokens: 6, temperature: 0 });
    expect(answer.choices[0].text).not.toBe(plain.choices[0].text);
    expect((await client.models.list()).data.map(({ id }) => id)).toContain("tiny:pumps-of-ours");
  }, 500_000);

  it("is cancelled; the list has pages; what is wrong is refused by name", async () => {
    const { id: training_file } = await uploaded("train.jsonl");
    const wanted = { model: "tiny", training_file };
    const job = await client.fineTuning.jobs.create({ ...wanted, hyperparameters: { n_epochs: 900 } });
    expect(await client.fineTuning.jobs.cancel(job.id)).toMatchObject({ id: job.id, status: "cancelled" });
    expect(await statusOf(client.fineTuning.jobs.cancel(job.id))).toBe(400);
    const ids: string[] = [];
    for await (const one of client.fineTuning.jobs.list({ limit: 1 })) ids.push(one.id);
    expect([ids.length, ids[0]]).toEqual([2, job.id]);
    const refused = (more: object) => statusOf(client.fineTuning.jobs.create({ ...wanted, ...more }));
    expect(await refused({ training_file: "file-none" })).toBe(404);
    expect(await refused({ method: { type: "reinforcement" } })).toBe(400);
    expect(await refused({ colour: "red" })).toBe(400);
    expect(await statusOf(reader.fineTuning.jobs.create(wanted))).toBe(403);
    expect(await statusOf(reader.fineTuning.jobs.cancel(job.id))).toBe(403);
    expect(await statusOf(client.fineTuning.jobs.retrieve("ftjob-none"))).toBe(404);
  }, 200_000);
});

it("the AI SDK streams a chat", async () => {
  const apiKey = String(client.apiKey);
  const provider = createOpenAICompatible({ name: "loam", baseURL: `${address()}/v1`, apiKey, includeUsage: true });
  const stream = streamText({
    model: provider("tiny"),
    prompt: "The pump",
    maxOutputTokens: 8,
    temperature: 0,
    seed: 1,
  });
  let text = "";
  for await (const piece of stream.textStream) text += piece;
  const whole = await client.chat.completions.create({ model: "tiny", messages: [{ role: "user", content: "The pump" }], max_tokens: 8, temperature: 0 }); // prettier-ignore
  expect(text).toBe(whole.choices[0].message.content);
  expect((await stream.usage).outputTokens).toBe(whole.usage!.completion_tokens);
}, 200_000);
