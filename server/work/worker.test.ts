// Workers as processes, against a server: a job that is paused, handed back and killed under way ends with the bytes of a run that
// was left alone; another is cancelled; a third evaluates what the first made.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createApp } from "../app.ts";
import { projectRoot } from "../folder.ts";
import { listen, type Listening } from "../listen.ts";
import type { Job } from "../team/schema/index.ts";
import { loam, tiny, tinyModel } from "./testing.ts";
import { sha256, World, type As } from "../team/testing/client.ts";

const folder = mkdtempSync(join(tmpdir(), "loam-worker-"));
const models = join(folder, "models");
const LOST_AFTER_MS = 4000;
const patience = 150_000; // of one wait, on a busy machine

const config = `
adapter: { rank: 3, alpha: 6, dropout: 0.1, targets: [q_proj, v_proj] }
training: { steps: 240, batch: 2, context: 32, checkpointEvery: 4, validEvery: 40, seed: 3 }
`;
const rows = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => JSON.stringify({ prompt: `Pump ${first + i}:`, completion: ` ${((first + i) * 7) % 91} litres.` })).join("\n"); // prettier-ignore
const [train, valid] = [rows(0, 24), rows(100, 4)];

let world: World;
let listening: Listening;
let url: string;
let owner: As;
let workerKey: string;
let ticking: NodeJS.Timeout;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  await tinyModel(models);
  const jobs = { lostAfterMs: LOST_AFTER_MS, retries: { limit: 3, delaySeconds: 1 } };
  world = await World.open(undefined, { now: Date.now, jobs });
  listening = await listen(createApp(folder, folder, undefined, world.api), "127.0.0.1", 0);
  url = `http://127.0.0.1:${listening.port}`;
  owner = (await world.key((await world.person("contributor")).id, ["jobs:write", "models:read"])).as;
  workerKey = (await world.key((await world.person("admin")).id, ["worker"])).secret;
  const all = await world.team.jobs();
  ticking = setInterval(() => void all.tick(), 500);
}, 300_000);
afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  clearInterval(ticking);
  await listening?.close(0);
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Working {
  readonly process: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}
function worker(name: string): Working {
  const argv = ["worker", "--server", url, "--data", join(folder, name), "--models", models, "--name", name];
  const env = { ...process.env, LOAM_KEY: workerKey, LOAM_NO_BUILD: "1" };
  const child = spawn("node", ["server/loam.mjs", ...argv, "--beat-ms", "200"], { cwd: projectRoot(), env });
  workers.push(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return { process: child, said: () => said, ended };
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const raw = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { ...owner, "Content-Type": "application/json" };
  const answer = await fetch(`${url}/api${path}`, { method, headers, ...(body !== undefined && { body: raw }) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<T>;
}
const uploaded = async (name: string, text: string) =>
  (await ask<{ file: { id: string } }>("POST", `/files?name=${name}`, text)).file.id;
const send = async (given: object) => (await ask<{ job: Job }>("POST", "/jobs", given)).job.id;
const jobOf = async (id: string) => (await ask<{ job: Job }>("GET", `/jobs/${id}`)).job;
const act = (id: string, what: string) => ask<{ job: Job }>("POST", `/jobs/${id}/${what}`, {});

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patience; !(await isSo()); await sleep(100))
    if (Date.now() > end) throw new Error(`${what} did not come to pass`);
}
const becomes = (id: string, state: Job["state"]) =>
  until(`${state}`, async () => {
    const job = await jobOf(id);
    if (job.state === "failed" && state !== "failed") throw new Error(JSON.stringify(job.error));
    return job.state === state;
  });
const reaches = (id: string, step: number) =>
  until(`a checkpoint of step ${step}`, async () => ((await jobOf(id)).checkpoint?.step ?? 0) >= step);

it("a job paused, handed back and killed under way ends as one that was left alone", async () => {
  const [trainId, validId] = [await uploaded("pumps.jsonl", train), await uploaded("held out.jsonl", valid)];
  const files = [
    { role: "train", id: trainId },
    { role: "valid", id: validId },
  ];
  const id = await send({ kind: "fine-tune", name: "pumps", model: "tiny", config, files });

  const first = worker("first");
  await reaches(id, 12);
  await act(id, "pause");
  await becomes(id, "paused");
  await act(id, "resume");
  await reaches(id, (await jobOf(id)).checkpoint!.step + 8);
  first.process.kill("SIGTERM");
  expect(await first.ended).toBe(0);
  expect(await jobOf(id)).toMatchObject({ state: "queued", failures: 0 });

  const second = worker("second");
  await reaches(id, (await jobOf(id)).checkpoint!.step + 8);
  second.process.kill("SIGKILL");
  await until("the loss of the second worker", async () => (await jobOf(id)).failures === 1);
  expect((await jobOf(id)).checkpoint!.step).toBeLessThan(240);

  worker("third");
  await becomes(id, "finished");
  const { result } = await jobOf(id);
  expect(result!.model).toEqual({ name: "pumps", version: 1 });
  expect(result!.summary).toMatchObject({ finished: true, step: 240, dataHash: sha256(train) });

  const plan = join(folder, "alone");
  mkdirSync(plan);
  for (const [name, text] of Object.entries({ "train.jsonl": train, "valid.jsonl": valid, "run.yaml": config }))
    writeFileSync(join(plan, name), text);
  const data = ["--data", join(plan, "train.jsonl"), "--valid", join(plan, "valid.jsonl")];
  const alone = await loam("finetune", "--model", join(models, "tiny"), ...data, "--config", join(plan, "run.yaml"), "--out", join(plan, "out")); // prettier-ignore
  expect(alone).toBe(0);
  for (const name of ["adapter_model.safetensors", "adapter_config.json"]) {
    const answer = await fetch(`${url}/api/models/pumps/versions/1/files/${name}`, { headers: owner });
    expect(Buffer.from(await answer.arrayBuffer()).equals(readFileSync(join(plan, "out", name))), name).toBe(true);
  }
  const { model } = await ask<{ model: { versions: object[] } }>("GET", "/models/pumps");
  expect(model.versions).toMatchObject([{ version: 1, jobId: id, dataHash: sha256(train), by: "contributor" }]);
}, 600_000);

it("what it made is evaluated; a job that nobody can do says why, and is not tried again", async () => {
  const files = [{ role: "test", id: await uploaded("test.jsonl", valid) }];
  const wanted = { kind: "evaluate", model: "tiny", config: { maxTokens: 4 }, files };
  const id = await send({ ...wanted, name: "pumps-test", adapter: { model: "pumps" } });
  await becomes(id, "finished");
  const { result } = await jobOf(id);
  expect(result!.summary).toMatchObject({ rowCount: 4 });
  const report = await fetch(`${url}/api/jobs/${id}/files/report.json`, { headers: owner });
  expect(((await report.json()) as { rows: object[] }).rows).toHaveLength(4);

  const bad = await send({ ...wanted, name: "bad", files: [{ role: "test", id: await uploaded("bad.jsonl", "{}") }] });
  await becomes(bad, "failed");
  expect(await jobOf(bad)).toMatchObject({ failures: 1, error: { code: "bad-file" } });
}, 400_000);

it("a model is pretrained, and documents are made a collection", async () => {
  worker("of all trades");
  const files = [{ role: "train", id: await uploaded("train.txt", train) }];
  const id = await send({ kind: "pretrain", name: "small", model: "small", config: tiny, files });
  await becomes(id, "finished");
  const { result } = await jobOf(id);
  const names = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
  expect(result!.files.map(({ name }) => name)).toEqual(names);
  expect(result!.summary).toMatchObject({ finished: true, step: 4 });

  const documents = [
    { role: "documents", id: await uploaded("pump.md", "# The pump\n\nIt lifts 40 litres a minute.") },
    { role: "documents", id: await uploaded("valve.txt", "The valve closes at 6 bar.") },
  ];
  const made = await send({ kind: "embed", name: "handbook", model: "loam-embed", files: documents });
  await becomes(made, "finished");
  const { summary, files: kept } = (await jobOf(made)).result!;
  expect(summary["documents"]).toMatchObject([{ document: "pump.md" }, { document: "valve.txt" }]);
  expect(kept.length).toBeGreaterThan(0);
  const first = await fetch(`${url}/api/jobs/${made}/files/${encodeURIComponent(kept[0].name)}`, { headers: owner });
  expect((await first.arrayBuffer()).byteLength).toBe(kept[0].bytes);
}, 400_000);

it("a cancelled job's worker stops within two seconds and takes the next", async () => {
  const files = [{ role: "train", id: await uploaded("train.jsonl", train) }];
  const long = { kind: "fine-tune", name: "long", model: "tiny", config: { training: { steps: 100_000 } }, files };
  const [fourth, id] = [worker("fourth"), await send(long)];
  await until("a first step", async () => ((await jobOf(id)).progress?.step ?? 0) > 0);
  const name = (await jobOf(id)).worker;
  const since = Date.now();
  await act(id, "cancel");
  const isHeard = name === "fourth" ? () => fourth.said().includes("long (fine-tune): lost") : () => true;
  await until("the worker's notice", isHeard);
  if (name === "fourth") expect(Date.now() - since).toBeLessThan(2000);
  const next = await send({ ...long, name: "next", config: { training: { steps: 2 } } });
  await becomes(next, "finished");
}, 400_000);
