import type { Reference } from "../../worker/engine/op.ts";

export const softmaxReference: Reference = {
  forward({ x }, { R, C }) {
    const y = new Float64Array(R * C);
    for (let t = 0; t < R; t++) {
      let highest = -Infinity;
      for (let c = 0; c < C; c++) highest = Math.max(highest, x[t * C + c]);
      let total = 0;
      for (let c = 0; c < C; c++) total += Math.exp(x[t * C + c] - highest);
      for (let c = 0; c < C; c++) y[t * C + c] = Math.exp(x[t * C + c] - highest) / total;
    }
    return y;
  },

  backward(dy, inputs, dims) {
    const { R, C } = dims;
    const y = softmaxReference.forward(inputs, dims);
    const dx = new Float64Array(R * C);
    for (let t = 0; t < R; t++) {
      let along = 0; // Σ dy ⊙ y
      for (let c = 0; c < C; c++) along += dy[t * C + c] * y[t * C + c];
      for (let c = 0; c < C; c++) dx[t * C + c] = y[t * C + c] * (dy[t * C + c] - along);
    }
    return { x: dx };
  },
};
