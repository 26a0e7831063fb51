// One row times a matrix of SmolLM2-135M in blocks of 4 bits: what decoding does all the time. Loam and the better of ONNX Runtime's
// two ways: in f32, and with x rounded to 8 bits. Every output is compared with float64 before anything is timed.
import { fusedLinear } from "../../../shaders/fused/fused.ts";
import { Graph, type Tensor } from "../../../worker/engine/graph.ts";
import { Runtime } from "../../../worker/engine/runtime.ts";
import { measureTuning } from "../../../worker/engine/tuning.ts";
import { normals } from "../../harness/random.ts";
import { contest, meanOf, milliseconds, mustBeNear, rowOf, type Contestant, type Row } from "../contest.ts";
import { OnnxGraph } from "../onnx.ts";
import { openSession, putOrt, type Ort, type Stage } from "../peers.ts";
import { multiplyQ4, randomQ4, valuesOf, type Q4 } from "../q4.ts";

/** N, K: outputs and inputs; how many such matrices, so that a run is more than its submit. q or o; gate or up; down; the head. */
const shapes = [
  [576, 576, 32],
  [1536, 576, 16],
  [576, 1536, 16],
  [49_152, 576, 1],
] as const;

interface Multiplier extends Contestant {
  read(): Promise<ArrayLike<number>>; // (N)
}

async function loam(runtime: Runtime, x: Float32Array<ArrayBuffer>, matrices: readonly Q4[]): Promise<Multiplier> {
  const { device } = runtime;
  const rx = await runtime.allocate("x", [1, x.length]);
  runtime.write(rx, x);
  const graph = new Graph(runtime.tuning);
  const ys: Tensor[] = [];
  for (const { N, K, blocks } of matrices) {
    const W = await runtime.allocate("W", [N, K], "q4");
    runtime.write(W, blocks.bytes);
    ys.push(fusedLinear({ x: graph.resident(rx), W: graph.resident(W) }));
  }
  const program = await runtime.compile("gemv", graph, ys);
  return {
    name: "Loam",
    run: () => (program.replay(), device.queue.onSubmittedWorkDone()),
    read: () => program.readF32(ys.at(-1)!),
  };
}

async function onnxRuntime(
  ort: Ort,
  x: Float32Array<ArrayBuffer>,
  matrices: readonly Q4[],
  accuracy: 0 | 4,
): Promise<Multiplier> {
  const graph = new OnnxGraph();
  const input = graph.input("x", "float32", [1, x.length]);
  for (const [i, W] of matrices.entries()) {
    multiplyQ4(graph, input, `W${i}`, W, `y${i}`, accuracy);
    graph.output(`y${i}`, "float32", [1, W.N]);
  }
  const session = await openSession(ort, graph.model());
  const device = await ort.env.webgpu.device;
  const inputs = { x: await putOrt(ort, "float32", x, [1, x.length]) };
  return {
    name: accuracy === 0 ? "ORT" : "ORT, x in 8 bits",
    run: async () => {
      const outputs = await session.run(inputs);
      await device.queue.onSubmittedWorkDone();
      for (const y of Object.values(outputs)) y.dispose();
    },
    read: async () => (await session.run(inputs))[`y${matrices.length - 1}`].getData() as Promise<Float32Array>,
  };
}

export async function gemv(stage: Stage): Promise<Row[]> {
  const goal = { ratio: /llvmpipe/.test(stage.adapter) ? 2 : /swiftshader/i.test(stage.adapter) ? 3 : 1.3 };
  const ort = await stage.ort();
  const runtime = new Runtime(stage.device);
  runtime.tuning = await measureTuning(runtime);
  const rows: Row[] = [];
  for (const [N, K, count] of shapes) {
    const x = Float32Array.from(normals(K, 1));
    const matrices = Array.from({ length: count }, (_, i) => randomQ4(N, K, i));
    const all = [
      await loam(runtime, x, matrices),
      await onnxRuntime(ort, x, matrices, 0),
      await onnxRuntime(ort, x, matrices, 4),
    ];
    const values = valuesOf(matrices.at(-1)!);
    for (const [i, { name, run, read }] of all.entries()) {
      await run();
      mustBeNear(name, worstGap(await read(), x, values), (i === 2 ? 3e-2 : 1e-5) * Math.sqrt(K));
    }
    rows.push(rowOf(`1 × ${K} × ${N}`, all, await contest(all), (seconds) => milliseconds(seconds / count), goal));
  }
  return [...rows, meanOf(rows, goal)];
}

/** The largest distance from float64, over 64 places. */
function worstGap(y: ArrayLike<number>, x: Float32Array, W: Float32Array): number {
  const [K, N] = [x.length, y.length];
  const gaps = Array.from({ length: 64 }, (_, i) => {
    const n = i === 1 ? N - 1 : (i * 101 + 3) % N;
    let sum = 0;
    for (let k = 0; k < K; k++) sum += x[k] * W[n * K + k];
    return Math.abs(sum - y[n]);
  });
  return W.length === N * K ? Math.max(...gaps) : Infinity;
}
