// A static embedder computed in plain JavaScript from a model folder, with exact search: what the GPU must agree with, and
// fast enough to measure whole collections without one. Does not use the engine's kernels.
import { openFolder } from "../../server/folder.ts";
import { readHeaders, readTokenizer } from "../../worker/models/folder.ts";
import { STATIC_TENSOR } from "../../worker/models/static.ts";
import { readTensor } from "../../worker/engine/format/tensor.ts";
import type { VectorPort } from "../../worker/search/vectors.ts";

/** The port of the model in `folder`: a path, or the name of a default model. */
export async function staticVectors(folder: string): Promise<VectorPort> {
  const opened = openFolder(folder);
  const tokenizer = await readTokenizer(opened);
  const stored = (await readHeaders(opened)).get(STATIC_TENSOR)!;
  const [, dimensions] = stored.shape as [number, number];
  const table = await readTensor(stored);
  const indexes = new Map<string, Float32Array>();

  const vectorOf = (text: string): Float32Array => {
    const sum = new Float32Array(dimensions);
    for (const token of tokenizer.encode(text, { isRaw: true }).slice(0, 512))
      for (let i = 0; i < dimensions; i++) sum[i]! += table[token * dimensions + i]!;
    const length = Math.hypot(...sum) || 1;
    return sum.map((value) => value / length);
  };
  return {
    model: opened.id,
    async embed(texts) {
      const vectors = new Float32Array(texts.length * dimensions);
      texts.forEach((text, i) => vectors.set(vectorOf(text), i * dimensions));
      return { vectors, dimensions };
    },
    async setVectors({ index, vectors }) {
      indexes.set(index, vectors);
    },
    async topK({ index, query, k, mask }) {
      const vectors = indexes.get(index)!;
      const found: { row: number; score: number }[] = [];
      for (let row = 0; row < vectors.length / dimensions; row++) {
        if (mask !== undefined && ((mask[row >>> 5]! >>> (row & 31)) & 1) === 0) continue;
        let score = 0;
        for (let i = 0; i < dimensions; i++) score += query[i]! * vectors[row * dimensions + i]!;
        found.push({ row, score });
      }
      const best = found.sort((a, b) => b.score - a.score || a.row - b.row).slice(0, k);
      return { rows: Uint32Array.from(best, ({ row }) => row), scores: Float32Array.from(best, ({ score }) => score) };
    },
  };
}
