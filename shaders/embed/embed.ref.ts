import type { Reference } from "../../worker/engine/op.ts";

export const embeddingReference: Reference = {
  forward({ table, ids }, { V, C }) {
    const y = new Float64Array(ids.length * C);
    for (let t = 0; t < ids.length; t++) {
      const id = Math.min(ids[t], V - 1);
      for (let c = 0; c < C; c++) y[t * C + c] = table[id * C + c];
    }
    return y;
  },

  backward(dy, { ids }, { V, C }) {
    const dtable = new Float64Array(V * C);
    for (let t = 0; t < ids.length; t++) {
      const id = Math.min(ids[t], V - 1);
      for (let c = 0; c < C; c++) dtable[id * C + c] += dy[t * C + c];
    }
    return { table: dtable };
  },
};
