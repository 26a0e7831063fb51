import type { Reference } from "../../worker/engine/op.ts";

export const meanPoolReference: Reference = {
  forward({ x, ranges }, { B, C }) {
    const y = new Float64Array(B * C);
    for (let b = 0; b < B; b++) {
      const count = ranges[2 * b + 1] - ranges[2 * b];
      for (let t = ranges[2 * b]; t < ranges[2 * b + 1]; t++)
        for (let c = 0; c < C; c++) y[b * C + c] += x[t * C + c] / count;
    }
    return y;
  },
  backward(dy, { x, ranges }, { B, C }) {
    const dx = new Float64Array(x.length);
    for (let b = 0; b < B; b++) {
      const count = ranges[2 * b + 1] - ranges[2 * b];
      for (let t = ranges[2 * b]; t < ranges[2 * b + 1]; t++)
        for (let c = 0; c < C; c++) dx[t * C + c] += dy[b * C + c] / count;
    }
    return { x: dx };
  },
};

export const normalizeReference: Reference = {
  forward({ x }, { B, C, eps }) {
    const y = new Float64Array(B * C);
    for (let b = 0; b < B; b++) {
      let sum = eps;
      for (let c = 0; c < C; c++) sum += x[b * C + c] ** 2;
      for (let c = 0; c < C; c++) y[b * C + c] = x[b * C + c] / Math.sqrt(sum);
    }
    return y;
  },
  backward(dy, { x }, { B, C, eps }) {
    const dx = new Float64Array(B * C);
    for (let b = 0; b < B; b++) {
      let sum = eps;
      let dot = 0;
      for (let c = 0; c < C; c++) {
        sum += x[b * C + c] ** 2;
        dot += dy[b * C + c] * x[b * C + c];
      }
      for (let c = 0; c < C; c++) dx[b * C + c] = dy[b * C + c] / Math.sqrt(sum) - (x[b * C + c] * dot) / sum ** 1.5;
    }
    return { x: dx };
  },
};
