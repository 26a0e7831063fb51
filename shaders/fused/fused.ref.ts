import type { Arrays, Attrs } from "../../worker/engine/op.ts";

/** y (T, N) of x (T, I), W (O, I), norm (I), bias (O) and plus (T, N), which may be left out. dims: T, I, O; eps; gated 0 | 1. */
export function fusedLinearReference(inputs: Arrays, { T, I, O, eps, gated }: Attrs): Float64Array {
  const { x, W } = inputs;
  const norm: Float64Array | undefined = inputs.norm;
  const bias: Float64Array | undefined = inputs.bias;
  const plus: Float64Array | undefined = inputs.plus;
  const N = gated ? O / 2 : O;
  const y = new Float64Array(T * N);
  for (let t = 0; t < T; t++) {
    let squares = 0;
    for (let k = 0; k < I; k++) squares += x[t * I + k] ** 2;
    const r = norm ? 1 / Math.sqrt(squares / I + eps) : 1;
    const product = (n: number) => {
      let sum = bias ? bias[n] : 0;
      for (let k = 0; k < I; k++) sum += r * (norm ? norm[k] : 1) * x[t * I + k] * W[n * I + k];
      return sum;
    };
    for (let n = 0; n < N; n++) {
      const d = product(n);
      y[t * N + n] = (gated ? (d / (1 + Math.exp(-d))) * product(N + n) : d) + (plus ? plus[t * N + n] : 0);
    }
  }
  return y;
}
