// Runs, adapters and evaluations as the page knows them: every call of the contract. The work is in the modules beside it and in
// the GPU worker.
import { fail } from "../../contract/index.ts";
import type {
  AdapterFormat,
  AdapterInfo,
  EvaluateProgress,
  EvaluateRequest,
  EvaluationInfo,
  ExportedFile,
  GpuTuning,
  ModelInfo,
  Preset,
  RunDetail,
  RunInfo,
  SplitCounts,
  Tuning,
  TuningEvent,
  TuningMethod,
  TuningPlan,
  TuningRequest,
} from "../../contract/index.ts";
import { compare, report } from "../../evaluation/report.ts";
import { mayBecomeDefault } from "../../evaluation/verdict.ts";
import { AdapterCatalog } from "../../models/adapters.ts";
import type { Store } from "../../storage/store.ts";
import { alone, type Tabs } from "../../storage/tabs.ts";
import { TuningData, type DatasetPort } from "./data.ts";
import { presetsFor } from "./presets.ts";
import { RunShelf } from "./run-shelf.ts";
import { Runs } from "./runs.ts";

const topic = "tuning";

export interface TuningPorts {
  readonly gpu: () => Promise<GpuTuning>;
  readonly model: (id: string) => Promise<ModelInfo>;
  readonly datasets: DatasetPort;
}

export class TuningService implements Tuning {
  readonly #store: Store;
  readonly #ports: TuningPorts;
  readonly #adapters: AdapterCatalog;
  readonly #data: TuningData;
  readonly #runs: Runs;
  readonly #tell: (event: TuningEvent) => void; // here and to the other tabs
  readonly #listeners = new Set<(event: TuningEvent) => void>();

  constructor(store: Store, ports: TuningPorts, tabs: Tabs = alone()) {
    this.#store = store;
    this.#ports = ports;
    this.#adapters = new AdapterCatalog(store);
    this.#data = new TuningData(ports.datasets);
    const announce = (event: TuningEvent) => {
      this.#announce(event);
      tabs.tell(topic, event);
    };
    this.#tell = announce;
    tabs.hear(topic, (event) => this.#announce(this.#runs.heard(event as TuningEvent)));
    this.#runs = new Runs(new RunShelf(store), {
      gpu: ports.gpu,
      data: this.#data,
      adapters: this.#adapters,
      tabs,
      announce,
    });
  }

  async presets(model: string, method: TuningMethod): Promise<readonly Preset[]> {
    return presetsFor(await this.#ports.model(model), method);
  }
  pairCounts(dataset: string): Promise<SplitCounts> {
    return this.#data.pairCounts(dataset);
  }
  plan(request: TuningRequest): Promise<TuningPlan> {
    return this.#runs.plan(request);
  }
  start(request: TuningRequest): Promise<RunInfo> {
    return this.#runs.start(request);
  }
  pause(run: string): Promise<void> {
    return this.#runs.pause(run);
  }
  resume(run: string): Promise<void> {
    return this.#runs.resume(run);
  }
  stopAndKeep(run: string): Promise<void> {
    return this.#runs.stopAndKeep(run);
  }
  removeRun(run: string): Promise<void> {
    return this.#runs.remove(run);
  }
  runs(): Promise<RunInfo[]> {
    return this.#runs.list();
  }
  run(id: string): Promise<RunDetail> {
    return this.#runs.detail(id);
  }

  /** Says that adapters and these runs have come from a backup. */
  async broughtBack(runs: readonly string[]): Promise<void> {
    for (const run of await this.#runs.list()) if (runs.includes(run.id)) this.#tell({ type: "run-changed", run });
    this.#tell({ type: "adapters-changed" });
  }

  adapters(): Promise<AdapterInfo[]> {
    return this.#adapters.list();
  }
  async renameAdapter(id: string, name: string): Promise<void> {
    await this.#adapters.rename(id, name);
    this.#tell({ type: "adapters-changed" });
  }
  async removeAdapter(id: string): Promise<void> {
    await this.#adapters.remove(id);
    this.#tell({ type: "adapters-changed" });
  }

  async setDefault(model: string, adapter: string | null, reason: string): Promise<void> {
    if (adapter !== null) {
      const judged = await this.#latestVerdict(model, adapter);
      if (judged) mayBecomeDefault(judged, reason);
      else if (reason.trim() === "")
        fail({
          code: "invalid-argument",
          name: "reason",
          reason: "it was never compared with the base: compare it first, or write down why to use it all the same",
        });
    }
    await this.#adapters.setDefault(model, adapter, reason);
    this.#tell({ type: "adapters-changed" });
  }

  async importAdapter(request: { name: string; model: string; files: readonly ExportedFile[] }): Promise<AdapterInfo> {
    const gpu = await this.#ports.gpu();
    const { rank, targets } = await gpu.checkAdapter(request);
    const baseFingerprint = await gpu.fingerprint(request.model);
    const about = { id: crypto.randomUUID(), name: request.name, model: request.model, baseFingerprint, rank, targets };
    const kept = request.files.filter(({ name }) => /^adapter_(config\.json|model\.safetensors)$/.test(name));
    const info = await this.#adapters.add({ ...about, createdAt: Date.now(), run: null, dataHash: null }, kept);
    this.#tell({ type: "adapters-changed" });
    return info;
  }

  async exportAdapter(id: string, format: AdapterFormat) {
    const { model } = await this.#adapters.info(id);
    return (await this.#ports.gpu()).export({ model, adapter: id, format });
  }

  /** Answers the locked test rows and keeps the report. Throws invalid-argument when there are none, or when it was cancelled. */
  async evaluate(request: EvaluateRequest, onProgress: (progress: EvaluateProgress) => void): Promise<EvaluationInfo> {
    const { id, model, adapter, dataset, scorer, maxTokens } = request;
    const { rows, version } = await this.#data.rows(dataset, request.version);
    if (rows.test.length === 0)
      fail({
        code: "invalid-argument",
        name: "test rows",
        reason: "this data set has none; add examples or move some",
      });
    const job = { id, model, adapter, rows: rows.test, maxTokens };
    const answered = await (await this.#ports.gpu()).answer(job, onProgress);
    if (answered.length < rows.test.length)
      fail({ code: "invalid-argument", name: "evaluation", reason: "it was stopped before the last row" });
    const name = adapter === null ? model : (await this.#adapters.info(adapter)).name;
    const made = report({ version: name, dataHash: version.hash, scorer, rows: answered, createdAt: Date.now() });
    const info: EvaluationInfo = { id: crypto.randomUUID(), model, adapter, dataset, report: made };
    await this.#store.put("evaluations", info.id, info);
    return info;
  }

  async cancelEvaluation(id: string): Promise<void> {
    await (await this.#ports.gpu()).stop(id);
  }

  async evaluations(): Promise<EvaluationInfo[]> {
    const all = (await this.#store.list<EvaluationInfo>("evaluations")).map(({ value }) => value);
    return all.sort((a, b) => b.report.createdAt - a.report.createdAt);
  }

  async compare(baseline: string, candidate: string) {
    const all = await this.evaluations();
    const of = (id: string) => all.find((e) => e.id === id) ?? fail({ code: "not-found", what: "evaluation", id });
    return compare(of(baseline).report, of(candidate).report);
  }

  async maskedRow({ model, dataset, row: id }: { model: string; dataset: string; row: string }) {
    const row = (await this.#data.row(dataset, id)) ?? fail({ code: "not-found", what: "row", id });
    return (await this.#ports.gpu()).mask({ model, row });
  }

  async subscribe(onEvent: (event: TuningEvent) => void): Promise<void> {
    this.#listeners.add(onEvent);
  }

  /** The verdict of the newest comparison of an adapter with its base over the same rows; null when there is none. */
  async #latestVerdict(model: string, adapter: string) {
    const all = (await this.evaluations()).filter((e) => e.model === model);
    for (const own of all.filter((e) => e.adapter === adapter)) {
      const base = all.find((e) => e.adapter === null && isComparable(e, own));
      if (base) return compare(base.report, own.report).verdict;
    }
    return null;
  }

  #announce(event: TuningEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

const isComparable = (a: EvaluationInfo, b: EvaluationInfo): boolean =>
  a.report.dataHash === b.report.dataHash && JSON.stringify(a.report.scorer) === JSON.stringify(b.report.scorer);
