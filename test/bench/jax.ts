// The part of the interface of jax-js that the bench calls: it is installed only when the bench runs.

/** Arrays are owned: an argument is consumed, `.ref` keeps it. */
export interface Array {
  readonly ref: this;
  readonly shape: number[];
  add(other: Array | number): Array;
  sub(other: Array | number): Array;
  mul(other: Array | number): Array;
  div(other: Array | number): Array;
  sum(axis?: number): Array;
  mean(axis?: number, options?: { keepdims: boolean }): Array;
  reshape(shape: readonly number[]): Array;
  transpose(axes?: readonly number[]): Array;
  slice(...index: ([] | [number, number])[]): Array;
  data(): Promise<Float32Array>;
  blockUntilReady(): Promise<Array>;
  dispose(): void;
}
export type Tree = Array | readonly Tree[] | { readonly [name: string]: Tree };
export interface Jax {
  init(...devices: string[]): Promise<string[]>;
  defaultDevice(device: string): void;
  jit<F>(f: F): F & { dispose(): void };
  valueAndGrad<P extends Tree, R extends Tree[]>(
    f: (parameters: P, ...rest: R) => Array,
  ): (parameters: P, ...rest: R) => [Array, P];
  readonly tree: {
    map<T extends Tree>(f: (...leaves: Array[]) => Array, first: T, ...rest: T[]): T;
    ref<T extends Tree>(of: T): T;
  };
  readonly numpy: {
    array(values: Float32Array | Int32Array, options?: { shape?: readonly number[] }): Array;
    matmul(a: Array, b: Array): Array;
    concatenate(arrays: Array[], axis: number): Array;
    take(a: Array, indices: Array, axis: number): Array;
    zerosLike(a: Array): Array;
    sqrt(a: Array): Array;
    square(a: Array): Array;
  };
  readonly nn: {
    silu(x: Array): Array;
    logsumexp(x: Array, axis: number): Array;
    oneHot(x: Array, classes: number): Array;
    dotProductAttention(q: Array, k: Array, v: Array, options: { isCausal: boolean }): Array;
  };
  readonly lax: { topK(x: Array, k: number, axis?: number): [Array, Array] };
}
