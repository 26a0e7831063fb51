import type { Reference } from "../../worker/engine/op.ts";

/** W is the values that its blocks stand for: `quantized` in test/harness/op-suite.ts. No dW. */
export const quantizedLinearReference: Reference = {
  forward({ x, W, bias, plus }, { T, I, O }) {
    const y = new Float64Array(T * O);
    for (let t = 0; t < T; t++)
      for (let n = 0; n < O; n++) {
        let sum = (bias as Float64Array | undefined)?.[n] ?? 0;
        for (let k = 0; k < I; k++) sum += x[t * I + k] * W[n * I + k];
        y[t * O + n] = sum + ((plus as Float64Array | undefined)?.[t * O + n] ?? 0);
      }
    return y;
  },

  backward(dy, { W, plus }, { T, I, O }) {
    const dx = new Float64Array(T * I);
    for (let t = 0; t < T; t++)
      for (let n = 0; n < O; n++) for (let k = 0; k < I; k++) dx[t * I + k] += dy[t * O + n] * W[n * I + k];
    return { x: dx, ...((plus as Float64Array | undefined) && { plus: dy }) };
  },
};
