// Exact search: the k rows of largest inner product. Knows nothing of documents; a filter is a bit mask.
import { fail } from "../../worker/contract/errors.ts";
import type { Kernel, Tensor } from "../../worker/engine/op.ts";
import { halves } from "../lib/lib.ts";
import topkWgsl from "./topk.wgsl?raw";

const WORKGROUP = 256;
const GROUPS_MAX = 128; // enough to fill a GPU, few enough to merge quickly
const BLOCKS_MIN = 8; // a workgroup: the first block has no threshold to prune with, and the merge grows with the groups
const LISTS = [128, 512]; // lengths of the sorted list: the longest fits into the 16 KiB that every adapter has

export const NO_ROW = 0xffffffff;
export const K_MAX = LISTS.at(-1)!;

export interface TopKOptions {
  readonly k: number; // 1..512
}
/** Vectors of signed bytes, four a word, the lowest first: numbers (N, D/4) of u32, D a multiple of 16; scales (N) of f32. */
export interface Int8Vectors {
  readonly numbers: Tensor;
  readonly scales: Tensor;
}
interface Asked {
  readonly query: Tensor;
  readonly mask: Tensor;
}
interface Found {
  readonly rows: Tensor;
  readonly scores: Tensor;
}

/**
 * The k rows of largest inner product with the query, by falling score, equal scores by rising row. Where fewer than k rows
 * are allowed, the rest of `rows` is NO_ROW and of `scores` −3.4e38. A collection too large for one binding comes in slabs, one
 * after the other; its rows count through. `query` and `mask` are residents: the program is replayed.
 *
 * @shape     vectors (N, D), or slabs of it (N₁, D), (N₂, D), …; query (D), mask (≥ ⌈N/32⌉) → rows (k), scores (k)
 * @dtype     vectors: f32 | f16; query, scores and sums: f32; mask, rows: u32
 * @attr      k = how many, 1..512
 * @units     bit b of mask word w allows row 32·w + b of the collection
 * @error     shape-mismatch when query is not (D), a slab's D differs or mask is shorter; invalid-argument when k is out of range
 * @tolerance 4 ulp of the scores, in a fixed order of summation: rows of equal vectors have equal scores
 * @cost      2·N·D FLOP and 4·N·D bytes; one dispatch a slab and one
 * @source    by definition; threshold queue after Johnson et al. 2017, arXiv:1702.08734, §4.2
 */
export function topK(
  { vectors, query, mask }: Asked & { readonly vectors: Tensor | readonly Tensor[] },
  options: TopKOptions,
): Found {
  const slabs = "graph" in vectors ? [vectors] : vectors;
  const [, D] = slabs[0].shape;
  query.expect("topk", [D]);
  for (const slab of slabs) slab.expect("topk", [slab.shape[0], D]);
  const isVec4 = D % 4 === 0;
  const parts = slabs.map((slab) => ({
    count: slab.shape[0],
    entry: isVec4 ? "topk_score_vec4" : "topk_score",
    slots: halves({ T: slab }),
    tensors: isVec4 ? { vectors4: slab, query4: query } : { vectors: slab, query },
  }));
  return search(parts, { query, mask }, options);
}

/**
 * The same of vectors that are stored as signed bytes with one scale each: vector_n = scale_n·number_n. A quarter of the memory
 * of f32; exact for the vectors as they are stored.
 *
 * @shape     slabs: numbers (N₁, D/4), scales (N₁); …; query (D), mask (≥ ⌈N/32⌉) → rows (k), scores (k); D a multiple of 16
 * @dtype     numbers: u32, four signed bytes each; scales, query, scores and sums: f32; mask, rows: u32
 * @attr      k = how many, 1..512
 * @units     bit b of mask word w allows row 32·w + b of the collection
 * @error     shape-mismatch when a shape is none of these; invalid-argument when k is out of range
 * @tolerance 4 ulp of the scores, in a fixed order of summation: rows of equal vectors have equal scores
 * @cost      2·N·D FLOP and N·D + 4·N bytes; one dispatch a slab and one
 * @source    by definition; as topK
 */
export function topKInt8(
  { slabs, query, mask }: Asked & { slabs: readonly Int8Vectors[] },
  options: TopKOptions,
): Found {
  const W = Math.ceil(slabs[0].numbers.shape[1] / 4) * 4;
  query.expect("topk", [4 * W]);
  for (const { numbers, scales } of slabs) {
    numbers.expect("topk", [numbers.shape[0], W]);
    scales.expect("topk", [numbers.shape[0]]);
  }
  const parts = slabs.map(({ numbers, scales }) => ({
    ...{ count: numbers.shape[0], entry: "topk_score_int8", slots: {} },
    tensors: { numbers, scales, query4: query },
  }));
  return search(parts, { query, mask }, options);
}

/** A slab, and what scores it. */
interface Part {
  readonly count: number;
  readonly entry: string;
  readonly slots: NonNullable<Kernel["slots"]>;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

function search(parts: readonly Part[], { query, mask }: Asked, { k }: TopKOptions): Found {
  const { graph } = query;
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const words = Math.ceil(total / 32);
  if (mask.shape[0] < words) mask.expect("topk", [words]);
  const list = LISTS.find((length) => length >= k);
  if (!(k >= 1) || list === undefined)
    return fail({ code: "invalid-argument", name: "k", reason: `${k} is not in 1..${K_MAX}` });
  const kernel = (entry: string, slots: Part["slots"] = {}): Kernel => ({
    files: [{ path: "shaders/topk/topk.wgsl", text: topkWgsl }],
    entry,
    slots: list === LISTS[0] ? slots : { ...slots, K_MAX: `${list}u` },
  });

  const blocks = Math.max(BLOCKS_MIN, Math.ceil(total / (WORKGROUP * GROUPS_MAX)));
  const groupsOf = ({ count }: Part) => Math.ceil(count / (WORKGROUP * blocks));
  const candidates = parts.reduce((sum, part) => sum + groupsOf(part), 0) * k;
  const candidate_scores = graph.tensor("candidate scores", [Math.max(1, candidates)]);
  const candidate_rows = graph.tensor("candidate rows", [Math.max(1, candidates)], "u32");
  const shared = { dims: query.shape[0], k, blocks, candidates };
  let [first_row, first_group] = [0, 0];
  for (const part of parts) {
    if (part.count === 0) continue;
    graph.dispatch({
      kernel: kernel(part.entry, part.slots),
      tensors: { ...part.tensors, mask, candidate_scores, candidate_rows },
      params: { ...shared, count: part.count, first_row, first_group },
      workgroups: [groupsOf(part)],
    });
    first_row += part.count;
    first_group += groupsOf(part);
  }
  if (total === 0) for (const t of [candidate_scores, candidate_rows]) graph.clear(t); // bound, though nothing is read from them
  const rows = graph.tensor("rows", [k], "u32");
  const scores = graph.tensor("scores", [k]);
  graph.dispatch({
    kernel: kernel("topk_merge"),
    tensors: { candidate_scores, candidate_rows, rows, scores },
    params: { ...shared, count: total, first_row: 0, first_group: 0 },
    workgroups: [1],
  });
  return { rows, scores };
}
