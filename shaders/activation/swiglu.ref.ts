import type { Reference } from "../../worker/engine/op.ts";

export const swigluReference: Reference = {
  forward({ gu }, { T, F }) {
    const y = new Float64Array(T * F);
    for (let t = 0; t < T; t++)
      for (let f = 0; f < F; f++) {
        const gate = gu[t * 2 * F + f];
        y[t * F + f] = (gate / (1 + Math.exp(-gate))) * gu[t * 2 * F + F + f];
      }
    return y;
  },

  backward(dy, { gu }, { T, F }) {
    const dgu = new Float64Array(T * 2 * F);
    for (let t = 0; t < T; t++)
      for (let f = 0; f < F; f++) {
        const gate = gu[t * 2 * F + f];
        const s = 1 / (1 + Math.exp(-gate));
        dgu[t * 2 * F + f] = dy[t * F + f] * gu[t * 2 * F + F + f] * (s + gate * s * (1 - s));
        dgu[t * 2 * F + F + f] = dy[t * F + f] * gate * s;
      }
    return { gu: dgu };
  },
};
