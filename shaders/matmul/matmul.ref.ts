import type { Reference } from "../../worker/engine/op.ts";

export const linearReference: Reference = {
  forward({ x, W, bias, plus }, { T, I, O }) {
    const y = new Float64Array(T * O);
    for (let t = 0; t < T; t++)
      for (let o = 0; o < O; o++) {
        let sum = (plus ? plus[t * O + o] : 0) + (bias ? bias[o] : 0);
        for (let i = 0; i < I; i++) sum += x[t * I + i] * W[o * I + i];
        y[t * O + o] = sum;
      }
    return y;
  },

  backward(dy, { x, W, bias, plus }, { T, I, O }) {
    const dx = new Float64Array(T * I);
    const dW = new Float64Array(O * I);
    const dbias = new Float64Array(O);
    for (let t = 0; t < T; t++)
      for (let o = 0; o < O; o++) {
        dbias[o] += dy[t * O + o];
        for (let i = 0; i < I; i++) {
          dx[t * I + i] += dy[t * O + o] * W[o * I + i];
          dW[o * I + i] += dy[t * O + o] * x[t * I + i];
        }
      }
    return { x: dx, W: dW, ...(bias && { bias: dbias }), ...(plus && { plus: dy.slice() }) };
  },
};
