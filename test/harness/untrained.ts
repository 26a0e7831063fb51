// Decoders that nobody trained, of any size: for what does not depend on what a model knows.
import { quantize } from "../../worker/engine/format/quantize.ts";
import { isQuantized, sizeOf, type Resident } from "../../worker/engine/graph.ts";
import { ADAPTABLE, adapterNames, adapterSpecs } from "../../worker/engine/model/adapter.ts";
import { decoderConfig, type DecoderConfig } from "../../worker/engine/model/config.ts";
import { dtypeOf, weightSpecs, type Precision, type Weights } from "../../worker/engine/model/weights.ts";
import type { Runtime } from "../../worker/engine/runtime.ts";
import type { AdapterWeights } from "../../worker/models/adapter.ts";
import { normals } from "./random.ts";

/** A Llama of these sizes, tied, with 128 positions unless they say otherwise. */
export const llama = (sizes: Readonly<Record<string, number>>): DecoderConfig =>
  decoderConfig({
    ...{
      architectures: ["LlamaForCausalLM"],
      tie_word_embeddings: true,
      max_position_embeddings: 128,
      rms_norm_eps: 1e-5,
    },
    ...sizes,
  });

/** Norms of one, matrices of normals over √I, or zero. */
export async function weightsOf(
  runtime: Runtime,
  config: DecoderConfig,
  precision: Precision,
  isZero = false,
): Promise<Weights> {
  const weights = new Map<string, Resident>();
  for (const [i, spec] of weightSpecs(config).entries()) {
    const { name, shape, isMatrix } = spec;
    const dtype = dtypeOf(spec, precision);
    const resident = await runtime.allocate(name, shape, dtype, "weights");
    weights.set(name, resident);
    if (isZero) continue;
    const values = isMatrix
      ? Float32Array.from(normals(sizeOf(shape), i), (v) => v / Math.sqrt(shape[1]))
      : new Float32Array(sizeOf(shape)).fill(1);
    runtime.write(resident, isQuantized(dtype) ? quantize(values, shape, dtype).bytes : values);
  }
  return weights;
}

/** An adapter of rank 4 beside every matrix, of small normals. */
export function adapterOf(model: DecoderConfig): AdapterWeights {
  const config = { rank: 4, alpha: 4, isRankStabilized: false, targets: [...ADAPTABLE] };
  const values = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [i, { matrix, A, B }] of adapterSpecs(model, config).entries()) {
    const names = adapterNames(matrix);
    values.set(
      names.A,
      Float32Array.from(normals(sizeOf(A), 2 * i), (v) => v / Math.sqrt(A[1])),
    );
    values.set(
      names.B,
      Float32Array.from(normals(sizeOf(B), 2 * i + 1), (v) => v / 10),
    );
  }
  return { config, values };
}
