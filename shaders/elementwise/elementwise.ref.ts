import type { Reference } from "../../worker/engine/op.ts";

export const addReference: Reference = {
  forward({ a, b }) {
    return a.map((v, i) => v + b[i]);
  },
  backward(dy) {
    return { a: dy.slice(), b: dy.slice() };
  },
};
