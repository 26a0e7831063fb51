// One run driven to its end or its pause: the GPU worker computes, and what comes of it is kept as it comes: points, answers,
// checkpoints, at last the adapter. Does not know who may drive it.
import { detailOf, fail } from "../../contract/index.ts";
import type { AdapterInfo, ExportedFile, GpuTuning, RunInfo, RunState, TuningEvent } from "../../contract/index.ts";
import type { TuningJob, TuningJobEvent, TuningResult } from "../../contract/index.ts";
import type { AdapterCatalog } from "../../models/adapters.ts";
import { sha256 } from "../../storage/store.ts";
import type { TuningData } from "./data.ts";
import type { RunShelf } from "./run-shelf.ts";

export interface DriverPorts {
  readonly gpu: () => Promise<Pick<GpuTuning, "plan" | "tune" | "stop" | "fingerprint">>;
  readonly data: TuningData;
  readonly adapters: AdapterCatalog;
  readonly announce: (event: TuningEvent) => void;
}
/** The run that this tab drives. */
export interface Driven {
  readonly id: string;
  isKept: boolean;
}

export class RunDriver {
  constructor(
    readonly shelf: RunShelf,
    readonly ports: DriverPorts,
  ) {}

  /** Never rejects: what failed is kept with the run. */
  async drive(active: Driven): Promise<void> {
    const { id } = active;
    try {
      await this.#ended(id, await this.#compute(id, active.isKept), active.isKept);
    } catch (error) {
      await this.#failed(id, error);
    }
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
    this.shelf.forget(id);
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
