import type { Reference } from "../../worker/engine/op.ts";

/** The first word of pcg3d, in 32-bit arithmetic. */
export function pcg3d(a: number, b: number, c: number): number {
  let [x, y, z] = [a, b, c].map((v) => (Math.imul(v, 1664525) + 1013904223) >>> 0);
  const round = () => {
    x = (x + Math.imul(y, z)) >>> 0;
    y = (y + Math.imul(z, x)) >>> 0;
    z = (z + Math.imul(x, y)) >>> 0;
  };
  round();
  [x, y, z] = [x, y, z].map((v) => (v ^ (v >>> 16)) >>> 0);
  round();
  return x;
}

const masked = (values: Float64Array, seed: number, rate: number, stream: number): Float64Array =>
  values.map((v, i) => (pcg3d(i, seed, stream) >= Math.floor(rate * 2 ** 32) ? v / (1 - rate) : 0));

export const dropoutReference: Reference = {
  forward: ({ x, seed }, { rate, stream }) => masked(x, seed[0], rate, stream),
  backward: (dy, { seed }, { rate, stream }) => ({ x: masked(dy, seed[0], rate, stream) }),
};
