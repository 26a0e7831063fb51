// Models, generation and grounded answers, as the page and the command line see them.
import type { FoundPassage } from "./documents.ts";
import type { KeptFile } from "./downloads.ts";
import type { GpuTuning } from "./training.ts";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** The architectures that Loam runs, as config.json names them. */
export const DECODERS = ["LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"] as const;
export const ENCODERS = [
  ...(["BertModel", "BertForMaskedLM", "RobertaModel", "RobertaForMaskedLM"] as const),
  ...(["XLMRobertaModel", "XLMRobertaForMaskedLM"] as const),
] as const;

/** How the next token is chosen. temperature 0 is greedy; the rest then does not matter. */
export interface Sampling {
  readonly temperature: number; // 0..2
  readonly topK: number; // 0 = off
  readonly topP: number; // (0, 1]; 1 = off
  readonly minP: number; // [0, 1); 0 = off
  readonly repetitionPenalty: number; // ≥ 1; 1 = off
  readonly seed: number; // u32
}
export const greedy: Sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 };

/** How a model's matrices lie on the GPU: as stored, or in blocks of 32 of 8 or 4 bits each, quantised on load. */
export type WeightPrecision = "stored" | "q8" | "q4";

/** How a model that was trained on the form of our grounded prompts answers from passages: it reads each alone. */
export interface Grounding {
  readonly refusalOdds: number; // log odds of refusing, from which on it refuses; of the passage where it refuses least
}

/** Engines of others, for models that Loam's own does not run: ONNX files, and models that MLC compiled. They neither learn nor wear adapters. */
export type ForeignEngine = "transformers" | "webllm";
export const ENGINE_NAMES = { transformers: "Transformers.js", webllm: "WebLLM" } as const;

export interface ModelInfo {
  readonly id: string; // folder or default name, e.g. "loam-chat"
  readonly name: string;
  readonly kind: "decoder" | "encoder" | "static-embedding"; // the last two embed
  readonly architecture: string; // config.json's, e.g. "LlamaForCausalLM"
  readonly parameterCount: number; // 0: not known
  readonly maxTokenCount: number; // context length
  readonly sizeBytes: number; // on disk
  readonly gpuBytes: number; // weights and session on the GPU, as planned; 0 until loaded
  readonly licence: string;
  readonly precision?: WeightPrecision; // of a decoder; absent: as stored
  readonly engine?: ForeignEngine; // that runs it; absent: Loam's own
  readonly isOnProcessor?: boolean; // of another engine, once loaded: it runs on the CPU here
  readonly isWithoutLibrary?: boolean; // of WebLLM: the compiled model library is not in its folder
  readonly isDefault: boolean; // came with the app
  readonly grounding?: Grounding; // absent: not trained on grounded prompts of ours
  readonly isLoaded: boolean;
  readonly card: string; // the model card, Markdown; "" when there is none
}

export interface LoadProgress {
  readonly type: "bytes-read";
  readonly done: number; // bytes
  readonly total: number; // bytes
}

export interface GenerateRequest {
  readonly id: string; // for cancel
  readonly model: string;
  readonly messages?: readonly Message[]; // rendered by the model's chat template
  readonly prompt?: string; // or raw text
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly adapters?: readonly AdapterChoice[]; // worn for this answer
}
export interface ReplyOddsRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly reply: string;
  readonly adapters?: readonly AdapterChoice[];
}
/** An adapter and how strongly it is worn: 1 as trained. */
export interface AdapterChoice {
  readonly id: string;
  readonly strength: number; // 0..2
}
export type GenerateEvent =
  | { readonly type: "prompt-read"; readonly done: number; readonly total: number } // tokens
  | { readonly type: "text-generated"; readonly text: string; readonly tokenCount: number }; // the whole text so far

export interface Timings {
  readonly promptTokens: number;
  readonly reusedTokens?: number; // of them, read already for an earlier answer; absent in answers that are kept from before
  readonly generatedTokens: number;
  readonly steps?: number; // of decoding; fewer than tokens where some were guessed; absent in answers that are kept from before
  readonly firstTokenMs: number; // from the request to the first token
  readonly totalMs: number;
  readonly tokensPerSecond: number; // of decoding
}
export type FinishReason = "stop" | "length" | "cancelled";
export interface GenerateResult {
  readonly text: string;
  readonly ids: readonly number[]; // generated tokens, without the end token
  readonly finishReason: FinishReason;
  readonly timings: Timings;
  readonly contextTokens: number; // used of the model's maxTokenCount
}

/** A claim of the answer, tied to its place. `not-found`: the quotation could not be located in the source. */
export interface Citation {
  readonly marker: number; // the n of [n]
  readonly documentId: string;
  readonly document: string; // its name
  readonly start: number;
  readonly end: number;
  readonly quote: string; // the document's text from start to end
  readonly status: "located" | "not-found";
}

export interface AskRequest {
  readonly id: string; // for cancel
  readonly question: string;
  readonly model: string;
  readonly documentIds?: readonly string[]; // absent: all ready documents; []: none, plain chat
  readonly history: readonly Message[]; // earlier turns, oldest first
  readonly passageCount?: number; // passages to find; absent: the worker's choice
  readonly adapters?: readonly AdapterChoice[]; // worn for this answer
  readonly sampling: Sampling;
  readonly maxTokens: number;
}
export type AskEvent =
  | { readonly type: "passages-found"; readonly passages: readonly FoundPassage[] }
  | { readonly type: "passages-read"; readonly done: number; readonly total: number } // alone, before an answer from one of them
  | GenerateEvent;

export interface AskResult {
  readonly answer: string;
  readonly found: boolean; // false: the documents do not say
  readonly citations: readonly Citation[];
  readonly passages: readonly FoundPassage[]; // the nearest, best first, as numbered in the prompt
  readonly usedCount: number; // how many of them the model saw: the first `usedCount`
  readonly prompt: string; // exactly what the model saw; where it read alone, one prompt after the other
  readonly readsAlone?: true; // it read each of the `usedCount` passages alone, and answered from one
  // The prompt with all of those passages, as an example to learn from has it; also where the model was not asked.
  readonly messages: readonly Message[];
  readonly finishReason: FinishReason;
  readonly timings: Timings;
  readonly contextTokens: number;
}

/** What a text that is embedded is: some models put different words before the two. */
export type TextRole = "query" | "document";

/** What `GPUAdapterInfo` says, and what the engine may use. */
export interface GpuStatus {
  readonly state: "ready" | "unavailable" | "lost";
  readonly reason: string; // why not ready; "" when ready
  readonly adapter: string; // e.g. "Apple M2", "SwiftShader"
  readonly isSoftware: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly allocatedBytes: number;
}
/** What a few seconds' trial of the device found. */
export interface DeviceTrial {
  readonly memoryBytes: number; // that WebGPU gave
  readonly isAtLeast: boolean; // the trial stopped there by itself
  readonly bytesPerSecond: number; // of weights read in decoding
}
export type GpuEvent =
  | { readonly type: "status-changed"; readonly status: GpuStatus }
  | { readonly type: "model-changed"; readonly model: ModelInfo }
  | { readonly type: "model-removed"; readonly model: string };

/** How the vectors of an index are kept. */
export interface VectorFacts {
  readonly count: number;
  readonly dimensions: number;
  readonly storedAs: "f32" | "int8"; // on the GPU; int8 has one scale a vector and a quarter of the bytes
  readonly isRescored: boolean; // candidates are found by the stored vectors and ranked by the exact ones on the CPU
  readonly slabCount: number; // buffers that the vectors are cut into
  readonly gpuBytes: number;
}

/** THE worker that owns the GPUDevice. */
export interface GpuApi {
  status(): Promise<GpuStatus>;
  /** The remembered trial of this adapter; null when there was none. Says so after a new one when `isNew`. Takes seconds then. */
  trial(request: { isNew: boolean }): Promise<DeviceTrial | null>;
  models(): Promise<ModelInfo[]>;
  load(request: { model: string }, onEvent: (event: LoadProgress) => void): Promise<ModelInfo>;
  unload(request: { model: string }): Promise<void>;
  /** Chooses a decoder's precision from its next load on; one that is loaded is unloaded. Throws invalid-argument while training uses it. */
  setPrecision(request: { model: string; precision: WeightPrecision }): Promise<ModelInfo>;
  /** Adds a model from files the user picked (config.json, tokenizer.json, *.safetensors). */
  addModel(request: { name: string; files: readonly { name: string; bytes: Blob }[] }): Promise<ModelInfo>;
  /** Makes a model of files whose bytes are in storage already, as a download leaves them. Throws bad-file, model-unsupported. */
  adoptModel(request: { id: string; files: readonly KeptFile[] }): Promise<ModelInfo>;
  removeModel(request: { model: string }): Promise<void>;
  generate(request: GenerateRequest, onEvent: (event: GenerateEvent) => void): Promise<GenerateResult>;
  /** Log odds that the reply begins as `reply` does, its first token against the most probable other one. */
  replyOdds(request: ReplyOddsRequest): Promise<number>;
  cancel(id: string): Promise<void>;
  /** (texts, dimensions) row-major, unit vectors. */
  embed(request: {
    model: string;
    texts: readonly string[];
    role?: TextRole; // absent: documents
  }): Promise<{ vectors: Float32Array; dimensions: number }>;
  /**
   * Top-k of inner products over `vectors` held on the GPU under `index`: exact; above 64 MiB the candidates are found by int8
   * and scored exactly, see `vectorFacts`.
   */
  setVectors(request: { index: string; vectors: Float32Array; dimensions: number }): Promise<void>;
  topK(request: {
    index: string;
    query: Float32Array;
    k: number;
    mask?: Uint32Array; // one bit a row, 1 = may be found
  }): Promise<{ rows: Uint32Array; scores: Float32Array }>;
  /** How the vectors under `index` are kept on this device. Throws not-found. */
  vectorFacts(request: { index: string }): Promise<VectorFacts>;
  countTokens(request: { model: string; texts: readonly string[] }): Promise<number[]>;
  readonly tuning: GpuTuning;
  subscribe(onEvent: (event: GpuEvent) => void): Promise<void>;
}
