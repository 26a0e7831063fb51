import type { Reference } from "../../worker/engine/op.ts";

export const ropeReference: Reference = {
  forward({ qkv, positions, table }, { H, K, D }) {
    const rows = positions.length;
    const P = table.length / D;
    const heads = H + 2 * K;
    const y = qkv.slice();
    for (let t = 0; t < rows; t++) {
      const p = Math.min(positions[t], P - 1);
      for (let head = 0; head < H + K; head++) {
        for (let i = 0; i < D / 2; i++) {
          const low = (t * heads + head) * D + i;
          const high = low + D / 2;
          const cosine = table[p * D + i];
          const sine = table[p * D + D / 2 + i];
          y[low] = qkv[low] * cosine - qkv[high] * sine;
          y[high] = qkv[high] * cosine + qkv[low] * sine;
        }
      }
    }
    return y;
  },

  backward(dy, { positions, table }, { H, K, D }) {
    const P = table.length / D;
    const dqkv = dy.slice();
    for (let t = 0; t < positions.length; t++) {
      const p = Math.min(positions[t], P - 1);
      for (let head = 0; head < H + K; head++) {
        for (let i = 0; i < D / 2; i++) {
          const low = (t * (H + 2 * K) + head) * D + i;
          const high = low + D / 2;
          dqkv[low] = dy[low] * table[p * D + i] + dy[high] * table[p * D + D / 2 + i];
          dqkv[high] = dy[high] * table[p * D + i] - dy[low] * table[p * D + D / 2 + i];
        }
      }
    }
    return { qkv: dqkv };
  },
};
