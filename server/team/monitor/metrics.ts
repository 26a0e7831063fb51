// The numbers of this process for Prometheus. Names and buckets: OpenTelemetry, "Semantic conventions for generative AI metrics"
// (gen_ai.server.*), as Prometheus writes them; what is Loam's own begins with loam_. Labels come from served models and fixed
// lists, never from what a client says.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type OpenMetricsContentType } from "prom-client";
import type { NewRequest } from "../schema/index.ts";

export const CONTENT_TYPE = Registry.OPENMETRICS_CONTENT_TYPE;

/** What is asked for when somebody reads the metrics. */
export interface Gauged {
  jobsByState(): Promise<ReadonlyMap<string, number>>;
  storageBytes(): Promise<number>;
  dropped(): number;
}

const DURATIONS_S = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const FIRST_TOKEN_S = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const PER_TOKEN_S = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];

const asked = ["gen_ai_operation_name", "gen_ai_request_model"] as const;
type Asked = (typeof asked)[number];

type OpenMetrics = Registry<OpenMetricsContentType>;
function openMetrics(): OpenMetrics {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

// Gauges whose names end as those of counters and infos do; strict readers refuse them.
const ILL_NAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total", "nodejs_version_info"]; // prettier-ignore

let ofProcess: OpenMetrics | undefined; // one a process, however many teams it has open
function processRegistry(): OpenMetrics {
  if (ofProcess) return ofProcess;
  ofProcess = openMetrics();
  collectDefaultMetrics({ register: ofProcess });
  for (const name of ILL_NAMED) ofProcess.removeSingleMetric(name);
  return ofProcess;
}

export class Metrics {
  readonly #registry = openMetrics();
  readonly #duration: Histogram<Asked | "http_response_status_code" | "error_type">;
  readonly #firstToken: Histogram<Asked>;
  readonly #perToken: Histogram<Asked>;
  readonly #tokens: Counter<Asked | "gen_ai_token_type">;

  constructor(gauged: Gauged) {
    const registers = [this.#registry];
    this.#duration = new Histogram({
      name: "gen_ai_server_request_duration_seconds",
      help: "Requests of /v1, until their last byte was sent",
      labelNames: [...asked, "http_response_status_code", "error_type"],
      buckets: DURATIONS_S,
      registers,
    });
    this.#firstToken = histogram("gen_ai_server_time_to_first_token_seconds", "From a request to the first text of its answer", FIRST_TOKEN_S, registers); // prettier-ignore
    this.#perToken = histogram("gen_ai_server_time_per_output_token_seconds", "A token of an answer after the first", PER_TOKEN_S, registers); // prettier-ignore
    this.#tokens = new Counter({
      name: "loam_gen_ai_tokens",
      help: "Tokens read (input) and generated (output)",
      labelNames: [...asked, "gen_ai_token_type"],
      registers,
    });
    gauge("loam_jobs", "Jobs of the team by state", ["state"], registers, async (set) => {
      for (const [state, count] of await gauged.jobsByState()) set({ state }, count);
    });
    gauge("loam_blob_storage_bytes", "Bytes of the team's files", [], registers, async (set) =>
      set({}, await gauged.storageBytes()),
    );
    gauge("loam_requests_not_recorded", "Requests that the table of requests has not, as it was not written fast enough", [], registers, async (set) => set({}, gauged.dropped())); // prettier-ignore
  }

  observe(request: NewRequest): void {
    const { operation, model, adapter, status, error } = request;
    const labels = {
      gen_ai_operation_name: operation,
      gen_ai_request_model: model === null ? "" : adapter === null ? model : `${model}:${adapter}`,
    };
    const more = { http_response_status_code: String(status), error_type: error ?? "" };
    this.#duration.observe({ ...labels, ...more }, request.totalMs / 1000);
    if (request.firstTokenMs !== null) this.#firstToken.observe(labels, request.firstTokenMs / 1000);
    if (request.perTokenMs !== null) this.#perToken.observe(labels, request.perTokenMs / 1000);
    if (model === null) return;
    this.#tokens.inc({ ...labels, gen_ai_token_type: "input" }, request.promptTokens);
    this.#tokens.inc({ ...labels, gen_ai_token_type: "output" }, request.generatedTokens);
  }

  /** All of it as OpenMetrics text. */
  async text(): Promise<string> {
    const parts = await Promise.all([this.#registry.metrics(), processRegistry().metrics()]);
    return parts[0].replace(/# EOF\n$/, "") + parts[1];
  }
}

const histogram = (name: string, help: string, buckets: number[], registers: OpenMetrics[]) =>
  new Histogram({ name, help, labelNames: asked, buckets, registers });

type Setter = (labels: Readonly<Record<string, string>>, value: number) => void;

const gauge = (
  name: string,
  help: string,
  labelNames: string[],
  registers: OpenMetrics[],
  read: (set: Setter) => Promise<void>,
) =>
  new Gauge({
    ...{ name, help, labelNames, registers },
    async collect() {
      this.reset();
      await read((labels, value) => this.set(labels, value));
    },
  });
