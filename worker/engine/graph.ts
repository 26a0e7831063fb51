// A graph is a list of steps over symbolic tensors. Ops append to it; a plan gives its tensors places; a program replays it.
// Nothing here touches a GPU, so shapes fail at build time, with a name, and building is testable anywhere.

import { fail } from "../contract/errors.ts";
import type { Slots, WgslFile } from "./wgsl.ts";

export type Shape = readonly number[];
/** q8 and q4 are matrices that are only read: 32 weights of a row share a scale; see format/quantize.ts. */
export type DType = "f32" | "f16" | "u32" | Quantized;
export type Quantized = "q8" | "q4";
export const isQuantized = (dtype: DType): dtype is Quantized => dtype === "q8" || dtype === "q4";
const bytesOf: Readonly<Record<DType, number>> = { f32: 4, f16: 2, u32: 4, q8: 1, q4: 0.5 }; // a number's, without scales
export const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

export const BLOCK = 32; // weights that share a scale
/** Where the scales of a quantised matrix begin: after its numbers, at WebGPU's alignment of a binding. */
export const scalesOffset = (shape: Shape, dtype: Quantized): number =>
  Math.ceil((sizeOf(shape) * bytesOf[dtype]) / 256) * 256;
export const byteSizeOf = (shape: Shape, dtype: DType): number =>
  isQuantized(dtype) ? scalesOffset(shape, dtype) + (sizeOf(shape) / BLOCK) * 2 : sizeOf(shape) * bytesOf[dtype];

/** What a tensor's bytes live as long as. Memory is reported by these classes. */
export type Lifetime = "weights" | "session" | "activations" | "gradients" | "optimizer";

/** Bytes that outlive a graph: a weight, a cache, a parameter's gradient. Allocated by `Runtime.allocate`, freed by its owner. */
export interface Resident {
  readonly label: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly lifetime: Lifetime;
  readonly buffer: GPUBuffer;
  readonly byteOffset: number; // a multiple of 256
}

/** Shape, dtype and provenance. Holds no bytes: it is a resident, a view of another tensor, or planned. */
export class Tensor {
  constructor(
    readonly graph: Graph,
    readonly id: number,
    readonly shape: Shape,
    readonly dtype: DType,
    readonly label: string,
    readonly source: { readonly resident: Resident } | { readonly base: Tensor; readonly byteOffset: number } | null,
  ) {}

  get byteSize(): number {
    return byteSizeOf(this.shape, this.dtype);
  }

  /** Throws shape-mismatch unless the shape is exactly `shape`; `op` names the op in the error. */
  expect(op: string, shape: Shape): void {
    if (this.shape.length !== shape.length || this.shape.some((n, i) => n !== shape[i]))
      fail({ code: "shape-mismatch", op, tensor: this.label, expected: `(${shape})`, got: `(${this.shape})` });
  }

  /** The same bytes, last two axes swapped. Not a copy: matmul reads the flag. */
  get T(): Transposed {
    return { of: this, shape: [...this.shape.slice(0, -2), this.shape.at(-1)!, this.shape.at(-2)!] };
  }

  /** Rows [start, start + count) of the first axis, as a view. The byte offset must be a multiple of 256 (WebGPU's alignment). */
  rows(start: number, count: number): Tensor {
    const rowBytes = (sizeOf(this.shape) / this.shape[0]) * bytesOf[this.dtype];
    const byteOffset = start * rowBytes;
    if (isQuantized(this.dtype) || byteOffset % 256 !== 0 || start + count > this.shape[0])
      fail({
        code: "shape-mismatch",
        op: "rows",
        tensor: this.label,
        expected: "a view inside, at a multiple of 256 bytes",
        got: `rows ${start}..${start + count} of ${this.shape[0]}, at byte ${byteOffset}`,
      });
    return this.graph.view(this, byteOffset, [count, ...this.shape.slice(1)]);
  }

  /** A quantised matrix as a kernel binds it: its numbers in words, and its scales, two f16 a word. */
  get blocks(): { readonly words: Tensor; readonly scales: Tensor } {
    const { graph, shape, dtype } = this;
    if (!isQuantized(dtype))
      return fail({ code: "shape-mismatch", op: "blocks", tensor: this.label, expected: "q8 or q4", got: dtype });
    const words = graph.view(this, 0, [(sizeOf(shape) * bytesOf[dtype]) / 4], "u32");
    return {
      words,
      scales: graph.view(this, scalesOffset(shape, dtype), [Math.ceil(sizeOf(shape) / BLOCK / 2)], "u32"),
    };
  }

  /** The same bytes with another shape of the same size. */
  reshape(shape: Shape): Tensor {
    if (sizeOf(shape) !== sizeOf(this.shape)) this.expect("reshape", shape);
    return this.graph.view(this, 0, shape);
  }
}

export interface Transposed {
  readonly of: Tensor;
  readonly shape: Shape;
}

export interface Kernel {
  readonly files: readonly WgslFile[];
  readonly entry: string;
  readonly slots?: Slots;
}
export type Grid = readonly [number, number?, number?];
export interface Dispatch {
  readonly kernel: Kernel;
  readonly tensors: Readonly<Record<string, Tensor>>; // by their WGSL names
  readonly params: Readonly<Record<string, number>>; // by their WGSL names
  readonly workgroups: Grid;
}
export type Step =
  | ({ readonly kind: "dispatch" } & Dispatch)
  | { readonly kind: "clear"; readonly tensor: Tensor }
  | { readonly kind: "copy"; readonly from: Tensor; readonly to: Tensor };

/** What is known of an adapter, for ops that have more than one kernel. */
export interface Tuning {
  readonly hasCheapBarriers: boolean; // by timing; software adapters do not: there a kernel without barriers is many times faster
  /** By its kind: a CPU plays GPU, and its subgroups are large enough (8) to share what they load. */
  readonly hasDearLoads?: boolean;
}

export class Graph {
  readonly steps: Step[] = [];
  readonly tensors: Tensor[] = [];
  readonly #residents = new Map<Resident, Tensor>();

  /** Training takes nothing that was timed (`Runtime.untimed`), so that a run does not depend on a timing. */
  constructor(readonly tuning: Tuning = { hasCheapBarriers: true }) {}

  /** A tensor whose place the planner chooses. The first step that names it must write it. */
  tensor(label: string, shape: Shape, dtype: DType = "f32"): Tensor {
    return this.#add(shape, dtype, label, null);
  }

  /** The tensor that stands for `resident` in this graph; the same one each time. */
  resident(resident: Resident): Tensor {
    const known = this.#residents.get(resident);
    if (known) return known;
    const tensor = this.#add(resident.shape, resident.dtype, resident.label, { resident });
    this.#residents.set(resident, tensor);
    return tensor;
  }

  view(base: Tensor, byteOffset: number, shape: Shape, dtype: DType = base.dtype): Tensor {
    return this.#add(shape, dtype, base.label, { base, byteOffset });
  }

  dispatch(d: Dispatch): void {
    this.steps.push({ kind: "dispatch", ...d });
  }

  /** Sets every byte to zero. */
  clear(tensor: Tensor): void {
    checkWords("clear", tensor);
    this.steps.push({ kind: "clear", tensor });
  }

  copy(from: Tensor, to: Tensor): void {
    to.expect("copy", from.shape);
    if (from.dtype !== to.dtype)
      fail({ code: "shape-mismatch", op: "copy", tensor: to.label, expected: from.dtype, got: to.dtype });
    checkWords("copy", to);
    this.steps.push({ kind: "copy", from, to });
  }

  #add(shape: Shape, dtype: DType, label: string, source: Tensor["source"]): Tensor {
    const t = new Tensor(this, this.tensors.length, shape, dtype, label, source);
    this.tensors.push(t);
    return t;
  }
}

/** Where a tensor's bytes really are: the tensor at the root of its views, and the distance from that one's start. */
export function rootOf(tensor: Tensor): { root: Tensor; byteOffset: number } {
  let root = tensor;
  let byteOffset = 0;
  while (root.source && "base" in root.source) {
    byteOffset += root.source.byteOffset;
    root = root.source.base;
  }
  return { root, byteOffset };
}

/** Clears and copies move words of 4 bytes: an odd number of f16 is theirs only where padding follows it. */
function checkWords(op: string, tensor: Tensor): void {
  const { root, byteOffset } = rootOf(tensor);
  if (tensor.byteSize % 4 === 0 || byteOffset + tensor.byteSize === root.byteSize) return;
  fail({
    code: "shape-mismatch",
    op,
    tensor: tensor.label,
    expected: "whole words of 4 bytes, or the end of a tensor",
    got: `(${tensor.shape}) ${tensor.dtype} at byte ${byteOffset}`,
  });
}
