import type { Reference } from "../../worker/engine/op.ts";

export const crossEntropyReference: Reference = {
  forward({ logits, targets, weights }, { rows: R, vocabulary: V }) {
    return Float64Array.from({ length: R }, (_, t) => {
      if (weights[t] === 0) return 0;
      return weights[t] * (logSumExp(logits, t, V) - logits[t * V + targets[t]]);
    });
  },

  backward(dy, { logits, targets, weights }, { rows: R, vocabulary: V }) {
    const dlogits = new Float64Array(R * V);
    for (let t = 0; t < R; t++) {
      const lse = logSumExp(logits, t, V);
      for (let v = 0; v < V; v++) {
        const p = Math.exp(logits[t * V + v] - lse);
        dlogits[t * V + v] = dy[t] * weights[t] * (p - (v === targets[t] ? 1 : 0));
      }
    }
    return { logits: dlogits };
  },
};

export const linearCrossEntropyReference: Reference = {
  forward({ x, W, targets, weights }, { rows: R, cols: C, vocabulary: V }) {
    return Float64Array.from({ length: R }, (_, t) => {
      if (weights[t] === 0) return 0;
      const l = logitsOfRow(x, W, t, C, V);
      return weights[t] * (logSumExp(l, 0, V) - l[targets[t]]);
    });
  },

  backward(dy, { x, W, targets, weights }, { rows: R, cols: C, vocabulary: V }) {
    const dx = new Float64Array(R * C);
    const dW = new Float64Array(V * C);
    for (let t = 0; t < R; t++) {
      const l = logitsOfRow(x, W, t, C, V);
      const lse = logSumExp(l, 0, V);
      for (let v = 0; v < V; v++) {
        const dl = dy[t] * weights[t] * (Math.exp(l[v] - lse) - (v === targets[t] ? 1 : 0));
        for (let c = 0; c < C; c++) {
          dx[t * C + c] += dl * W[v * C + c];
          dW[v * C + c] += dl * x[t * C + c];
        }
      }
    }
    return { x: dx, W: dW };
  },
};

/** log Σ_v exp(l_v) of row t. */
function logSumExp(logits: Float64Array, t: number, V: number): number {
  let max = -Infinity;
  for (let v = 0; v < V; v++) max = Math.max(max, logits[t * V + v]);
  let sum = 0;
  for (let v = 0; v < V; v++) sum += Math.exp(logits[t * V + v] - max);
  return max + Math.log(sum);
}

function logitsOfRow(x: Float64Array, W: Float64Array, t: number, C: number, V: number): Float64Array {
  const l = new Float64Array(V);
  for (let v = 0; v < V; v++) for (let c = 0; c < C; c++) l[v] += x[t * C + c] * W[v * C + c];
  return l;
}
