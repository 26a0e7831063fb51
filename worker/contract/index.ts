// The shared vocabulary. Imports nothing of ours; others write `from "../contract/index.ts"`.
export * from "./errors.ts";
export * from "./documents.ts";
export * from "./search-model.ts";
export * from "./inference.ts";
export * from "./chats.ts";
export * from "./datasets.ts";
export * from "./sharing.ts";
export * from "./downloads.ts";
export * from "./evaluation.ts";
export * from "./training.ts";
export * from "./requests.ts";

import type { AskApi, ChatsApi, StorageApi } from "./chats.ts";
import type { Datasets } from "./datasets.ts";
import type { LibraryApi } from "./documents.ts";
import type { Sharing } from "./sharing.ts";
import type { SearchModelApi } from "./search-model.ts";
import type { Downloads } from "./downloads.ts";
import type { Tuning } from "./training.ts";

/** The CPU worker: one object of small APIs. Comlink proxies nested objects. */
export interface TextApi {
  /** Hands over the port to the GPU worker; called once, before anything else. */
  connect(gpu: MessagePort): Promise<void>;
  readonly library: LibraryApi;
  readonly searchModel: SearchModelApi;
  readonly chats: ChatsApi;
  readonly storage: StorageApi;
  readonly answers: AskApi;
  readonly datasets: Datasets;
  readonly sharing: Sharing;
  readonly tuning: Tuning;
  readonly downloads: Downloads;
}
