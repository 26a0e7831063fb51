// Opens the peers in this process, on the adapter that Loam runs on. They expect a browser: what they ask of one is put where
// they look for it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { create } from "webgpu";
import { openAdapter } from "../../server/gpu.ts";
import { deviceOf } from "../../worker/gpu/device.ts";
import type { Jax } from "./jax.ts";

const folder = import.meta.dirname;
let gpu: GPU | undefined; // Dawn lives as long as this object is reachable

/** Installs the peers beside this file, where they are not yet. Throws when npm cannot. */
export function installPeers(): void {
  if (existsSync(join(folder, "node_modules/.package-lock.json"))) return;
  console.log("Installing what Loam is measured against (220 MB) …");
  if (spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" }).status !== 0)
    throw new Error("The peers could not be installed: npm needs its registry for that.");
}

export interface Stage {
  readonly device: GPUDevice; // Loam's
  readonly adapter: string; // its name
  readonly isSoftware: boolean;
}

/** A device for Loam, and a `navigator.gpu` for peers that hands out devices of the same adapter. */
export async function openStage(): Promise<Stage> {
  installPeers();
  const adapter = await openAdapter();
  if (!adapter) throw new Error("The bench needs a GPU, or a software Vulkan driver: see npm run -s loam -- doctor.");
  const device = await deviceOf(adapter);
  gpu = create([]); // finds the driver that openAdapter chose
  Object.defineProperty(globalThis, "navigator", {
    value: { gpu, userAgent: "Node", hardwareConcurrency: 2, language: "en" },
    configurable: true,
  });
  const { vendor, architecture, description } = adapter.info;
  const name = description || `${vendor} ${architecture}`;
  return { device, adapter: name, isSoftware: /swiftshader|llvmpipe|software/i.test(`${architecture} ${name}`) };
}

/** A peer's module, by its path: not an import that is looked for before the peer is installed. */
const load = (path: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, "node_modules", path)).href);

/** Iterator helpers, which jax-js uses and Node 20 has not. */
function helpIterators(): void {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as Record<string, unknown>;
  prototype["map"] ??= function* (this: Iterable<unknown>, f: (value: unknown, index: number) => unknown) {
    let index = 0;
    for (const value of this) yield f(value, index++);
  };
  prototype["filter"] ??= function* (this: Iterable<unknown>, f: (value: unknown) => unknown) {
    for (const value of this) if (f(value)) yield value;
  };
}

/** jax-js on WebGPU. */
export async function openJax(): Promise<Jax> {
  helpIterators();
  const jax: Jax = await load("@jax-js/jax/dist/index.js");
  if (!(await jax.init("webgpu")).includes("webgpu")) throw new Error("jax-js found no WebGPU.");
  jax.defaultDevice("webgpu");
  return jax;
}

/** The part of TensorFlow.js that the bench calls. */
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

/** TensorFlow.js on WebGPU. */
export async function openTf(): Promise<Tf> {
  const require = createRequire(join(folder, "package.json"));
  const tf = require("@tensorflow/tfjs-core") as Tf;
  require("@tensorflow/tfjs-backend-webgpu");
  if (!(await tf.setBackend("webgpu"))) throw new Error("TensorFlow.js found no WebGPU.");
  await tf.ready();
  return tf;
}

/** The part of ONNX Runtime that the bench calls. */
export interface OrtTensor {
  getData(): Promise<Float32Array>;
  dispose(): void;
}
export interface Ort {
  readonly env: {
    readonly wasm: { numThreads: number; wasmBinary: Uint8Array };
    readonly webgpu: { readonly device: Promise<GPUDevice> };
  };
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: { executionProviders: string[]; preferredOutputLocation: string },
    ): Promise<{
      run(inputs: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
      release(): Promise<void>;
    }>;
  };
  readonly Tensor: {
    fromGpuBuffer(buffer: GPUBuffer, options: { dataType: "float32"; dims: readonly number[] }): OrtTensor;
  };
}

/** Dawn in Node refuses to read shared memory, in which ONNX Runtime keeps what it writes to the GPU: it is copied first. */
function copySharedWrites({ queue }: GPUDevice): void {
  const prototype = Object.getPrototypeOf(queue) as GPUQueue;
  const { writeBuffer } = prototype;
  prototype.writeBuffer = function (this: GPUQueue, buffer, byteOffset, data, start = 0, size?: number) {
    const isShared = (ArrayBuffer.isView(data) ? data.buffer : data) instanceof SharedArrayBuffer;
    if (!isShared) return writeBuffer.call(this, buffer, byteOffset, data as ArrayBuffer, start, size);
    const [memory, from, unit] = ArrayBuffer.isView(data)
      ? [data.buffer, data.byteOffset, "BYTES_PER_ELEMENT" in data ? (data.BYTES_PER_ELEMENT as number) : 1]
      : [data, 0, 1];
    const bytes = size === undefined ? data.byteLength - start * unit : size * unit;
    const copy = new Uint8Array(new Uint8Array(memory, from + start * unit, bytes));
    return writeBuffer.call(this, buffer, byteOffset, copy);
  } as GPUQueue["writeBuffer"];
}

/** ONNX Runtime on WebGPU; `device` is any of its Dawn. */
export async function openOrt(device: GPUDevice): Promise<Ort> {
  copySharedWrites(device);
  const ort: Ort = await load("onnxruntime-web/dist/ort.webgpu.bundle.min.mjs");
  ort.env.wasm.numThreads = 1; // its work is on the GPU
  ort.env.wasm.wasmBinary = readFileSync(
    join(folder, "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.wasm"),
  );
  return ort;
}
