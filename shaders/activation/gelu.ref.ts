import type { Reference } from "../../worker/engine/op.ts";

export const geluReference: Reference = {
  forward({ x }) {
    return x.map((v) => v * normalCdf(v));
  },
  backward(dy, { x }) {
    return { x: x.map((v, i) => dy[i] * (normalCdf(v) + (v * Math.exp((-v * v) / 2)) / Math.sqrt(2 * Math.PI))) };
  },
};

/** Φ(v) = ½ + φ(v)·(v + v³/3 + v⁵/(3·5) + …): every term has the same sign, so float64 is exact to a few ulp of ½. */
function normalCdf(v: number): number {
  if (Math.abs(v) > 9) return v > 0 ? 1 : 0; // within 1e-18
  let term = v;
  let sum = v;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
    term *= (v * v) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-v * v) / 2)) / Math.sqrt(2 * Math.PI);
}

export const geluTanhReference: Reference = {
  forward({ x }) {
    return x.map((v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))));
  },
  backward(dy, { x }) {
    return {
      x: x.map((v, i) => {
        const tanh = Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3));
        const slope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * v ** 2);
        return dy[i] * (0.5 * (1 + tanh) + 0.5 * v * (1 - tanh ** 2) * slope);
      }),
    };
  },
};
