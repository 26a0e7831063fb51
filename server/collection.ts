// A collection of documents in a folder: the page's library over the file store, with vectors by the default embedder where
// there is a GPU and the model. Without them, search is by words alone, and says so.
import { StaticEmbedder } from "../worker/embedding/static.ts";
import { GpuIndex } from "../worker/search/gpu-index.ts";
import type { VectorPort } from "../worker/search/vectors.ts";
import type { Runtime } from "../worker/engine/runtime.ts";
import { LibraryIndex } from "../worker/text/library-index.ts";
import { Library } from "../worker/text/library.ts";
import { hasModel, openFolder } from "./folder.ts";
import { openFileStore } from "./store.ts";

export const DEFAULT_EMBEDDER = "loam-embed";

export interface OpenCollection {
  readonly library: Library;
  readonly index: LibraryIndex;
  readonly isHybrid: boolean; // false: by words alone
}

/** Opens the collection in `folder` and waits until every document in it is read and has its vectors. */
export async function openCollection(folder: string, runtime: Runtime | null): Promise<OpenCollection> {
  const port = runtime ? await vectorPort(runtime) : undefined;
  const store = await openFileStore(folder);
  const index = new LibraryIndex(store, () => port);
  const library = new Library(store, index, () => Promise.resolve([]));
  await settled({ library, index });
  return { library, index, isHybrid: port !== undefined };
}

/** Waits until every document is read or has failed, and the vectors are there. */
export async function settled({ library, index }: Pick<OpenCollection, "library" | "index">): Promise<void> {
  await library.settled();
  await index.complete();
}

/** The default embedder on this device; undefined when the model is not there. */
export async function vectorPort(runtime: Runtime): Promise<VectorPort | undefined> {
  if (!hasModel(DEFAULT_EMBEDDER)) return undefined;
  const embedder = await StaticEmbedder.load(runtime, openFolder(DEFAULT_EMBEDDER));
  const indexes = new Map<string, GpuIndex>();
  return {
    model: DEFAULT_EMBEDDER,
    embed: async (texts) => ({ vectors: await embedder.embed(texts), dimensions: embedder.dimensions }),
    async setVectors({ index, vectors, dimensions }) {
      indexes.get(index)?.dispose();
      indexes.set(index, await GpuIndex.create(runtime, vectors as Float32Array<ArrayBuffer>, dimensions));
    },
    topK: ({ index, query, k, mask }) =>
      indexes.get(index)!.topK(query as Float32Array<ArrayBuffer>, k, mask as Uint32Array<ArrayBuffer> | undefined),
  };
}
