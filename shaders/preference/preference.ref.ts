import type { Reference } from "../../worker/engine/op.ts";

export const pairMarginReference: Reference = {
  forward({ losses, ranges, reference }, { beta, pairs: P }) {
    return Float64Array.from({ length: P }, (_, p) => {
      let difference = -reference[p];
      for (let t = ranges[4 * p + 2]; t < ranges[4 * p + 3]; t++) difference += losses[t];
      for (let t = ranges[4 * p]; t < ranges[4 * p + 1]; t++) difference -= losses[t];
      return beta * difference;
    });
  },

  backward(dy, { losses, ranges }, { beta, pairs: P }) {
    const dlosses = new Float64Array(losses.length);
    for (let p = 0; p < P; p++) {
      for (let t = ranges[4 * p]; t < ranges[4 * p + 1]; t++) dlosses[t] -= beta * dy[p];
      for (let t = ranges[4 * p + 2]; t < ranges[4 * p + 3]; t++) dlosses[t] += beta * dy[p];
    }
    return { losses: dlosses };
  },
};

export const preferenceLossReference: Reference = {
  forward: ({ margins, weights }) =>
    margins.map((h, p) => weights[p] * (Math.max(-h, 0) + Math.log1p(Math.exp(-Math.abs(h))))),
  backward: (dy, { margins, weights }) => ({
    margins: margins.map((h, p) => (-dy[p] * weights[p]) / (1 + Math.exp(h))),
  }),
};

/** What pairMeasures adds: the weighted mean of the margins, and the share of pairs that are won, a tie being half. */
export function pairMeasuresReference(margins: Float64Array, weights: Float64Array, tie: number): [number, number] {
  let [mean, won] = [0, 0];
  margins.forEach((h, p) => {
    mean += weights[p] * h;
    won += weights[p] * (h > tie ? 1 : h < -tie ? 0 : 0.5);
  });
  return [mean, won];
}
