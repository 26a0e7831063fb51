// A collection of documents in a folder: the page's library over the file store, with vectors by the default embedder where
// there is a GPU and the model. Without them, search is by words alone, and says so.
import { loadEmbedder } from "../worker/embedding/load.ts";
import { GpuIndex } from "../worker/search/gpu-index.ts";
import type { VectorPort } from "../worker/search/vectors.ts";
import type { Runtime } from "../worker/engine/runtime.ts";
import { LibraryIndex } from "../worker/text/library-index.ts";
import { Library } from "../worker/text/library.ts";
import { readHeaders, type ModelFolder } from "../worker/models/folder.ts";
import { fingerprintOf } from "../worker/models/peft.ts";
import { hasModel, openFolder } from "./folder.ts";
import { openFileStore } from "./store.ts";

export const DEFAULT_EMBEDDER = "loam-embed";

export interface OpenCollection {
  readonly library: Library;
  readonly index: LibraryIndex;
  readonly isHybrid: boolean; // false: by words alone
}

/**
 * Opens the collection in `folder` and waits until every document in it is read and has its vectors, by the default embedder or
 * the one in `embedder`. Vectors of another model are computed anew.
 */
export async function openCollection(
  folder: string,
  runtime: Runtime | null,
  embedder?: ModelFolder,
): Promise<OpenCollection> {
  const port = runtime ? await vectorPort(runtime, embedder) : undefined;
  const store = await openFileStore(folder);
  const index = new LibraryIndex(store, () => (port ? [port] : []));
  const library = new Library(store, index, () => Promise.resolve([]));
  await settled({ library, index });
  return { library, index, isHybrid: port !== undefined };
}

/** Waits until every document is read or has failed, and the vectors are there. */
export async function settled({ library, index }: Pick<OpenCollection, "library" | "index">): Promise<void> {
  await library.settled();
  await index.complete();
}

/** An embedder on this device: the default one unless another is given; undefined when that one is not there. */
export async function vectorPort(runtime: Runtime, folder?: ModelFolder): Promise<VectorPort | undefined> {
  if (!folder && !hasModel(DEFAULT_EMBEDDER)) return undefined;
  const embedder = await loadEmbedder(runtime, folder ?? openFolder(DEFAULT_EMBEDDER));
  // Folders may share a name; vectors of different weights must not.
  const model = folder ? `${folder.id} ${await fingerprintOf(await readHeaders(folder))}` : DEFAULT_EMBEDDER;
  const indexes = new Map<string, GpuIndex>();
  return {
    model,
    embed: async (texts, role) => ({ vectors: await embedder.embed(texts, role), dimensions: embedder.dimensions }),
    async setVectors({ index, vectors, dimensions }) {
      indexes.get(index)?.dispose();
      indexes.set(index, await GpuIndex.create(runtime, vectors as Float32Array<ArrayBuffer>, dimensions));
    },
    topK: ({ index, query, k, mask }) =>
      indexes.get(index)!.topK(query as Float32Array<ArrayBuffer>, k, mask as Uint32Array<ArrayBuffer> | undefined),
  };
}
