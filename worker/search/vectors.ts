// The vectors of passages, document by document, and the search for the nearest. The vectors themselves are computed and
// compared behind a port: in the page by the GPU worker, on the command line by the engine. Does not know about full text.
import type { TextRole } from "../contract/inference.ts";
import type { Scored } from "./fuse.ts";

/** One embedding model and the place where its vectors are compared. Fits GpuApi. */
export interface VectorPort {
  readonly model: string;
  /** (texts, dimensions) row-major, unit vectors; of documents unless `role` says queries. */
  embed(texts: readonly string[], role?: TextRole): Promise<{ vectors: Float32Array; dimensions: number }>;
  setVectors(request: { index: string; vectors: Float32Array; dimensions: number }): Promise<void>;
  topK(request: { index: string; query: Float32Array; k: number; mask?: Uint32Array }): Promise<{
    rows: Uint32Array;
    scores: Float32Array;
  }>;
}

/** The vectors of one document: a row a passage. */
export interface DocumentVectors {
  readonly model: string;
  readonly starts: readonly number[]; // of the passages, to tell whether they are still the same
  readonly dimensions: number;
  readonly vectors: Float32Array;
}
/** Where vectors are kept between sessions, so that they are computed once. */
export interface VectorKeeper {
  load(documentId: string, model: string): Promise<DocumentVectors | undefined>;
  save(documentId: string, vectors: DocumentVectors): Promise<void>;
}
export interface VectorPassage {
  readonly id: string;
  readonly documentId: string;
  readonly start: number;
  readonly text: string;
}

const batchSize = 32; // passages embedded in one call

export class VectorIndex {
  readonly #port: VectorPort;
  readonly #keeper: VectorKeeper | undefined;
  readonly #name: string;
  readonly #documents = new Map<string, { passages: readonly VectorPassage[]; vectors: DocumentVectors }>();
  #rows: VectorPassage[] = [];
  #uploading: Promise<void> | undefined;

  constructor(port: VectorPort, name: string, keeper?: VectorKeeper) {
    this.#port = port;
    this.#name = name;
    this.#keeper = keeper;
  }

  get model(): string {
    return this.#port.model;
  }

  /** Whether the vectors of exactly these passages are here. */
  holds(documentId: string, passages: readonly VectorPassage[]): boolean {
    return this.#documents.get(documentId)?.passages === passages;
  }

  /** Passages whose vectors are here. */
  get passageCount(): number {
    let count = 0;
    for (const { passages } of this.#documents.values()) count += passages.length;
    return count;
  }

  /**
   * Computes the vectors of a document's passages, or takes the kept ones. Throws what the port throws, or the signal's reason.
   * `onDone` is told of the passages of this document that are done.
   */
  async set(
    documentId: string,
    passages: readonly VectorPassage[],
    { signal, onDone }: { readonly signal?: AbortSignal; readonly onDone?: (count: number) => void } = {},
  ): Promise<void> {
    const kept = await this.#keeper?.load(documentId, this.model);
    const isKept = kept !== undefined && kept.model === this.model && isSame(kept.starts, passages);
    const vectors = isKept ? kept : await this.#embed(passages, signal, onDone);
    if (!isKept) await this.#keeper?.save(documentId, vectors);
    this.#documents.set(documentId, { passages, vectors });
    this.#uploading = undefined;
  }

  delete(documentId: string): void {
    if (this.#documents.delete(documentId)) this.#uploading = undefined;
  }

  /** Drops every document that is not among these. */
  keepOnly(documents: ReadonlyMap<string, unknown>): void {
    for (const id of this.#documents.keys()) if (!documents.has(id)) this.delete(id);
  }

  /** The `k` passages nearest to the query, best first, scored by the inner product of unit vectors. Throws what the port throws. */
  async nearest(query: string, k: number, isWanted: (passage: VectorPassage) => boolean): Promise<Scored[]> {
    this.#uploading ??= this.#upload();
    try {
      await this.#uploading;
    } catch (cause) {
      this.#uploading = undefined; // the next search tries again
      throw cause;
    }
    const rows = this.#rows;
    const wanted = rows.map(isWanted);
    const count = wanted.filter(Boolean).length;
    if (count === 0) return [];
    const { vectors } = await this.#port.embed([query], "query");
    const found = await this.#port.topK({
      index: this.#name,
      query: vectors,
      k: Math.min(k, count),
      ...(count === rows.length ? {} : { mask: bits(wanted) }),
    });
    return Array.from(found.rows, (row, i) => ({ id: rows[row]!.id, score: found.scores[i]! }));
  }

  async #embed(
    passages: readonly VectorPassage[],
    signal?: AbortSignal,
    onDone?: (count: number) => void,
  ): Promise<DocumentVectors> {
    const parts: Float32Array[] = [];
    let dimensions = 0;
    for (let i = 0; i < passages.length; i += batchSize) {
      const batch = await this.#port.embed(passages.slice(i, i + batchSize).map((passage) => passage.text));
      signal?.throwIfAborted();
      dimensions = batch.dimensions;
      parts.push(batch.vectors);
      onDone?.(Math.min(i + batchSize, passages.length));
    }
    return { model: this.model, starts: passages.map((passage) => passage.start), dimensions, vectors: joined(parts) };
  }

  async #upload(): Promise<void> {
    const documents = Array.from(this.#documents.values());
    this.#rows = documents.flatMap(({ passages }) => passages);
    const dimensions = documents.find(({ passages }) => passages.length > 0)?.vectors.dimensions ?? 0;
    if (this.#rows.length === 0) return;
    const vectors = joined(documents.map((document) => document.vectors.vectors));
    await this.#port.setVectors({ index: this.#name, vectors, dimensions });
  }
}

const isSame = (starts: readonly number[], passages: readonly VectorPassage[]): boolean =>
  starts.length === passages.length && starts.every((start, i) => start === passages[i]!.start);

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** One bit a row, 1 where wanted. */
function bits(wanted: readonly boolean[]): Uint32Array {
  const mask = new Uint32Array(Math.ceil(wanted.length / 32));
  wanted.forEach((isWanted, row) => (isWanted ? (mask[row >>> 5]! |= 1 << (row & 31)) : 0));
  return mask;
}
