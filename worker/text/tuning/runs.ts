// Training runs: started, paused, gone on with, kept. The GPU worker computes; here is what survives the tab. A run is changed by
// one tab at a time, the one that holds its name; the others only look.
import { fail, type RunDetail, type RunInfo } from "../../contract/index.ts";
import type { TuningEvent, TuningPlan, TuningRequest } from "../../contract/index.ts";
import type { Tabs } from "../../storage/tabs.ts";
import { RunDriver, type Driven, type DriverPorts } from "./run-driver.ts";
import type { RunShelf, StoredRun } from "./run-shelf.ts";

export interface RunPorts extends DriverPorts {
  readonly tabs: Tabs;
}

/** What the tab holds that drives a run. */
const nameOf = (run: string): string => `loam-run-${run}`;

export class Runs {
  #active: Driven | null = null;
  #planned: { readonly key: string; readonly plan: TuningPlan } | null = null; // the last one
  readonly #done = new Map<string, Promise<void>>(); // of runs that were driven in this session
  readonly #driver: RunDriver;
  readonly #watched = new Set<string>(); // runs that another tab drives

  constructor(
    readonly shelf: RunShelf,
    readonly ports: RunPorts,
  ) {
    this.#driver = new RunDriver(shelf, ports);
  }

  async list(): Promise<RunInfo[]> {
    const runs = await this.shelf.list();
    return Promise.all(runs.map(async (run) => (await this.#asNow(run)).info));
  }

  async detail(id: string): Promise<RunDetail> {
    if (this.#active?.id !== id) this.shelf.forget(id);
    const { info, about, samples } = await this.#asNow(await this.shelf.get(id));
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
  start(request: TuningRequest): Promise<RunInfo> {
    const id = crypto.randomUUID();
    return this.#begin(id, false, () => this.#make(id, request));
  }

  async #make(id: string, request: TuningRequest): Promise<RunInfo> {
    const { info: dataset, version } = await this.ports.data.rows(request.dataset, request.version);
    const isPlanned = this.#planned?.key === planKey(request, version.hash); // the review timed its steps just now
    const plan = isPlanned ? this.#planned!.plan : await this.plan(request);
    const baseFingerprint = await (await this.ports.gpu()).fingerprint(request.model);
    const info: RunInfo = {
      id,
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
    return info;
  }

  async pause(id: string): Promise<void> {
    if (this.#active?.id !== id) return this.#demandHere(id);
    await (await this.ports.gpu()).stop(id);
    await this.#done.get(id);
  }

  async resume(id: string): Promise<void> {
    await this.#begin(id, false, () => this.#demandOpen(id));
  }

  async stopAndKeep(id: string): Promise<void> {
    if (this.#active?.id === id) {
      this.#active.isKept = true;
      await (await this.ports.gpu()).stop(id);
    } else await this.#begin(id, true, () => this.#demandOpen(id));
    await this.#done.get(id);
  }

  async remove(id: string): Promise<void> {
    await this.pause(id);
    const release = await this.#take(id);
    await this.shelf.remove(id).finally(release);
    this.ports.announce({ type: "run-removed", run: id });
  }

  async #demandOpen(id: string): Promise<void> {
    const { state } = (await this.shelf.get(id)).info;
    if (state === "finished" || state === "stopped")
      fail({ code: "invalid-argument", name: "run", reason: "it has ended; begin a new one" });
  }

  /** Throws run-elsewhere while another tab drives the run. */
  async #demandHere(id: string): Promise<void> {
    if (await this.ports.tabs.isTaken(nameOf(id))) fail(elsewhere((await this.shelf.get(id)).info));
  }

  /** Takes a run for this tab. Throws run-elsewhere while another has it. */
  async #take(id: string): Promise<() => void> {
    const release = await this.ports.tabs.take(nameOf(id));
    return release ?? fail(elsewhere((await this.shelf.get(id)).info));
  }

  /** A run that the store calls running, but nobody drives, was cut off; one that another tab drives says so. */
  async #asNow(run: StoredRun): Promise<StoredRun> {
    const { id, state } = run.info;
    if (state !== "running" || this.#active?.id === id) return run;
    if (!(await this.ports.tabs.isTaken(nameOf(id)))) return { ...run, info: { ...run.info, state: "interrupted" } };
    void this.#watch(id);
    return { ...run, info: inOtherTab(run.info) };
  }

  /** What another tab announces, as this one shows it. */
  heard(event: TuningEvent): TuningEvent {
    if (event.type !== "run-changed" || event.run.state !== "running") return event;
    void this.#watch(event.run.id);
    return { ...event, run: inOtherTab(event.run) };
  }

  /** Announces what has become of a run that another tab drives, once that tab lets go of it or is gone. */
  async #watch(id: string): Promise<void> {
    if (this.#watched.has(id)) return;
    this.#watched.add(id);
    await this.ports.tabs.freed(nameOf(id));
    this.#watched.delete(id);
    const run = await this.shelf.get(id).catch(() => null); // removed
    if (run) this.ports.announce({ type: "run-changed", run: (await this.#asNow(run)).info });
  }

  /**
   * Takes a run for this tab, readies it, and drives it on. Throws invalid-argument while another run is under way here,
   * run-elsewhere while this one is in another tab.
   */
  async #begin<T>(id: string, isKept: boolean, ready: () => Promise<T>): Promise<T> {
    if (this.#active)
      fail({ code: "invalid-argument", name: "run", reason: "another run is under way: pause it or stop it first" });
    const active: Driven = (this.#active = { id, isKept });
    let release: (() => void) | undefined;
    const end = () => {
      this.#active = null;
      release?.();
    };
    try {
      release = await this.#take(id);
      const readied = await ready();
      this.#done.set(id, this.#driver.drive(active).finally(end));
      return readied;
    } catch (cause) {
      end();
      throw cause;
    }
  }
}

const elsewhere = ({ name }: RunInfo) => ({ code: "run-elsewhere", run: name }) as const;

/** A run under way in another tab, as this one shows it. */
const inOtherTab = (info: RunInfo): RunInfo => ({ ...info, error: elsewhere(info) });

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
