// Models that come over the network: what a hub offers, and downloads that survive a cut. Bytes and ms throughout.
import type { AppErrorCode } from "./errors.ts";
import type { ForeignEngine } from "./inference.ts";

/** A model as a hub lists it. */
export interface HubModel {
  readonly repo: string; // "owner/name"
  readonly downloadCount: number;
  readonly likeCount: number;
  readonly updatedAt: number;
  readonly isGated: boolean; // an account and a consent are needed; Loam asks for neither
}

/** One file of a repository at one commit. At least one of the hashes is known. */
export interface HubFile {
  readonly path: string; // "model.safetensors", "1_Pooling/config.json"
  readonly sizeBytes: number;
  readonly sha256: string | null; // of the bytes, in hex; known for large files
  readonly gitHash: string | null; // SHA-1 of git's blob, in hex; known for small files
}

/** A file as storage keeps it: bytes as one blob, or as several in order when they came in parts. */
export interface KeptFile {
  readonly name: string;
  readonly bytes?: number;
  readonly hash?: string; // the blob it is, or
  readonly parts?: readonly (string | null)[]; // the blobs it is made of; null for one that has not come yet
}

/** A set of files that makes one model: the safetensors, one GGUF file, one ONNX file with its weights, or what MLC compiled. */
export interface HubVariant {
  readonly label: string; // "safetensors", "model-q4_k.gguf", "onnx/model_q4.onnx", "MLC"
  readonly engine?: ForeignEngine; // that runs it; absent: Loam's own
  readonly files: readonly HubFile[];
  readonly sizeBytes: number;
}

/** A repository at one commit, before anything of it is downloaded. */
export interface HubRepo {
  readonly hub: string; // base URL without a slash at the end
  readonly repo: string;
  readonly commit: string;
  readonly licence: string; // "" when it says none
  readonly languages: readonly string[];
  readonly config: unknown; // its config.json, null when it has none
  readonly variants: readonly HubVariant[];
}

/** `waiting`: for the network to come back; `elsewhere`: another tab is at it. */
export type DownloadState = "running" | "waiting" | "paused" | "checking" | "failed" | "elsewhere";

/** A model on its way. It is gone from the list once the model is there. */
export interface Download {
  readonly id: string; // the name the model will have
  readonly hub: string;
  readonly repo: string;
  readonly state: DownloadState;
  readonly doneBytes: number; // kept and checked, or, while checking, read again
  readonly totalBytes: number;
  readonly bytesPerSecond: number; // lately; 0 unless running
  readonly error: AppErrorCode | null;
}

export interface DownloadEvent {
  readonly downloads: readonly Download[];
  readonly arrived: string | null; // the model that has just become usable
}

/** Downloads of models. Nothing starts by itself; what was started goes on after a reload only when asked to. */
export interface Downloads {
  /** Models of a hub whose name fits, most downloaded first. Throws network, hub-refused. */
  search(options: { hub: string; query: string; limit?: number }): Promise<HubModel[]>;
  /** What a repository holds. `repo` may be an address copied from the hub. Throws network, hub-refused, invalid-argument. */
  describe(options: { hub: string; repo: string; revision?: string }): Promise<HubRepo>;
  list(): Promise<Download[]>;
  /** Starts one; the same model twice is the same download. Throws storage-full when it would not fit. */
  start(options: { from: HubRepo; variant: string }): Promise<void>;
  pause(options: { id: string }): Promise<void>;
  resume(options: { id: string }): Promise<void>;
  /** Ends it and frees what it kept. */
  remove(options: { id: string }): Promise<void>;
  subscribe(listener: (event: DownloadEvent) => void): Promise<void>;
}
