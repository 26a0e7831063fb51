// Rows of a table by number: token embeddings, and the gathering of some rows of a batch. Knows no vocabulary: ids are
// numbers, sorted by the caller.

import { fail } from "../../worker/contract/errors.ts";
import type { Kernel, Op, Tensor, Tensors } from "../../worker/engine/op.ts";
import { gridFile, gridOf, halves } from "../lib/lib.ts";
import { gatherQuantized } from "../quantized/quantized.ts";
import { embeddingReference } from "./embed.ref.ts";
import embedWgsl from "./embed.wgsl?raw";

/** Numbers one invocation moves. */
const widthOf = (C: number): number => (C % 4 === 0 ? 4 : 1);

const kernel = (entry: string, C: number, slots: Readonly<Record<string, Tensor>> = {}): Kernel => ({
  files: [gridFile, { path: "shaders/embed/embed.wgsl", text: embedWgsl }],
  entry,
  slots: widthOf(C) === 4 ? { UNIT: "vec4f", ...halves(slots, "vec4<f16>") } : { UNIT: "f32", ...halves(slots) },
});

/** The row numbers sorted by id, stably: what the backward of `embedding` needs to add without atomics. */
export function orderOf(ids: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const rows = Array.from({ length: ids.length }, (_, t) => t);
  return Uint32Array.from(rows.sort((a, b) => ids[a] - ids[b] || a - b));
}

/**
 * Gathers rows: y[t] = table[ids[t]]. With a table of hidden states it picks rows of them, and its gradient scatters.
 *
 * @shape     table (V, C), ids (T), order (T, may be left out when nothing is trained) → y (T, C), nothing computed is saved
 * @dtype     table: f32 | f16, or q8 | q4 without dtable; y, dtable and sums: f32; ids, order: u32. An id ≥ V counts as V−1
 * @error     shape-mismatch when order is not (T); invalid-argument when the gradient is asked for without `order`
 * @tolerance exact forward; 6 ulp backward, where an id is used up to a dozen times
 * @cost      0 FLOP and 8·T·C bytes forward; T·C FLOP and 8·T·C bytes backward
 * @source    by definition
 *
 * dtable[v] = Σ over t with ids[t] = v of dy[t]. `order` puts equal ids side by side, so one workgroup sums a run in the
 * order of t: the same bits each time.
 */
export const embedding: Op = {
  name: "embedding",

  forward(inputs, _attrs) {
    const { table, ids }: Tensors = inputs;
    const order: Tensor | undefined = inputs.order;
    const [vocab, C] = table.shape;
    const cols = C / widthOf(C);
    const [rows] = ids.shape;
    ids.expect("embedding", [rows]);
    order?.expect("embedding", [rows]);
    if (table.dtype === "q8" || table.dtype === "q4") return { y: gatherQuantized(table, ids), saved: { table, ids } };
    const y = table.graph.tensor("y", [rows, C]);
    table.graph.dispatch({
      kernel: kernel("embedding_forward", C, { TABLE: table }),
      tensors: { table, ids, y },
      params: { rows, cols, vocab },
      workgroups: gridOf(rows * cols, 64),
    });
    return { y, saved: order ? { table, ids, order } : { table, ids } };
  },

  backward(dy, saved) {
    const { table, ids }: Tensors = saved;
    const order: Tensor | undefined = saved.order;
    return {
      table: (into) => {
        if (!order) fail({ code: "invalid-argument", name: "order", reason: "the gradient of a table needs it" });
        const [vocab, C] = table.shape;
        const cols = C / widthOf(C);
        const [rows] = ids.shape;
        const dtable = into ?? table.graph.tensor("dtable", table.shape);
        if (!into) table.graph.clear(dtable); // rows that no id names have gradient 0
        table.graph.dispatch({
          kernel: kernel("embedding_backward_table", C),
          tensors: { ids, order, dy, dtable },
          params: { rows, cols, vocab },
          workgroups: gridOf(rows, 1),
        });
        return dtable;
      },
    };
  },

  reference: embeddingReference,
};
