// Byte-pair merges in bulk: the words of a whole collection at once. Knows tokens by number only, nothing of text.
import type { Kernel, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf } from "../lib/lib.ts";
import bpeWgsl from "./bpe.wgsl?raw";

export interface BpeTensors {
  readonly table: Tensor; // (slots, 4) u32: left, right, rank, merged
  readonly ends: Tensor; // (W) u32
  readonly symbols: Tensor; // (N) u32
  readonly places: Tensor; // (N) u32
  readonly counts: Tensor; // (W) u32
}

const kernel: Kernel = {
  files: [gridFile, { path: "shaders/bpe/bpe.wgsl", text: bpeWgsl }],
  entry: "bpe_merge",
};

/**
 * Merges the symbols of each word, the pair of the lowest rank first, of equals the leftmost, until none is left that merges. Word w is
 * symbols[ends[w − 1] … ends[w]); afterwards its tokens are the first counts[w] of them.
 *
 * @shape     table (slots, 4), ends (W), symbols (N), places (N), counts (W) → symbols and counts in place; places is scratch
 * @dtype     u32. slots is a power of two, and half of them are free
 * @error     shape-mismatch when a tensor is not of its shape
 * @tolerance exact
 * @cost      for a word of n symbols n look-ups, then up to n merges of n reads each
 * @source    Sennrich et al. 2016, arXiv:1508.07909, algorithm 1
 */
export function bpeMerge({ table, ends, symbols, places, counts }: BpeTensors): void {
  const [slots] = table.shape;
  const [words] = ends.shape;
  table.expect("bpe_merge", [2 ** Math.floor(Math.log2(slots)), 4]);
  places.expect("bpe_merge", symbols.shape);
  counts.expect("bpe_merge", [words]);
  symbols.graph.dispatch({
    kernel,
    tensors: { table, ends, symbols, places, counts },
    params: { words, slots },
    workgroups: gridOf(words, 64),
  });
}
