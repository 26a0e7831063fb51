// Valid requests of what concerns jobs, workers, files and models.
import { randomUUID } from "node:crypto";
import type { Blob } from "../blobs.ts";
import { addVersion, moveAlias } from "../models/registry.ts";
import { files, type Job } from "../schema/index.ts";
import { sha256, type World } from "./client.ts";
import type { MakeSample } from "./samples.ts";

const bytes = { bytes: "of a file" }; // as a request's body

export function blob({ team }: World, text = JSON.stringify(bytes)): Promise<Blob> {
  async function* content() {
    yield Buffer.from(text);
  }
  return team.blobs.put(content(), 1e6);
}

export async function file(world: World, personId: string, text?: string, name = "train.jsonl") {
  const row = { id: randomUUID(), personId, name, purpose: "job", createdAt: new Date(world.now) };
  return (await world.team.db.insert(files).values({ ...row, ...(await blob(world, text)) }).returning())[0]; // prettier-ignore
}

/** A job that waits, before all others. */
export async function job(world: World, personId: string): Promise<Job> {
  const all = await world.team.jobs();
  const inputs = [{ role: "train", name: "train.jsonl", ...(await blob(world)) }];
  const about = { kind: "fine-tune", name: `job-${randomUUID()}`, model: "loam-chat", config: {}, metadata: {} };
  return world.team.db.transaction((tx) => all.create(tx, { ...about, inputs, personId, priority: 1e6 }));
}

async function leased(world: World, personId: string): Promise<Job> {
  await job(world, personId);
  return (await (await world.team.jobs()).attempts.lease("a worker"))!;
}

async function turned(world: World, ownerId: string, into: "cancel" | "pause"): Promise<Job> {
  const [{ id }, all] = [await job(world, ownerId), await world.team.jobs()];
  return world.team.db.transaction((tx) => all[into](tx, id));
}

async function finished(world: World, ownerId: string): Promise<Job> {
  const [{ id, attempt }, all] = [await leased(world, ownerId), await world.team.jobs()];
  const made = { name: "adapter_config.json", ...(await blob(world)) };
  return all.attempts.complete({ id, retryCount: attempt! }, { files: [made], summary: {} });
}

/** A model with one version, which the alias names. */
async function model(world: World, personId: string): Promise<string> {
  const made = [{ name: "adapter_config.json", ...(await blob(world)) }];
  const [name, at] = [`model-${randomUUID()}`, new Date(world.now)];
  const lineage = { personId, jobId: null, dataHash: null, runId: null };
  await world.team.db.transaction(async (tx) => {
    await addVersion(tx, { model: name, base: "loam-chat", ...lineage, files: made, measures: {}, note: "", at });
    await moveAlias(tx, name, "champion", 1, at);
  });
  return name;
}

const ofJob =
  (end: string, make: (world: World, ownerId: string) => Promise<Job>, body?: unknown): MakeSample =>
  async (world, ownerId) => ({ path: `/jobs/${(await make(world, ownerId)).id}${end}`, body });

/** Of an attempt that holds its job. */
const ofAttempt =
  (end: string, more: object): MakeSample =>
  async (world, ownerId) => {
    const { id, attempt } = await leased(world, ownerId);
    await blob(world);
    return { path: `/workers/jobs/${id}${end}`, body: { retryCount: attempt, ...more } };
  };

const ofBlob =
  (body?: unknown): MakeSample =>
  async (world, ownerId) => {
    const { id, attempt, inputs } = await leased(world, ownerId);
    return { path: `/workers/jobs/${id}/blobs/${inputs[0].hash}?retryCount=${attempt}`, body };
  };

const hash = sha256(JSON.stringify(bytes));
const peft = ["adapter_config.json", "adapter_model.safetensors"];

export const jobSamples: Readonly<Record<string, MakeSample>> = {
  "GET /files": () => ({}),
  "POST /files": () => ({ path: "/files?name=train.jsonl", body: bytes }),
  "GET /files/:id": async (world, ownerId) => ({ path: `/files/${(await file(world, ownerId)).id}` }),
  "GET /files/:id/content": async (world, ownerId) => ({
    path: `/files/${(await file(world, ownerId)).id}/content`,
  }),
  "DELETE /files/:id": async (world, ownerId) => ({ path: `/files/${(await file(world, ownerId)).id}` }),
  "GET /jobs": () => ({}),
  "POST /jobs": async (world, ownerId) => ({
    body: { kind: "fine-tune", name: "pumps", model: "loam-chat", files: [{ role: "train", id: (await file(world, ownerId)).id }] }, // prettier-ignore
  }),
  "GET /jobs/:id": ofJob("", job),
  "PATCH /jobs/:id": ofJob("", job, { priority: 3 }),
  "GET /jobs/:id/events": ofJob("/events", job),
  "GET /jobs/:id/stream": ofJob("/stream", finished),
  "GET /jobs/:id/files/:name": ofJob("/files/adapter_config.json", finished),
  "POST /jobs/:id/cancel": ofJob("/cancel", job),
  "POST /jobs/:id/pause": ofJob("/pause", job),
  "POST /jobs/:id/resume": ofJob("/resume", (world, ownerId) => turned(world, ownerId, "pause")),
  "POST /jobs/:id/retry": ofJob("/retry", (world, ownerId) => turned(world, ownerId, "cancel")),
  "POST /workers/lease": () => ({ body: { worker: "a worker" } }),
  "POST /workers/jobs/:id/heartbeat": ofAttempt("/heartbeat", {
    progress: { step: 1, steps: 2 },
    notes: [{ type: "metrics", message: "Step 1", data: { loss: 1.5 } }],
  }),
  "GET /workers/jobs/:id/blobs/:hash": ofBlob(),
  "PUT /workers/jobs/:id/blobs/:hash": ofBlob(bytes),
  "POST /workers/jobs/:id/checkpoint": ofAttempt("/checkpoint", { step: 1, hash }),
  "POST /workers/jobs/:id/complete": ofAttempt("/complete", { files: [{ name: peft[0], hash }] }),
  "POST /workers/jobs/:id/fail": ofAttempt("/fail", { error: { code: "gpu-lost", message: "Gone." }, isFinal: false }),
  "POST /workers/jobs/:id/release": ofAttempt("/release", {}),
  "GET /models": () => ({}),
  "GET /models/:name": async (world, ownerId) => ({ path: `/models/${await model(world, ownerId)}` }),
  "POST /models/:name/versions": async (world, ownerId) => ({
    path: `/models/model-${randomUUID()}/versions`,
    body: { base: "loam-chat", files: await Promise.all(peft.map(async (name) => ({ name, id: (await file(world, ownerId)).id }))) }, // prettier-ignore
  }),
  "GET /models/:name/versions/:version/files/:file": async (world, ownerId) => ({
    path: `/models/${await model(world, ownerId)}/versions/1/files/${peft[0]}`,
  }),
  "POST /models/:name/versions/:version/withdraw": async (world, ownerId) => ({
    path: `/models/${await model(world, ownerId)}/versions/1/withdraw`,
  }),
  "PUT /models/:name/aliases/:alias": async (world, ownerId) => ({
    path: `/models/${await model(world, ownerId)}/aliases/challenger`,
    body: { version: 1 },
  }),
  "DELETE /models/:name/aliases/:alias": async (world, ownerId) => ({
    path: `/models/${await model(world, ownerId)}/aliases/champion`,
  }),
};
