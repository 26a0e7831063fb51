// Which embedding model search by meaning goes by, as the page sees it. Lives in the text worker.
import type { AppErrorCode } from "./errors.ts";

export interface SearchModelStatus {
  readonly chosen: string; // the embedding model that search is to go by
  readonly inUse: string; // the one that it goes by now: another one than the chosen until the vectors of that are complete
  readonly state: "ready" | "indexing" | "paused" | "failed"; // of the vectors of the chosen one
  readonly done: number; // passages whose vectors by the chosen one are there
  readonly total: number; // passages of all documents
  readonly lost: string | null; // a model that was chosen and is no longer here; until `dismiss`
  readonly error: AppErrorCode | null; // why the state is `failed`
}

/** Queries and documents are always compared by vectors of one model. */
export interface SearchModelApi {
  status(): Promise<SearchModelStatus>;
  /** Chooses another: its vectors are computed behind, and search goes by the old ones until they are complete. */
  choose(model: string): Promise<void>;
  pause(): Promise<void>;
  /** Goes on with what was paused or has failed; what is done is kept. */
  resume(): Promise<void>;
  /** Stays with the model in use, and deletes what was computed of the other. */
  cancel(): Promise<void>;
  /** Forgets that a model was lost. */
  dismiss(): Promise<void>;
  subscribe(onStatus: (status: SearchModelStatus) => void): Promise<void>;
}
