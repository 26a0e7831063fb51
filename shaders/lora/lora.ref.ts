import type { Arrays, Attrs, Reference } from "../../worker/engine/op.ts";
import { linearReference } from "../matmul/matmul.ref.ts";

interface Row {
  readonly part: number;
  readonly column: number; // of y
}

/** For every row of B the part it belongs to and its column of y. */
function rowsOf(attrs: Attrs): Row[] {
  return [0, 1, 2].flatMap((part) =>
    Array.from({ length: attrs[`w${part}`] ?? 0 }, (_, i) => ({ part, column: (attrs[`o${part}`] ?? 0) + i })),
  );
}
const partsOf = (attrs: Attrs): number => new Set(rowsOf(attrs).map(({ part }) => part)).size;

/** z = xa Aᵀ, (T, P·rank). */
function lowRank({ x, xa, A }: Arrays, dims: Attrs): Float64Array {
  return linearReference.forward({ x: xa ?? x, W: A }, { ...dims, O: partsOf(dims) * dims.rank });
}

export const loraLinearReference: Reference = {
  forward(inputs, dims) {
    const { T, O, rank, scale } = dims;
    const y = linearReference.forward(inputs, dims);
    const z = lowRank(inputs, dims);
    const width = partsOf(dims) * rank;
    for (let t = 0; t < T; t++)
      rowsOf(dims).forEach(({ part, column }, b) => {
        for (let j = 0; j < rank; j++)
          y[t * O + column] += scale * z[t * width + part * rank + j] * inputs.B[b * rank + j];
      });
    return y;
  },

  backward(dy, inputs, dims) {
    const { T, O, rank, scale } = dims;
    const width = partsOf(dims) * rank;
    const z = lowRank(inputs, dims);
    const dz = new Float64Array(T * width);
    const dB = new Float64Array(inputs.B.length);
    for (let t = 0; t < T; t++)
      rowsOf(dims).forEach(({ part, column }, b) => {
        for (let j = 0; j < rank; j++) {
          const at = t * width + part * rank + j;
          dz[at] += scale * dy[t * O + column] * inputs.B[b * rank + j];
          dB[b * rank + j] += scale * dy[t * O + column] * z[at];
        }
      });
    const base = linearReference.backward(dy, inputs, dims);
    const low = linearReference.backward(dz, { x: inputs.xa ?? inputs.x, W: inputs.A }, { T, I: dims.I, O: width });
    const dx = inputs.xa ? base.x : base.x.map((v, i) => v + low.x[i]);
    return { ...base, x: dx, A: low.W, B: dB, ...(inputs.xa && { xa: low.x }) };
  },
};
