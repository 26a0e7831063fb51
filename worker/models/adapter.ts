// A low-rank adapter as values: read from training or a file, put on the GPU by a session. Several of them are one adapter of a
// larger rank, so a model never knows how many it wears.
import { adapterNames, adapterSpecs, scaleOf, type AdapterConfig, type Target } from "../engine/model/adapter.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import { sizeOf } from "../engine/graph.ts";

export interface AdapterWeights {
  readonly config: AdapterConfig;
  /** A and B of every matrix by their names (adapterNames), padded as adapterSpecs says. */
  readonly values: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
}
export interface WornAdapter {
  readonly adapter: AdapterWeights;
  readonly strength: number; // 1 as trained
}

/**
 * Several adapters as one, with a scale of 1: A's below each other, B's side by side, each B times its scale and strength.
 * Layers that an adapter leaves alone are zero. W + Σ s_k B_k A_k = W + [s_1 B_1 …] [A_1; …].
 */
export function stackAdapters(model: DecoderConfig, worn: readonly WornAdapter[]): AdapterWeights {
  const targets = [...new Set(worn.flatMap(({ adapter }) => adapter.config.targets))].sort();
  const ranks = worn.map(({ adapter }) => paddedRankOf(model, adapter));
  const rank = ranks.reduce((a, b) => a + b, 0);
  const config: AdapterConfig = { rank, alpha: rank, isRankStabilized: false, targets };
  const values = new Map<string, Float32Array<ArrayBuffer>>();
  for (const spec of adapterSpecs(model, config)) {
    const names = adapterNames(spec.matrix);
    const A = new Float32Array(sizeOf(spec.A));
    const B = new Float32Array(sizeOf(spec.B));
    let column = 0; // where this adapter's share of the rank begins
    for (const [k, { adapter, strength }] of worn.entries()) {
      copyParts(model, spec, adapter, { A, B, rank, column, factor: strength * scaleOf(adapter.config) });
      column += ranks[k];
    }
    values.set(names.A, A);
    values.set(names.B, B);
  }
  return { config, values };
}

type Spec = ReturnType<typeof adapterSpecs>[number];
interface Share {
  readonly A: Float32Array;
  readonly B: Float32Array;
  readonly rank: number; // of the whole stack
  readonly column: number;
  readonly factor: number;
}

function copyParts(model: DecoderConfig, spec: Spec, adapter: AdapterWeights, share: Share): void {
  const own = adapterSpecs(model, adapter.config).find(({ matrix }) => matrix === spec.matrix);
  if (!own) return;
  const { rank: r } = own.attrs;
  const inputs = own.A[1];
  const names = adapterNames(spec.matrix);
  const [fromA, fromB] = [adapter.values.get(names.A)!, adapter.values.get(names.B)!];
  let row = 0; // of the stack's B
  spec.parts.forEach(({ module, width }, p) => {
    const q = own.parts.findIndex((part) => part.module === module);
    if (q >= 0) {
      const ownRow = own.parts.slice(0, q).reduce((sum, part) => sum + part.width, 0);
      share.A.set(fromA.subarray(q * r * inputs, (q + 1) * r * inputs), (p * share.rank + share.column) * inputs);
      for (let o = 0; o < width; o++)
        for (let j = 0; j < r; j++)
          share.B[(row + o) * share.rank + share.column + j] = share.factor * fromB[(ownRow + o) * r + j];
    }
    row += width;
  });
}

const paddedRankOf = (model: DecoderConfig, { config }: AdapterWeights): number =>
  adapterSpecs(model, config)[0].attrs.rank;

/** Whether two adapters fit the same compiled programs. */
export const isSameShape = (a: AdapterConfig, b: AdapterConfig): boolean =>
  a.rank === b.rank && keyOf(a.targets) === keyOf(b.targets);

const keyOf = (targets: readonly Target[]): string => [...targets].sort().join();
