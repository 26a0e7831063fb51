// What a case of the bench is given, in Node and in a page alike: a device for Loam, and the peers on the same adapter. And the parts
// of the peers' interfaces that the bench calls: they are installed only when it runs.
import type { Jax } from "./jax.ts";
import type { Place } from "./table.ts";

export interface Stage extends Place {
  readonly device: GPUDevice; // Loam's
  jax(): Promise<Jax>;
  tf(): Promise<Tf>;
  ort(): Promise<Ort>;
}

export interface TfTensor {
  data(): Promise<Float32Array | Int32Array>;
  dispose(): void;
}
export interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  backend(): { endComputePassEncoder(): void; submitQueue(): void; readonly device: GPUDevice };
  tensor2d(values: Float32Array, shape: readonly [number, number]): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  reshape(a: TfTensor, shape: readonly number[]): TfTensor;
  topk(a: TfTensor, k: number): { readonly values: TfTensor; readonly indices: TfTensor };
  tidy<T>(f: () => T): T;
}

export interface OrtTensor {
  readonly data: Float32Array | Int32Array | BigInt64Array; // of one that is on the CPU
  getData(): Promise<Float32Array | Int32Array | BigInt64Array>;
  dispose(): void;
}
export type OrtTensors = Record<string, OrtTensor>;
export interface OrtSession {
  /** Outputs that are given are written to. */
  run(inputs: OrtTensors, outputs?: OrtTensors): Promise<OrtTensors>;
  release(): Promise<void>;
}
export interface OrtOptions {
  readonly executionProviders: readonly string[];
  readonly preferredOutputLocation: string | Readonly<Record<string, string>>;
  readonly graphOptimizationLevel?: string;
  readonly enableGraphCapture?: boolean;
  readonly logSeverityLevel?: number;
}
export interface Ort {
  readonly env: {
    readonly wasm: { numThreads: number; wasmBinary: Uint8Array | ArrayBuffer };
    readonly webgpu: { readonly device: Promise<GPUDevice> };
  };
  readonly InferenceSession: { create(model: Uint8Array, options: OrtOptions): Promise<OrtSession> };
  readonly Tensor: {
    new (type: "int32", values: Int32Array, dims: readonly number[]): OrtTensor;
    fromGpuBuffer(
      buffer: GPUBuffer,
      options: { dataType: "float32" | "int32" | "int64"; dims: readonly number[] },
    ): OrtTensor;
  };
}

/** A session of ORT whose outputs stay on the GPU. */
export const openSession = (ort: Ort, model: Uint8Array, options: Partial<OrtOptions> = {}): Promise<OrtSession> =>
  ort.InferenceSession.create(model, {
    executionProviders: ["webgpu"],
    preferredOutputLocation: "gpu-buffer",
    ...options,
  });

/** Values in a buffer of ORT's device. */
export async function putOrt(
  ort: Ort,
  dataType: "float32" | "int32",
  values: ArrayBufferView<ArrayBuffer>,
  dims: readonly number[],
): Promise<OrtTensor> {
  const device = await ort.env.webgpu.device;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = device.createBuffer({ size: Math.ceil(values.byteLength / 16) * 16, usage });
  device.queue.writeBuffer(buffer, 0, values.buffer, values.byteOffset, values.byteLength);
  return ort.Tensor.fromGpuBuffer(buffer, { dataType, dims });
}
