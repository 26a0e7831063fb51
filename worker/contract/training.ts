// Fine-tuning, adapters and evaluations, as the page and the workers speak of them. Losses are nats a token, memory bytes,
// times milliseconds. Does not know how anything is stored or computed.
import type { SplitCounts } from "./datasets.ts";
import type { AppErrorCode } from "./errors.ts";
import type { AnsweredRow, Comparison, EvaluationReport, ScorerChoice } from "./evaluation.ts";
import type { Message } from "./inference.ts";

/** The linear layers of a block that may have an adapter. */
export type AdapterTarget = "q_proj" | "k_proj" | "v_proj" | "o_proj" | "gate_proj" | "up_proj" | "down_proj";

/** sft: learns the answers of examples. dpo: learns to prefer the chosen answers of pairs to the rejected ones. */
export type TuningMethod = "sft" | "dpo";

/** What a run is; every field has a default (worker/training/fine-tune-config.ts, where they are explained). */
export interface TuningSettings {
  readonly method?: TuningMethod | undefined; // absent: sft
  readonly beta?: number | undefined; // of dpo: how strongly it is held to the base
  readonly adapter: {
    readonly rank: number;
    readonly alpha: number;
    readonly rankStabilized: boolean;
    readonly dropout: number;
    readonly targets: AdapterTarget[];
  };
  readonly training: {
    readonly epochs: number;
    readonly steps?: number | undefined; // instead of epochs
    readonly batch: number; // rows a step
    readonly context: number; // tokens
    readonly learningRate: number;
    readonly warmupSteps: number;
    readonly finalFraction: number;
    readonly weightDecay: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly maxGradNorm: number;
    readonly seed: number;
    readonly logEvery: number;
    readonly validEvery: number;
    readonly checkpointEvery: number;
    readonly patience: number;
    readonly checkpointing: "auto" | "on" | "off";
  };
}

export type PresetId = "quick" | "balanced" | "thorough";
export interface Preset {
  readonly id: PresetId;
  readonly settings: TuningSettings;
}

export interface TuningRequest {
  readonly name: string;
  readonly model: string;
  readonly dataset: string; // id
  readonly version?: number; // of the data set; absent: the current one
  readonly settings: TuningSettings;
}

/** What a run would take, before it starts: planned memory, and time from a few timed steps. */
export interface TuningPlan {
  readonly steps: number;
  readonly trainRows: number;
  readonly validRows: number;
  readonly testRows: number; // never trained on
  readonly skippedRows: number; // nothing of them counts
  readonly longestTokens: number;
  readonly cutRows: number; // longer than the context: they lose their beginning
  readonly trainableParameters: number;
  readonly peakBytes: number; // GPU memory beside the base
  readonly stepMs: number; // measured
  readonly totalMs: number; // estimated from it
}

export type RunState = "running" | "paused" | "finished" | "stopped" | "interrupted" | "failed"; // stopped: kept early
export interface RunPoint {
  readonly step: number;
  readonly loss: number | null;
  readonly validLoss: number | null;
  readonly learningRate: number;
  readonly gradNorm: number | null;
  readonly tokensPerSecond: number;
  readonly pairs?: PairMeasures; // of dpo, where there is a loss
  readonly validPairs?: PairMeasures; // where there is a validation loss
}
/** How pairs of a chosen and a rejected answer are judged. */
export interface PairMeasures {
  readonly margin: number; // mean lead of the chosen answers over the rejected ones beyond what the base gives them, times beta; nats
  readonly accuracy: number; // share of the pairs whose chosen answer leads, 0..1; a tie is half
}
/** An answer to a held-out prompt by what was learned so far. */
export interface RunSample {
  readonly step: number;
  readonly prompt: string;
  readonly expected: string;
  readonly answer: string;
}
export interface RunInfo {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly baseFingerprint: string;
  readonly dataset: string;
  readonly datasetName: string;
  readonly datasetVersion: number;
  readonly dataHash: string;
  readonly state: RunState;
  readonly error: AppErrorCode | null; // why it failed
  readonly step: number;
  readonly steps: number;
  readonly lastLoss: number | null;
  readonly bestValidLoss: number | null;
  readonly bestStep: number | null;
  readonly checkpointStep: number | null; // where it would go on
  readonly createdAt: number;
  readonly trainedMs: number;
  readonly adapter: string | null; // the adapter it made
}
export interface RunDetail extends RunInfo {
  readonly settings: TuningSettings;
  readonly plan: TuningPlan;
  readonly points: readonly RunPoint[];
  readonly samples: readonly RunSample[];
  readonly yaml: string; // run.yaml
  readonly command: string; // the same on the command line
}

export interface AdapterInfo {
  readonly id: string;
  readonly name: string;
  readonly model: string; // the base it was made for
  readonly baseFingerprint: string;
  readonly rank: number;
  readonly targets: readonly AdapterTarget[];
  readonly sizeBytes: number;
  readonly createdAt: number;
  readonly run: string | null; // null: imported
  readonly dataHash: string | null;
  readonly isDefault: boolean; // worn in new chats with its model
  readonly defaultReason: string; // why it was made the default although it is not better
}
export type AdapterFormat = "peft" | "gguf" | "merged" | "merged-gguf"; // merged: the whole model with the adapter added in
export interface ExportedFile {
  readonly name: string;
  readonly bytes: Blob;
}
/** The file read back gives the same tokens. */
export interface ParityCheck {
  readonly prompts: number;
  readonly equalTokens: number;
  readonly tokens: number;
}

export interface EvaluateRequest {
  readonly id: string; // for cancel
  readonly model: string;
  readonly adapter: string | null; // null: the base
  readonly dataset: string;
  readonly version?: number;
  readonly scorer: ScorerChoice;
  readonly maxTokens: number; // of an answer
}
export interface EvaluateProgress {
  readonly done: number; // rows
  readonly total: number;
}
/** One evaluation that was kept. */
export interface EvaluationInfo {
  readonly id: string;
  readonly model: string;
  readonly adapter: string | null;
  readonly dataset: string;
  readonly report: EvaluationReport;
}

export type TuningEvent =
  | { readonly type: "run-changed"; readonly run: RunInfo }
  | { readonly type: "run-point"; readonly run: string; readonly point: RunPoint }
  | { readonly type: "run-sample"; readonly run: string; readonly sample: RunSample }
  | { readonly type: "run-removed"; readonly run: string }
  | { readonly type: "adapters-changed" };

/**
 * Runs, adapters and evaluations, in the text worker; the GPU worker computes. A run saves a checkpoint at least every minute;
 * one that was cut off is `interrupted` when the page comes back, and `resume` goes on from it.
 */
export interface Tuning {
  presets(model: string, method: TuningMethod): Promise<readonly Preset[]>;
  /** Rows of the data set's current version that are preference pairs. */
  pairCounts(dataset: string): Promise<SplitCounts>;
  /** Throws invalid-argument when there is nothing to train on, gpu-out-of-memory when it does not fit. */
  plan(request: TuningRequest): Promise<TuningPlan>;
  start(request: TuningRequest): Promise<RunInfo>;
  pause(run: string): Promise<void>;
  resume(run: string): Promise<void>;
  /** Ends a run now and keeps what it learned (its best, if it was validated). */
  stopAndKeep(run: string): Promise<void>;
  removeRun(run: string): Promise<void>;
  runs(): Promise<RunInfo[]>; // newest first
  run(id: string): Promise<RunDetail>;

  adapters(): Promise<AdapterInfo[]>; // newest first
  renameAdapter(id: string, name: string): Promise<void>;
  removeAdapter(id: string): Promise<void>;
  /** Worn in new chats; null takes the default off. One that is worse than its base, or was never compared, needs a reason. */
  setDefault(model: string, adapter: string | null, reason: string): Promise<void>;
  /** Files of a peft folder. Throws bad-file, with the reason. */
  importAdapter(request: { name: string; model: string; files: readonly ExportedFile[] }): Promise<AdapterInfo>;
  exportAdapter(id: string, format: AdapterFormat): Promise<{ files: readonly ExportedFile[]; parity: ParityCheck }>;

  evaluate(request: EvaluateRequest, onProgress: (progress: EvaluateProgress) => void): Promise<EvaluationInfo>;
  cancelEvaluation(id: string): Promise<void>;
  evaluations(): Promise<EvaluationInfo[]>; // newest first
  compare(baseline: string, candidate: string): Promise<Comparison>; // evaluations of the same rows
  /** A row of a data set as the model will see it: tokens, and which of them count. */
  maskedRow(request: {
    model: string;
    dataset: string;
    row: string;
  }): Promise<readonly { text: string; counts: boolean }[]>;
  subscribe(onEvent: (event: TuningEvent) => void): Promise<void>;
}

/** A row of a data set as the GPU worker needs it. */
export interface TuningRow {
  readonly id: string;
  readonly messages: readonly Message[]; // a single assistant message is plain text, trained whole
  readonly rejected?: string; // an answer that was rejected for the last message
}
export interface TuningJob {
  readonly id: string; // for stop
  readonly model: string;
  readonly settings: TuningSettings;
  readonly train: readonly TuningRow[];
  readonly valid: readonly TuningRow[];
  readonly runHash: string; // a checkpoint belongs to the run that has it
  readonly checkpoint: Blob | null; // where to go on
  readonly isKeptAtOnce?: boolean; // no further step: the adapter as the checkpoint has it
}
export type TuningJobEvent =
  | { readonly type: "point"; readonly point: RunPoint }
  | { readonly type: "checkpoint"; readonly step: number; readonly bytes: Blob }
  | { readonly type: "sample"; readonly sample: RunSample };
export interface TuningResult {
  readonly isFinished: boolean; // false: stopped, to go on later
  readonly step: number;
  readonly validLoss: number | null;
  readonly bestStep: number | null;
  readonly files: readonly ExportedFile[]; // the adapter in peft's form
}
export interface AnswerJob {
  readonly id: string; // for stop
  readonly model: string;
  readonly adapter: string | null;
  readonly rows: readonly TuningRow[];
  readonly maxTokens: number;
}

/** What the GPU worker computes of all this. It keeps nothing. */
export interface GpuTuning {
  plan(job: TuningJob): Promise<Omit<TuningPlan, "testRows">>;
  tune(job: TuningJob, onEvent: (event: TuningJobEvent) => void): Promise<TuningResult>;
  answer(job: AnswerJob, onProgress: (progress: EvaluateProgress) => void): Promise<AnsweredRow[]>;
  /** Ends a job after the current step or row, with what it has. */
  stop(id: string): Promise<void>;
  mask(request: { model: string; row: TuningRow }): Promise<{ text: string; counts: boolean }[]>;
  /** Names a base by what it is. */
  fingerprint(model: string): Promise<string>;
  /** Reads a peft folder for this base. Throws bad-file with the reason. */
  checkAdapter(request: {
    model: string;
    files: readonly ExportedFile[];
  }): Promise<{ rank: number; targets: AdapterTarget[]; baseFingerprint: string | null }>;
  export(request: {
    model: string;
    adapter: string;
    format: AdapterFormat;
  }): Promise<{ files: readonly ExportedFile[]; parity: ParityCheck }>;
}
