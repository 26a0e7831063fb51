// The bench of an op family: runs each case once under WebGPU's validation, then times its replays and prints µs, GFLOP/s and
// GB/s. On a real GPU also the share of the roofline that a copy and a matmul reach in the same run, and a line of
// test/kernels.csv. Software adapters do not rank kernels as GPUs do: their times are printed, never recorded.

import { execSync } from "node:child_process";
import { appendFileSync, existsSync } from "node:fs";
import { beforeAll, describe, it } from "vitest";
import { openDevice } from "../../server/gpu.ts";
import { gridFile, gridOf } from "../../shaders/lib/lib.ts";
import { mm } from "../../shaders/matmul/matmul.ts";
import { f32ToF16 } from "../../worker/engine/format/half.ts";
import { quantize } from "../../worker/engine/format/quantize.ts";
import { Graph, sizeOf, type Quantized, type Shape, type Tensor } from "../../worker/engine/graph.ts";
import type { Program } from "../../worker/engine/program.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import copyWgsl from "./copy.wgsl?raw";
import { normals } from "./random.ts";
import { timed } from "./timing.ts";

export interface BenchCase {
  readonly name: string; // cases of one name are variants, timed in turn
  readonly variant?: string;
  readonly shapes: Readonly<Record<string, Shape>>; // of every tensor given to `build`
  /** u32 tensors (ids, ranges, …), by name. */
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  /** Tensors that are quantised, or of f16 where the adapter has it, by name. */
  readonly dtypes?: Readonly<Partial<Record<string, "f16" | Quantized>>>;
  /** f32 tensors that are not plain normals, by name. */
  readonly floats?: Readonly<Record<string, readonly number[]>>;
  readonly needsDearLoads?: boolean; // for a kernel of adapters that are so
  readonly flop: number;
  readonly bytes: number; // that must move at least
  build(graph: Graph, tensors: Readonly<Record<string, Tensor>>): void;
}

const CSV = "test/kernels.csv"; // test/bench.csv holds comparisons

export function opBench(family: string, cases: readonly BenchCase[]): void {
  describe(family, () => {
    let device: GPUDevice;
    beforeAll(async () => void (device = await openDevice()));

    it.each([...new Set(cases.map((c) => c.name))])("%s", async (name) => {
      const hasHalves = device.features.has("shader-f16");
      const runtime = new Runtime(device);
      const variants = cases.filter(
        ({ name: of, dtypes = {}, needsDearLoads = false }) =>
          of === name &&
          (hasHalves || !Object.values(dtypes).includes("f16")) &&
          (runtime.untimed.hasDearLoads || !needsDearLoads),
      );
      const programs: Program[] = [];
      for (const variant of variants) programs.push(await open(runtime, variant));
      const seconds = await timed(runtime, programs);
      const ceilings = isSoftware(device.adapterInfo) ? undefined : await ceilingsOf(device);
      variants.forEach((variant, i) => report(family, name, variant, seconds[i], device.adapterInfo, ceilings));
    });
  });
}

/** Allocates, compiles and runs a case once; throws what WebGPU reports. */
async function open(
  runtime: Runtime,
  { name, shapes, integers = {}, floats = {}, dtypes = {}, build }: BenchCase,
): Promise<Program> {
  const graph = new Graph(runtime.untimed);
  const tensors: Record<string, Tensor> = {};
  for (const [label, shape] of Object.entries(shapes)) {
    const dtype = dtypes[label] ?? (label in integers ? "u32" : "f32");
    const resident = await runtime.allocate(label, shape, dtype);
    const values = () => (label in floats ? Float32Array.from(floats[label]) : someNormals(sizeOf(shape)));
    if (dtype === "u32") runtime.write(resident, Uint32Array.from(integers[label]));
    else if (dtype === "f32") runtime.write(resident, values());
    else runtime.write(resident, dtype === "f16" ? f32ToF16(values()) : quantize(values(), shape, dtype).bytes);
    tensors[label] = graph.resident(resident);
  }
  build(graph, tensors);
  const program = await runtime.compile(name, graph);
  runtime.device.pushErrorScope("validation");
  program.replay();
  await runtime.device.queue.onSubmittedWorkDone();
  const error = await runtime.device.popErrorScope();
  if (error) throw new Error(`${name}: ${error.message}`);
  return program;
}

/** Normals, 4096 of them over and over: making millions would take longer than the bench. */
function someNormals(count: number): Float32Array<ArrayBuffer> {
  const some = Float32Array.from(normals(Math.min(count, 4096), 7));
  const values = new Float32Array(count);
  for (let at = 0; at < count; at += some.length) values.set(some.subarray(0, count - at), at);
  return values;
}

interface Ceilings {
  readonly flops: number; // a second
  readonly bytes: number; // a second
}
let known: Promise<Ceilings> | undefined; // measured once a file: benches of a run share the machine's state

function ceilingsOf(device: GPUDevice): Promise<Ceilings> {
  return (known ??= (async () => {
    const runtime = new Runtime(device);
    const [size, edge] = [1 << 24, 2048];
    const copy = await open(runtime, {
      ...{ name: "copy", shapes: { a: [size], y: [size] }, flop: 0, bytes: 8 * size },
      build: (graph, { a, y }) =>
        graph.dispatch({
          kernel: { files: [gridFile, { path: "test/harness/copy.wgsl", text: copyWgsl }], entry: "copy" },
          tensors: { a, y },
          params: { size: size / 4 },
          workgroups: gridOf(size / 4, 256),
        }),
    });
    const matmul = await open(runtime, {
      ...{ name: "matmul", shapes: { a: [edge, edge], b: [edge, edge] }, flop: 2 * edge ** 3, bytes: 0 },
      build: (_, { a, b }) => void mm(a, b.T),
    });
    const [copySeconds, matmulSeconds] = await timed(runtime, [copy, matmul]);
    return { bytes: (8 * size) / copySeconds, flops: (2 * edge ** 3) / matmulSeconds };
  })());
}

function isSoftware({ isFallbackAdapter, architecture, description }: GPUAdapterInfo): boolean {
  return isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(`${architecture} ${description}`);
}

function report(
  family: string,
  name: string,
  { variant = "", flop, bytes }: BenchCase,
  seconds: number,
  info: GPUAdapterInfo,
  ceilings: Ceilings | undefined,
): void {
  const µs = (seconds * 1e6).toFixed(1);
  const [gflops, gbs] = [(flop / seconds / 1e9).toFixed(1), (bytes / seconds / 1e9).toFixed(2)];
  const share = ceilings && Math.max(flop / ceilings.flops, bytes / ceilings.bytes) / seconds;
  const roofline = share === undefined ? "software, not recorded" : `${Math.round(share * 100)} % of the roofline`;
  const title = `${family} ${name}${variant && ` [${variant}]`}`;
  console.log(
    `${title.padEnd(60)} ${µs.padStart(10)} µs ${gflops.padStart(8)} GFLOP/s ${gbs.padStart(8)} GB/s  ${roofline}`,
  );
  if (share === undefined) return;
  if (!existsSync(CSV)) appendFileSync(CSV, "commit,op,case,variant,adapter,us,gflops,gbs,roofline\n");
  const commit = execSync("git rev-parse --short HEAD").toString().trim();
  const fields = [commit, family, name, variant, info.description || `${info.vendor} ${info.architecture}`];
  appendFileSync(CSV, [...fields.map((f) => `"${f}"`), µs, gflops, gbs, share.toFixed(3)].join(",") + "\n");
}
