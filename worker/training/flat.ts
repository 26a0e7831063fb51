// Parameters, gradients and the optimiser's two moments, each one flat buffer: one dispatch updates them all. Matrices come
// first, as only they take weight decay. Knows shapes and places, not what the parameters mean.
import type { Resident, Shape } from "../engine/graph.ts";
import { sizeOf } from "../engine/graph.ts";
import type { Runtime } from "../engine/runtime.ts";

export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly isMatrix: boolean; // takes weight decay
}
interface Placed extends ParameterSpec {
  readonly offset: number; // elements
}

const ALIGNMENT = 64; // elements: 256 bytes, WebGPU's alignment of a binding

export interface FlatParameters {
  readonly placed: readonly Placed[];
  readonly decayedCount: number; // elements that take weight decay: the first so many
  readonly p: Resident; // (N) parameters
  readonly g: Resident; // (N) gradients
  readonly m: Resident; // (N) first moments
  readonly v: Resident; // (N) second moments
  readonly weights: ReadonlyMap<string, Resident>; // parts of p
  readonly gradients: ReadonlyMap<string, Resident>; // parts of g
}

/** Places and allocates. Throws gpu-out-of-memory. Bytes: 16 an element. */
export async function allocateFlat(runtime: Runtime, specs: readonly ParameterSpec[]): Promise<FlatParameters> {
  const { placed, decayedCount, size } = place(specs);
  const [p, g, m, v] = [
    await runtime.allocate("parameters", [size], "f32", "weights"),
    await runtime.allocate("gradients", [size], "f32", "gradients"),
    await runtime.allocate("first moments", [size], "f32", "optimizer"),
    await runtime.allocate("second moments", [size], "f32", "optimizer"),
  ];
  const parts = (of: Resident) =>
    new Map(
      placed.map((spec): [string, Resident] => [
        spec.name,
        { ...of, label: spec.name, shape: spec.shape, byteOffset: spec.offset * 4 },
      ]),
    );
  return { placed, decayedCount, p, g, m, v, weights: parts(p), gradients: parts(g) };
}

function place(specs: readonly ParameterSpec[]): { placed: Placed[]; decayedCount: number; size: number } {
  const ordered = [...specs.filter((s) => s.isMatrix), ...specs.filter((s) => !s.isMatrix)];
  let end = 0;
  let decayedCount = 0;
  const placed = ordered.map((spec): Placed => {
    const offset = end;
    end += Math.ceil(sizeOf(spec.shape) / ALIGNMENT) * ALIGNMENT;
    if (spec.isMatrix) decayedCount = end;
    return { ...spec, offset };
  });
  return { placed, decayedCount, size: Math.max(end, ALIGNMENT) };
}
