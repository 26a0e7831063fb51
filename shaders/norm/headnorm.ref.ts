import type { Reference } from "../../worker/engine/op.ts";

export const headnormReference: Reference = {
  forward({ qkv, w }, { H, K, D, eps }) {
    const heads = H + 2 * K;
    const y = qkv.slice();
    for (let i = 0; i < qkv.length / D; i++) {
      if (i % heads >= H + K) continue; // a value
      let sum = 0;
      for (let c = 0; c < D; c++) sum += qkv[i * D + c] ** 2;
      const r = 1 / Math.sqrt(sum / D + eps);
      for (let c = 0; c < D; c++) y[i * D + c] = w[(i % heads < H ? 0 : D) + c] * r * qkv[i * D + c];
    }
    return y;
  },

  backward(dy, { qkv, w }, { H, K, D, eps }) {
    const heads = H + 2 * K;
    const dqkv = dy.slice();
    const dw = new Float64Array(2 * D);
    for (let i = 0; i < qkv.length / D; i++) {
      if (i % heads >= H + K) continue;
      const row = i % heads < H ? 0 : D;
      let sum = 0;
      let along = 0; // Σ w ⊙ dy ⊙ x
      for (let c = 0; c < D; c++) {
        sum += qkv[i * D + c] ** 2;
        along += w[row + c] * dy[i * D + c] * qkv[i * D + c];
      }
      const r = 1 / Math.sqrt(sum / D + eps);
      for (let c = 0; c < D; c++) {
        dqkv[i * D + c] = r * w[row + c] * dy[i * D + c] - (r ** 3 * qkv[i * D + c] * along) / D;
        dw[row + c] += dy[i * D + c] * r * qkv[i * D + c];
      }
    }
    return { qkv: dqkv, w: dw };
  },
};
