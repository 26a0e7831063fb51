import type { Reference } from "../../worker/engine/op.ts";

export const addReference: Reference = {
  forward({ a, b }) {
    return a.map((v, i) => v + b[i]);
  },
  backward(dy) {
    return { a: dy.slice(), b: dy.slice() };
  },
};

export const scaleReference: Reference = {
  forward({ a }, { factor }) {
    return a.map((v) => factor * v);
  },
  backward(dy, _, { factor }) {
    return { a: dy.map((v) => factor * v) };
  },
};
