// Training runs: started, paused, gone on with, kept. The GPU worker computes; here is what survives the tab.
import { detailOf, fail } from "../../contract/index.ts";
import type {
  AdapterInfo,
  ExportedFile,
  GpuTuning,
  RunDetail,
  RunInfo,
  RunState,
  TuningEvent,
  TuningJob,
  TuningJobEvent,
  TuningPlan,
  TuningRequest,
  TuningResult,
} from "../../contract/index.ts";
import type { AdapterCatalog } from "../../models/adapters.ts";
import { sha256 } from "../../storage/store.ts";
import type { TuningData } from "./data.ts";
import type { RunShelf, StoredRun } from "./run-shelf.ts";

export interface RunPorts {
  readonly gpu: () => Promise<Pick<GpuTuning, "plan" | "tune" | "stop" | "fingerprint">>;
  readonly data: TuningData;
  readonly adapters: AdapterCatalog;
  readonly announce: (event: TuningEvent) => void;
}

export class Runs {
  #active: { readonly id: string; isKept: boolean } | null = null;
  #planned: { readonly key: string; readonly plan: TuningPlan } | null = null; // the last one
  readonly #done = new Map<string, Promise<void>>(); // of runs that were driven in this session

  constructor(
    readonly shelf: RunShelf,
    readonly ports: RunPorts,
  ) {}

  async list(): Promise<RunInfo[]> {
    return (await this.shelf.list()).map((run) => this.#asNow(run).info);
  }

  async detail(id: string): Promise<RunDetail> {
    const { info, about, samples } = this.#asNow(await this.shelf.get(id));
    return { ...info, ...about, samples, points: await this.shelf.points(id) };
  }

  async plan(request: TuningRequest): Promise<TuningPlan> {
    const { rows, counts, version } = await this.ports.data.rows(request.dataset, request.version);
    const { train, valid } = rows;
    const job = { ...request, id: crypto.randomUUID(), train, valid, runHash: "", checkpoint: null };
    const plan = { ...(await (await this.ports.gpu()).plan(job)), testRows: counts.test };
    this.#planned = { key: planKey(request, version.hash), plan };
    return plan;
  }

  /** Throws invalid-argument while another run is under way. */
  async start(request: TuningRequest): Promise<RunInfo> {
    this.#demandIdle();
    const { info: dataset, version } = await this.ports.data.rows(request.dataset, request.version);
    const isPlanned = this.#planned?.key === planKey(request, version.hash); // the review timed its steps just now
    const plan = isPlanned ? this.#planned!.plan : await this.plan(request);
    const baseFingerprint = await (await this.ports.gpu()).fingerprint(request.model);
    const info: RunInfo = {
      id: crypto.randomUUID(),
      name: request.name,
      model: request.model,
      baseFingerprint,
      dataset: dataset.id,
      datasetName: dataset.name,
      datasetVersion: version.number,
      dataHash: version.hash,
      state: "running",
      error: null,
      step: 0,
      steps: plan.steps,
      lastLoss: null,
      bestValidLoss: null,
      bestStep: null,
      checkpointStep: null,
      createdAt: Date.now(),
      trainedMs: 0,
      adapter: null,
    };
    const yaml = (await import("yaml")).stringify(request.settings);
    const command = `npm run -s loam -- finetune --model ${request.model} --data train.jsonl --valid valid.jsonl --config run.yaml --out ${slug(request.name)}`;
    await this.shelf.put({
      info,
      about: { settings: request.settings, plan, yaml, command },
      samples: [],
      checkpoint: null,
    });
    this.#drive(info.id, false);
    return info;
  }

  async pause(id: string): Promise<void> {
    if (this.#active?.id !== id) return;
    await (await this.ports.gpu()).stop(id);
    await this.#done.get(id);
  }

  async resume(id: string): Promise<void> {
    this.#demandIdle();
    const { state } = this.#asNow(await this.shelf.get(id)).info;
    if (state === "finished" || state === "stopped")
      fail({ code: "invalid-argument", name: "run", reason: "it has ended; begin a new one" });
    this.#drive(id, false);
  }

  async stopAndKeep(id: string): Promise<void> {
    if (this.#active?.id === id) {
      this.#active.isKept = true;
      await (await this.ports.gpu()).stop(id);
    } else {
      this.#demandIdle();
      this.#drive(id, true);
    }
    await this.#done.get(id);
  }

  async remove(id: string): Promise<void> {
    await this.pause(id);
    await this.shelf.remove(id);
    this.ports.announce({ type: "run-removed", run: id });
  }

  #demandIdle(): void {
    if (this.#active)
      fail({ code: "invalid-argument", name: "run", reason: "another run is under way: pause it or stop it first" });
  }

  /** A run that the store calls running, but nobody drives, was cut off. */
  #asNow(run: StoredRun): StoredRun {
    const isCutOff = run.info.state === "running" && this.#active?.id !== run.info.id;
    return isCutOff ? { ...run, info: { ...run.info, state: "interrupted" } } : run;
  }

  #drive(id: string, isKept: boolean): void {
    const active = { id, isKept };
    this.#active = active;
    const driven = this.#compute(id, isKept)
      .then((result) => this.#ended(id, result, active.isKept))
      .catch((error: unknown) => this.#failed(id, error))
      .finally(() => {
        this.#active = null;
      });
    this.#done.set(id, driven);
  }

  async #compute(id: string, isKeptAtOnce: boolean): Promise<TuningResult> {
    const { info, about, checkpoint } = await this.shelf.get(id);
    const { rows, version } = await this.ports.data.rows(info.dataset, info.datasetVersion);
    const gpu = await this.ports.gpu();
    const fingerprint = await gpu.fingerprint(info.model);
    if (version.hash !== info.dataHash || fingerprint !== info.baseFingerprint)
      fail({
        code: "invalid-argument",
        name: "run",
        reason: "its examples or its base model are no longer what they were",
      });
    const bytes = checkpoint && (await this.shelf.store.getBlob(checkpoint.hash));
    await this.shelf.cutPoints(id, checkpoint?.step ?? -1);
    await this.#changed(id, { state: "running", error: null, step: checkpoint?.step ?? 0 });
    const runHash = await sha256(new Blob([JSON.stringify([about.settings, info.dataHash, fingerprint, info.model])]));
    const job: TuningJob = {
      id,
      model: info.model,
      settings: about.settings,
      ...{ train: rows.train, valid: rows.valid, runHash, checkpoint: bytes ?? null },
      isKeptAtOnce,
    };
    const clock = { at: performance.now() };
    let queue: Promise<void> = Promise.resolve(); // events are kept in the order they come
    const result = await gpu.tune(job, (event) => {
      queue = queue.then(() => this.#onEvent(id, event, clock));
    });
    await queue;
    return result;
  }

  async #onEvent(id: string, event: TuningJobEvent, clock: { at: number }): Promise<void> {
    if (event.type === "point") {
      const { point } = event;
      await this.shelf.addPoint(id, point);
      this.ports.announce({ type: "run-point", run: id, point });
      return;
    }
    if (event.type === "sample") {
      await this.shelf.change(id, ({ samples }) => ({ samples: [...samples, event.sample].slice(-50) }));
      this.ports.announce({ type: "run-sample", run: id, sample: event.sample });
      return;
    }
    await this.shelf.putCheckpoint(id, event.step, event.bytes);
    const { info } = await this.shelf.get(id);
    const now = performance.now();
    await this.#changed(id, { ...(await this.#progress(id)), trainedMs: info.trainedMs + now - clock.at });
    clock.at = now;
  }

  /** What the points say of a run. */
  async #progress(id: string): Promise<Partial<RunInfo>> {
    const points = await this.shelf.points(id);
    const last = points.at(-1);
    const validated = points.filter((p) => p.validLoss !== null);
    const best = validated.toSorted((a, b) => a.validLoss! - b.validLoss!).at(0);
    return {
      step: last?.step ?? 0,
      lastLoss: points.findLast((p) => p.loss !== null)?.loss ?? null,
      bestValidLoss: best?.validLoss ?? null,
      bestStep: best?.step ?? null,
    };
  }

  async #ended(id: string, result: TuningResult, isKept: boolean): Promise<void> {
    await this.shelf.flush(id);
    const hasAdapter = result.isFinished || isKept;
    const adapter = hasAdapter ? await this.#keepAdapter(id, result.files) : null;
    const state: RunState = result.isFinished ? "finished" : isKept ? "stopped" : "paused";
    const progress = await this.#progress(id);
    if (!adapter) return this.#changed(id, { ...progress, step: result.step, state });
    const ended = { ...progress, step: result.step, state, adapter: adapter.id };
    const { info } = await this.shelf.end(id, ended); // after the adapter is kept: what ended needs no checkpoint
    this.ports.announce({ type: "run-changed", run: info });
    this.ports.announce({ type: "adapters-changed" });
  }

  async #keepAdapter(id: string, files: readonly ExportedFile[]): Promise<AdapterInfo> {
    const { info, about } = await this.shelf.get(id);
    const { rank, targets } = about.settings.adapter;
    const { model, baseFingerprint, dataHash, name } = info;
    const own = { id: crypto.randomUUID(), name, model, baseFingerprint, rank, targets, run: id, dataHash };
    return this.ports.adapters.add({ ...own, createdAt: Date.now() }, files);
  }

  async #failed(id: string, thrown: unknown): Promise<void> {
    const error = detailOf(thrown);
    await this.shelf.flush(id).catch(() => {}); // storage may be what failed
    await this.#changed(id, { state: error.code === "gpu-lost" ? "interrupted" : "failed", error }).catch(() => {});
  }

  async #changed(id: string, change: Partial<RunInfo>): Promise<void> {
    const { info } = await this.shelf.change(id, (run) => ({ info: { ...run.info, ...change } }));
    this.ports.announce({ type: "run-changed", run: info });
  }
}

/** What a plan depends on. */
const planKey = ({ model, settings }: TuningRequest, dataHash: string): string =>
  JSON.stringify([model, settings, dataHash]);

/** A name as a folder may have it. */
const slug = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "run";
