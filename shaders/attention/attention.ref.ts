import type { Attrs, Reference } from "../../worker/engine/op.ts";

export const attentionReference: Reference = {
  forward({ qkv, ranges }, attrs) {
    const { H, K, D } = attrs;
    const rows = ranges.length / 2;
    const stride = (H + 2 * K) * D;
    const y = new Float64Array(rows * H * D);
    for (let t = 0; t < rows; t++) {
      for (let h = 0; h < H; h++) {
        const kvHead = Math.floor((h * K) / H);
        const p = probabilities(qkv, ranges, t, h, attrs);
        for (let j = 0; j < p.length; j++) {
          const v = (firstKey(ranges, t, attrs) + j) * stride + (H + K + kvHead) * D;
          for (let c = 0; c < D; c++) y[(t * H + h) * D + c] += p[j] * qkv[v + c];
        }
      }
    }
    return y;
  },

  backward(dy, { qkv, ranges }, attrs) {
    const { H, K, D } = attrs;
    const rows = ranges.length / 2;
    const stride = (H + 2 * K) * D;
    const dqkv = new Float64Array(qkv.length);
    for (let t = 0; t < rows; t++) {
      for (let h = 0; h < H; h++) {
        const kvHead = Math.floor((h * K) / H);
        const p = probabilities(qkv, ranges, t, h, attrs);
        const q = t * stride + h * D;
        const out = (t * H + h) * D;
        const dp = new Float64Array(p.length);
        let mean = 0; // Σ p·dp
        for (let j = 0; j < p.length; j++) {
          const v = (firstKey(ranges, t, attrs) + j) * stride + (H + K + kvHead) * D;
          for (let c = 0; c < D; c++) {
            dp[j] += dy[out + c] * qkv[v + c];
            dqkv[v + c] += p[j] * dy[out + c];
          }
          mean += p[j] * dp[j];
        }
        for (let j = 0; j < p.length; j++) {
          const k = (firstKey(ranges, t, attrs) + j) * stride + (H + kvHead) * D;
          const ds = (p[j] * (dp[j] - mean)) / Math.sqrt(D);
          for (let c = 0; c < D; c++) {
            dqkv[q + c] += ds * qkv[k + c];
            dqkv[k + c] += ds * qkv[q + c];
          }
        }
      }
    }
    return { qkv: dqkv };
  },
};

/** The first key that row t sees: of its range, or of the window that ends with it. */
function firstKey(ranges: Float64Array, t: number, { window }: Attrs): number {
  const [first, last] = [ranges[2 * t], ranges[2 * t + 1]];
  return window ? Math.max(first, last - window) : first;
}

/** p of row t, head h, over the keys it sees. */
function probabilities(qkv: Float64Array, ranges: Float64Array, t: number, h: number, attrs: Attrs) {
  const { H, K, D } = attrs;
  const stride = (H + 2 * K) * D;
  const kvHead = Math.floor((h * K) / H);
  const first = firstKey(ranges, t, attrs);
  const scores = new Float64Array(Math.max(0, ranges[2 * t + 1] - first));
  for (let j = 0; j < scores.length; j++) {
    const k = (first + j) * stride + (H + kvHead) * D;
    for (let c = 0; c < D; c++) scores[j] += (qkv[t * stride + h * D + c] * qkv[k + c]) / Math.sqrt(D);
  }
  let highest = -Infinity;
  for (const s of scores) highest = Math.max(highest, s);
  let total = 0;
  for (const s of scores) total += Math.exp(s - highest);
  return scores.map((s) => Math.exp(s - highest) / total);
}
