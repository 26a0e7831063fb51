// Opens the peers in Node, on the adapter that Loam runs on. They expect a browser: what they ask of one is put where they look
// for it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { create } from "webgpu";
import { openAdapter } from "../../server/gpu.ts";
import { deviceOf } from "../../worker/gpu/device.ts";
import type { Jax } from "./jax.ts";
import type { Ort, Stage, Tf } from "./peers.ts";

const folder = import.meta.dirname;
let gpu: GPU | undefined; // Dawn lives as long as this object is reachable

/** Installs the peers beside this file, where they are not yet. Throws when npm cannot. */
export function installPeers(): void {
  const installed = join(folder, "node_modules/.package-lock.json");
  const packages = (path: string) =>
    Object.keys((JSON.parse(readFileSync(path, "utf8")) as { packages: object }).packages).filter((name) => name);
  const wanted = packages(join(folder, "package-lock.json"));
  if (existsSync(installed) && wanted.every((name) => packages(installed).includes(name))) return;
  console.log("Installing what Loam is measured against (220 MB) …");
  if (spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" }).status !== 0)
    throw new Error("The peers could not be installed: npm needs its registry for that.");
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
  let ort: Promise<Ort> | undefined; // one of each: what is already open is not opened again
  let jax: Promise<Jax> | undefined;
  let tf: Promise<Tf> | undefined;
  return {
    ...{ device, place: "node", ...named(adapter.info) },
    jax: () => (jax ??= openJax()),
    tf: () => (tf ??= openTf()),
    ort: () => (ort ??= openOrt(device)),
  };
}

function named({ vendor, architecture, description }: GPUAdapterInfo): { adapter: string; isSoftware: boolean } {
  const adapter = description || `${vendor} ${architecture}`;
  return { adapter, isSoftware: /swiftshader|llvmpipe|software/i.test(`${architecture} ${adapter}`) };
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
async function openJax(): Promise<Jax> {
  helpIterators();
  const jax: Jax = await load("@jax-js/jax/dist/index.js");
  if (!(await jax.init("webgpu")).includes("webgpu")) throw new Error("jax-js found no WebGPU.");
  jax.defaultDevice("webgpu");
  return jax;
}

/** TensorFlow.js on WebGPU. */
async function openTf(): Promise<Tf> {
  const require = createRequire(join(folder, "package.json"));
  const tf = require("@tensorflow/tfjs-core") as Tf;
  require("@tensorflow/tfjs-backend-webgpu");
  if (!(await tf.setBackend("webgpu"))) throw new Error("TensorFlow.js found no WebGPU.");
  await tf.ready();
  return tf;
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
async function openOrt(device: GPUDevice): Promise<Ort> {
  copySharedWrites(device);
  const ort: Ort = await load("onnxruntime-web/dist/ort.webgpu.bundle.min.mjs");
  ort.env.wasm.numThreads = 1; // its work is on the GPU
  ort.env.wasm.wasmBinary = readFileSync(
    join(folder, "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.wasm"),
  );
  return ort;
}
