// A model with an adapter added into its weights: W + s·B A. The folder that comes out needs no adapter.
import { writeSafetensors } from "../engine/format/safetensors.ts";
import { readTensor } from "../engine/format/tensor.ts";
import { adapterNames, adapterSpecs, scaleOf } from "../engine/model/adapter.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import type { AdapterWeights } from "./adapter.ts";
import { readHeaders, type ModelFolder } from "./folder.ts";

/** The weights as one safetensors file, F32. Holds the whole model in memory. */
export async function mergeAdapter(
  folder: ModelFolder,
  model: DecoderConfig,
  adapter: AdapterWeights,
): Promise<Uint8Array<ArrayBuffer>> {
  const changes = new Map<string, (values: Float32Array) => void>();
  for (const {
    matrix,
    parts,
    A: [, I],
    attrs: { rank: R },
  } of adapterSpecs(model, adapter.config)) {
    // prettier-ignore
    const names = adapterNames(matrix);
    const [A, B] = [adapter.values.get(names.A)!, adapter.values.get(names.B)!];
    let row = 0;
    for (const [p, { module, width }] of parts.entries()) {
      const first = row;
      changes.set(`${module}.weight`, (W) =>
        addProduct(W, A, B, { first, width, p, R, I, scale: scaleOf(adapter.config) }),
      );
      row += width;
    }
  }
  const tensors = [];
  for (const [name, stored] of await readHeaders(folder)) {
    const values = (await readTensor(stored)).slice(); // what is read may be a view of the file
    changes.get(name.startsWith("model.") ? name : `model.${name}`)?.(values);
    tensors.push({ name, shape: stored.shape, values });
  }
  return writeSafetensors(tensors, "F32");
}

interface Part {
  readonly first: number; // row of B
  readonly width: number;
  readonly p: number;
  readonly R: number;
  readonly I: number;
  readonly scale: number;
}

/** W (O, I) += s·B A for the rows of one part. */
function addProduct(W: Float32Array, A: Float32Array, B: Float32Array, { first, width, p, R, I, scale }: Part): void {
  for (let o = 0; o < width; o++)
    for (let j = 0; j < R; j++) {
      const b = scale * B[(first + o) * R + j];
      if (b === 0) continue;
      for (let i = 0; i < I; i++) W[o * I + i] += b * A[(p * R + j) * I + i];
    }
}
