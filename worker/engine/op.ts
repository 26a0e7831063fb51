// What every op provides. Owned by the engine, which consumes ops; shaders import only types from here.
import type { DType, Graph, Grid, Kernel, Shape, Tensor, Transposed, Tuning } from "./graph.ts";

export type { Slots, WgslFile } from "./wgsl.ts";
export type { DType, Graph, Grid, Kernel, Shape, Tensor, Transposed, Tuning };

export type Tensors = Readonly<Record<string, Tensor>>;
export type Arrays = Readonly<Record<string, Float64Array>>;
export type Attrs = Readonly<Record<string, number>>;

/**
 * Computes one gradient, when it is forced. With `into`, it may add to that tensor and return it; one that cannot
 * returns a new tensor, and the caller adds.
 */
export type Thunk = (into?: Tensor) => Tensor;

/**
 * A differentiable op. `backward` returns one thunk per input it can differentiate; the caller forces only those that
 * lead to a trainable tensor, so a frozen weight costs nothing. Inputs of dtype u32 (ids, ranges) have no thunk.
 */
export interface Op {
  readonly name: string;
  forward(inputs: Tensors, attrs: Attrs): { y: Tensor; saved: Tensors };
  backward(dy: Tensor, saved: Tensors, attrs: Attrs): Readonly<Record<string, Thunk>>;
  readonly reference: Reference;
}

/** The same op in float64 with plain loops. It is the specification; the GPU is the optimisation. */
export interface Reference {
  forward(inputs: Arrays, dims: Attrs): Float64Array;
  backward(dy: Float64Array, inputs: Arrays, dims: Attrs): Arrays;
}

/** How a model calls ops: directly when it only runs, through a tape when it learns. */
export type Apply = (op: Op, inputs: Tensors, attrs?: Attrs) => Tensor;
export const run: Apply = (op, inputs, attrs = {}) => op.forward(inputs, attrs).y;

/** A stretch of a model that may be recorded a second time, instead of keeping what it saved (gradient checkpointing). */
export type Segment = (record: (apply: Apply) => Tensor) => Tensor;

/** How a model is recorded. */
export interface Recording {
  readonly apply: Apply;
  readonly segment: Segment;
  readonly isTraining: boolean; // dropout is on
}
export const running: Recording = { apply: run, segment: (record) => record(run), isTraining: false };
