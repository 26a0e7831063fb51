// Exact search: the k rows of largest inner product. Knows nothing of documents; a filter is a bit mask.
import { fail } from "../../worker/contract/errors.ts";
import type { Kernel, Tensor } from "../../worker/engine/op.ts";
import { halves } from "../lib/lib.ts";
import topkWgsl from "./topk.wgsl?raw";

const WORKGROUP = 256;
const GROUPS_MAX = 128; // enough to fill a GPU, few enough to merge quickly
const BLOCKS_MIN = 8; // a workgroup: the first block has no threshold to prune with, and the merge grows with the groups

export const NO_ROW = 0xffffffff;

const kernel = (entry: string, vectors: Tensor): Kernel => ({
  files: [{ path: "shaders/topk/topk.wgsl", text: topkWgsl }],
  entry,
  slots: halves({ T: vectors }),
});

export interface TopKOptions {
  readonly k: number; // 1..128
  readonly firstRow?: number; // `vectors` is a slab that begins at this row of the collection
}

/**
 * The k rows of largest inner product with the query, by falling score, equal scores by rising row. Where fewer than k rows
 * are allowed, the rest of `rows` is NO_ROW and of `scores` −3.4e38. `query` and `mask` are residents: the program is replayed.
 *
 * @shape     vectors (N, D), query (D), mask (≥ ⌈(firstRow + N)/32⌉) → rows (k), scores (k)
 * @dtype     vectors: f32 | f16; query, scores and sums: f32; mask, rows: u32
 * @attr      k = how many, 1..128; firstRow = the collection's row that vectors[0] is: added to `rows` and to the mask's bits
 * @units     bit b of mask word w allows row 32·w + b of the collection
 * @error     shape-mismatch when query is not (D) or mask is shorter; invalid-argument when k is out of range
 * @tolerance 4 ulp of the scores, in a fixed order of summation: rows of equal vectors have equal scores
 * @cost      2·N·D FLOP and 4·N·D bytes; two dispatches
 * @source    by definition; threshold queue after Johnson et al. 2017, arXiv:1702.08734, §4.2
 */
export function topK(
  { vectors, query, mask }: { readonly vectors: Tensor; readonly query: Tensor; readonly mask: Tensor },
  { k, firstRow = 0 }: TopKOptions,
): { rows: Tensor; scores: Tensor } {
  const { graph } = vectors;
  const [count, dims] = vectors.shape;
  query.expect("topk", [dims]);
  const words = Math.ceil((firstRow + count) / 32);
  if (mask.shape[0] < words) mask.expect("topk", [words]);
  if (!(k >= 1 && k <= 128)) fail({ code: "invalid-argument", name: "k", reason: `${k} is not in 1..128` });

  const blocks = Math.max(BLOCKS_MIN, Math.ceil(count / (WORKGROUP * GROUPS_MAX)));
  const groups = Math.ceil(count / (WORKGROUP * blocks));
  const candidates = groups * k;
  const params = { count, dims, k, first_row: firstRow, blocks, candidates };
  const candidate_scores = graph.tensor("candidate scores", [Math.max(1, candidates)]);
  const candidate_rows = graph.tensor("candidate rows", [Math.max(1, candidates)], "u32");
  const isVec4 = dims % 4 === 0;
  if (groups > 0)
    graph.dispatch({
      kernel: kernel(isVec4 ? "topk_score_vec4" : "topk_score", vectors),
      tensors: {
        ...(isVec4 ? { vectors4: vectors, query4: query } : { vectors, query }),
        ...{ mask, candidate_scores, candidate_rows },
      },
      params,
      workgroups: [groups],
    });
  else for (const t of [candidate_scores, candidate_rows]) graph.clear(t); // bound, though nothing is read from them
  const rows = graph.tensor("rows", [k], "u32");
  const scores = graph.tensor("scores", [k]);
  graph.dispatch({
    kernel: kernel("topk_merge", vectors),
    tensors: { candidate_scores, candidate_rows, rows, scores },
    params,
    workgroups: [1],
  });
  return { rows, scores };
}
