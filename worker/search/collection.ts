// The index of a library: full text always, vectors beside it when there is a model for them. It follows its documents: after
// any adding, changing and deleting it finds what a new index of the same documents would. Does not read or keep documents.
import type { FoundPassage, Passage, SearchRequest } from "../contract/index.ts";
import { fuse, type Scored } from "./fuse.ts";
import { FullText, type TextEntry } from "./full-text.ts";
import { VectorIndex, type VectorKeeper, type VectorPort } from "./vectors.ts";

/** What the ranking by vectors counts beside full text, which counts 1. Chosen on held-out questions of MedQuAD, cautiously. */
export const defaultVectorWeight = 0.2;
const depth = 100; // candidates of each ranking
const patienceMs = 4000; // a search does not wait longer for vectors
const restMs = 10_000; // after a failure, searches go by full text alone for this long

interface CompleteOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export class Collection {
  readonly #texts = new FullText();
  readonly #passages = new Map<string, readonly Passage[]>(); // by document
  readonly #byId = new Map<string, Passage>();
  readonly #vectorWeight: number;
  readonly #keeper: VectorKeeper | undefined;
  #vectors: VectorIndex | undefined;
  #generation = 0;
  #failedAt = -Infinity;

  constructor({ vectorWeight = defaultVectorWeight, keeper }: { vectorWeight?: number; keeper?: VectorKeeper } = {}) {
    this.#vectorWeight = vectorWeight;
    this.#keeper = keeper;
  }

  /** Adds a document or replaces what was there of it. Full text finds it at once; vectors follow with `complete`. */
  set(documentId: string, passages: readonly Passage[]): void {
    this.delete(documentId);
    this.#passages.set(documentId, passages);
    for (const passage of passages) this.#byId.set(passage.id, passage);
    this.#texts.add(passages.map(entryOf));
  }

  delete(documentId: string): void {
    const passages = this.#passages.get(documentId);
    if (passages === undefined) return;
    this.#texts.remove(passages.map(entryOf));
    for (const passage of passages) this.#byId.delete(passage.id);
    this.#passages.delete(documentId);
    this.#vectors?.delete(documentId);
  }

  get(passageId: string): Passage | undefined {
    return this.#byId.get(passageId);
  }

  /**
   * Brings the vectors of all documents up to date with `port`. Where that is another model than before, searches go on
   * with the old vectors until the new ones are complete. Throws what the port throws, or the signal's reason; what is done
   * stays done. `onProgress` is told how many of all passages are.
   */
  async complete(port: VectorPort, { signal, onProgress }: CompleteOptions = {}): Promise<void> {
    const isNew = this.#vectors?.model !== port.model;
    const index = isNew ? new VectorIndex(port, `passages-${++this.#generation}`, this.#keeper) : this.#vectors!;
    this.#vectors ??= index; // nothing to go on with: a part is better than none
    const missing = () => Array.from(this.#passages).find(([id, passages]) => !index.holds(id, passages));
    for (let next = missing(); next !== undefined; next = missing()) {
      signal?.throwIfAborted();
      const onDone = (count: number) => onProgress?.(index.passageCount + count, this.#byId.size);
      await index.set(...next, { ...(signal === undefined ? {} : { signal }), onDone });
      onProgress?.(index.passageCount, this.#byId.size);
    }
    index.keepOnly(this.#passages); // one may have been deleted while its vectors were computed
    this.#vectors = index;
    this.#failedAt = -Infinity;
  }

  /** Searches no longer go by a model's vectors: it is gone, and with it the vectors of queries. */
  dropVectors(model: string): void {
    if (this.#vectors?.model === model) this.#vectors = undefined;
  }

  /** The best passages for a query. Vectors that fail or take too long are done without. */
  async search({ query, k, documentIds }: SearchRequest): Promise<FoundPassage[]> {
    const allowed = documentIds === undefined ? undefined : new Set(documentIds);
    const isWanted = (passage: Passage | undefined) =>
      passage !== undefined && (allowed === undefined || allowed.has(passage.documentId));
    const candidates = Math.max(depth, k);
    const byText = this.#texts.search(query, candidates, (id) => isWanted(this.#byId.get(id)));
    const byVector = await this.#nearest(query, candidates, (id) => isWanted(this.#byId.get(id)));
    const fused = fuse([
      { found: byText, weight: 1, zero: 0 },
      { found: byVector, weight: this.#vectorWeight },
    ]);
    return fused.slice(0, k).map(({ id, score, ranks: [textRank, vectorRank] }) => ({
      ...this.#byId.get(id)!,
      score,
      ...(textRank === undefined ? {} : { textRank }),
      ...(vectorRank === undefined ? {} : { vectorRank }),
    }));
  }

  async #nearest(query: string, k: number, isWanted: (id: string) => boolean): Promise<Scored[]> {
    const vectors = this.#vectors;
    if (vectors === undefined || performance.now() - this.#failedAt < restMs) return [];
    try {
      const found = await within(
        patienceMs,
        vectors.nearest(query, k, ({ id }) => isWanted(id)),
      );
      return found.filter(({ id }) => isWanted(id)); // one may have been deleted meanwhile
    } catch {
      this.#failedAt = performance.now(); // no GPU, no model, or busy: full text alone answers
      return [];
    }
  }
}

const entryOf = ({ id, text, headingPath, documentName }: Passage): TextEntry => ({
  id,
  text,
  title: [...headingPath, documentName.replace(/\.[^.]+$/, "")].join(" "),
});

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Error("too late")), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
