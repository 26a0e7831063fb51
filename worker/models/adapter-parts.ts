// An adapter layer by layer, as adapter files keep it: A (r, I) and B (O, r) of one linear layer, not padded, q apart from k.
import { fail } from "../contract/errors.ts";
import { sizeOf } from "../engine/graph.ts";
import {
  ADAPTABLE,
  adapterNames,
  adapterSpecs,
  type AdapterConfig,
  type AdapterPart,
  type Target,
} from "../engine/model/adapter.ts";
import type { StoredTensor } from "../engine/format/tensor.ts";
import type { DecoderConfig } from "../engine/model/config.ts";
import type { AdapterWeights } from "./adapter.ts";

/** The adapter of one linear layer. */
export interface LayerAdapter {
  readonly part: AdapterPart;
  readonly I: number; // columns of the layer
  readonly A: Float32Array<ArrayBuffer>; // (r, I)
  readonly B: Float32Array<ArrayBuffer>; // (O, r)
}

/** Every layer of the adapter, in the order of the model's weights. */
export function layersOf({ config, values }: AdapterWeights, model: DecoderConfig): LayerAdapter[] {
  return adapterSpecs(model, config).flatMap(({ matrix, parts, A: shape, attrs }) => {
    const names = adapterNames(matrix);
    const [A, B] = [values.get(names.A)!, values.get(names.B)!];
    const [R, I, r] = [attrs.rank, shape[1], config.rank];
    let row = 0;
    return parts.map((part, p): LayerAdapter => {
      const upper = new Float32Array(part.width * r);
      for (let o = 0; o < part.width; o++, row++) upper.set(B.subarray(row * R, row * R + r), o * r);
      return { part, I, A: A.slice(p * R * I, (p * R + r) * I), B: upper };
    });
  });
}

/** A (r, I) or B (O, r) of a layer. */
export type Side = "A" | "B";
type Sides = Readonly<Record<Side, Float32Array<ArrayBuffer>>>;
type Shapes = Readonly<Record<Side, readonly [number, number]>>;

/** The inverse of layersOf: `read` gives a layer's sides, or null where the file has none; such a layer stays as it is. */
export async function adapterFrom(
  model: DecoderConfig,
  config: AdapterConfig,
  read: (part: AdapterPart, shapes: Shapes) => Promise<Sides | null>,
): Promise<AdapterWeights> {
  const values = new Map<string, Float32Array<ArrayBuffer>>();
  const r = config.rank;
  for (const { matrix, parts, A: shapeA, B: shapeB, attrs } of adapterSpecs(model, config)) {
    const [A, B] = [new Float32Array(sizeOf(shapeA)), new Float32Array(sizeOf(shapeB))];
    const [R, I] = [attrs.rank, shapeA[1]];
    let row = 0;
    for (const [p, part] of parts.entries()) {
      const sides = await read(part, { A: [r, I], B: [part.width, r] });
      if (sides) {
        A.set(sides.A, p * R * I);
        for (let o = 0; o < part.width; o++) B.set(sides.B.subarray(o * r, (o + 1) * r), (row + o) * R);
      }
      row += part.width;
    }
    const names = adapterNames(matrix);
    values.set(names.A, A).set(names.B, B);
  }
  return { config, values };
}

/** Tensors of an adapter's file, each of which must find its place. */
export class AdapterTensors {
  readonly #used = new Set<string>();

  constructor(
    readonly tensors: ReadonlyMap<string, StoredTensor>,
    readonly file: string, // as shown in errors
  ) {}

  bad(reason: string): never {
    return fail({ code: "bad-file", file: this.file, format: "adapter", reason });
  }

  /** Both sides of a layer by their names and shapes; null when there are not both. */
  take(names: Readonly<Record<Side, string>>, shapes: Shapes): Readonly<Record<Side, StoredTensor>> | null {
    const [A, B] = [this.tensors.get(names.A), this.tensors.get(names.B)];
    if (!A || !B) return null;
    this.#check(names.A, A, shapes.A);
    this.#check(names.B, B, shapes.B);
    return { A, B };
  }

  #check(name: string, found: StoredTensor, expected: readonly number[]): void {
    if (found.shape.length !== expected.length || found.shape.some((n, i) => n !== expected[i]))
      this.bad(`${name} is (${found.shape}), this base takes (${expected}): the adapter is of another base`);
    this.#used.add(name);
  }

  /** The kinds of layers that names like these belong to. */
  targets(isOf: (name: string, target: Target) => boolean): Target[] {
    const targets = ADAPTABLE.filter((target) => [...this.tensors.keys()].some((name) => isOf(name, target)));
    return targets.length > 0 ? targets : this.bad(`the tensors belong to none of ${ADAPTABLE.join(", ")}`);
  }

  /** Throws bad-file for a tensor that was not taken: of no layer of this model, or without its other side. */
  finish(): void {
    const stray = [...this.tensors.keys()].find((name) => !this.#used.has(name));
    if (stray !== undefined)
      this.bad(
        `${stray} has no place in this model: the adapter is of another base, or changes layers that adapters here cannot`,
      );
  }
}
