// A decoder of a given shape with random weights: what speed needs of a model.
import { sizeOf, type Resident } from "../../worker/engine/graph.ts";
import type { DecoderConfig } from "../../worker/engine/model/config.ts";
import { weightSpecs, type Weights } from "../../worker/engine/model/weights.ts";
import type { Runtime } from "../../worker/engine/runtime.ts";
import { normals } from "../harness/random.ts";

const some = normals(99_991, 5);

/** Values of a part by its name in a Hugging Face folder: matrices that keep activations near 1, norms one, biases zero. */
export function someValues(name: string, shape: readonly number[], seed: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(sizeOf(shape));
  if (shape.length === 1) return values.fill(name.endsWith("bias") ? 0 : 1);
  const scale = name.includes("embed") ? 0.05 : 1 / Math.sqrt(shape[1]);
  for (let i = 0; i < values.length; i++) values[i] = scale * some[(i + 7919 * seed) % some.length];
  return values;
}

/** The weights on the GPU; `onPart` sees what each part holds. */
export async function putWeights(
  runtime: Runtime,
  config: DecoderConfig,
  onPart: (name: string, shape: readonly number[], values: Float32Array<ArrayBuffer>) => void = () => {},
): Promise<Weights> {
  const weights = new Map<string, Resident>();
  for (const [i, { name, shape, parts }] of weightSpecs(config).entries()) {
    const resident = await runtime.allocate(name, shape, "f32", "weights");
    let offset = 0;
    for (const part of parts) {
      const values = someValues(part.name, part.shape, i);
      runtime.write(resident, values, offset);
      offset += values.byteLength;
      onPart(part.name, part.shape, values);
    }
    weights.set(name, resident);
  }
  return weights;
}
