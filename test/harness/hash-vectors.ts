// A vector port for tests, tiny and in the process: every word is hashed to a direction, a text is the sum of its words'.
// Exact and repeatable; does not know meaning, so a test must not expect any.
import type { VectorPort } from "../../worker/search/vectors.ts";

const dimensions = 64;

/** The sum of the words' directions, of length 1. */
export function hashVector(text: string, salt = 0): Float32Array {
  const sum = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    let state = 2166136261 ^ salt;
    for (const letter of word) state = Math.imul(state ^ letter.charCodeAt(0), 16777619);
    for (let i = 0; i < dimensions; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      sum[i]! += state > 0 ? 1 : -1;
    }
  }
  const length = Math.hypot(...sum) || 1;
  return sum.map((value) => value / length);
}

export interface HashPort extends VectorPort {
  /** Texts embedded so far. */
  readonly embedded: string[];
  /** While set, every call is refused with it. */
  failure: Error | undefined;
  /** Awaited before texts are embedded. */
  gate: Promise<void> | undefined;
}

export function hashPort(model = "hash", salt = 0): HashPort {
  const indexes = new Map<string, { vectors: Float32Array; dimensions: number }>();
  const port: HashPort = {
    model,
    embedded: [],
    failure: undefined,
    gate: undefined,
    async embed(texts) {
      if (port.failure !== undefined) throw port.failure;
      await port.gate;
      port.embedded.push(...texts);
      const vectors = new Float32Array(texts.length * dimensions);
      texts.forEach((text, i) => vectors.set(hashVector(text, salt), i * dimensions));
      return { vectors, dimensions };
    },
    async setVectors({ index, vectors, dimensions }) {
      if (port.failure !== undefined) throw port.failure;
      indexes.set(index, { vectors: vectors.slice(), dimensions });
    },
    async topK({ index, query, k, mask }) {
      if (port.failure !== undefined) throw port.failure;
      const { vectors } = indexes.get(index)!;
      const scored = Array.from({ length: vectors.length / dimensions }, (_, row) => ({
        row,
        score: query.reduce((sum, value, i) => sum + value * vectors[row * dimensions + i]!, 0),
      })).filter(({ row }) => mask === undefined || ((mask[row >>> 5]! >>> (row & 31)) & 1) === 1);
      const best = scored.sort((a, b) => b.score - a.score || a.row - b.row).slice(0, k);
      return { rows: Uint32Array.from(best, ({ row }) => row), scores: Float32Array.from(best, ({ score }) => score) };
    },
  };
  return port;
}
