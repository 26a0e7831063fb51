import type { Reference } from "../../worker/engine/op.ts";

export const layernormReference: Reference = {
  forward({ x, w, b }, { rows: R, cols: C, eps }) {
    const y = new Float64Array(R * C);
    for (let t = 0; t < R; t++) {
      const { mean, r } = stats(x, t, C, eps);
      for (let c = 0; c < C; c++) y[t * C + c] = w[c] * r * (x[t * C + c] - mean) + b[c];
    }
    return y;
  },

  backward(dy, { x, w }, { rows: R, cols: C, eps }) {
    const dx = new Float64Array(R * C);
    const dw = new Float64Array(C);
    const db = new Float64Array(C);
    for (let t = 0; t < R; t++) {
      const { mean, r } = stats(x, t, C, eps);
      let meanG = 0;
      let meanGX = 0; // mean(g ⊙ x̂)
      for (let c = 0; c < C; c++) {
        meanG += (w[c] * dy[t * C + c]) / C;
        meanGX += (w[c] * dy[t * C + c] * r * (x[t * C + c] - mean)) / C;
      }
      for (let c = 0; c < C; c++) {
        const xHat = r * (x[t * C + c] - mean);
        dx[t * C + c] = r * (w[c] * dy[t * C + c] - meanG - xHat * meanGX);
        dw[c] += dy[t * C + c] * xHat;
        db[c] += dy[t * C + c];
      }
    }
    return { x: dx, w: dw, b: db };
  },
};

/** Mean, and r = 1/√(variance + ε), of row t. */
function stats(x: Float64Array, t: number, C: number, eps: number): { mean: number; r: number } {
  let mean = 0;
  for (let c = 0; c < C; c++) mean += x[t * C + c] / C;
  let variance = 0;
  for (let c = 0; c < C; c++) variance += (x[t * C + c] - mean) ** 2 / C;
  return { mean, r: 1 / Math.sqrt(variance + eps) };
}
