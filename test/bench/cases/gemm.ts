// Matrix products of training and of reading a prompt, y = x Wᵀ in f32: Loam and the best of jax-js, TensorFlow.js and ONNX Runtime at
// each shape. Every output is compared with float64 at some places before anything is timed.
import { mm } from "../../../shaders/matmul/matmul.ts";
import { Graph } from "../../../worker/engine/graph.ts";
import { Runtime } from "../../../worker/engine/runtime.ts";
import { normals } from "../../harness/random.ts";
import { contest, meanOf, mustBeNear, rowOf, type Contestant, type Row } from "../contest.ts";
import { matmulModel } from "../onnx.ts";
import { openSession, putOrt, type Ort, type Stage, type Tf } from "../peers.ts";
import type { Array as JaxArray, Jax } from "../jax.ts";

/** M, N, K: rows, outputs, inputs. */
const shapes = [
  [128, 512, 256],
  [256, 512, 256],
  [256, 1408, 256],
  [256, 256, 704],
  [256, 2048, 256],
  [128, 576, 576],
  [128, 1536, 576],
  [512, 512, 512],
] as const;
const GOAL = 1.2;

interface Product {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly x: Float32Array<ArrayBuffer>; // (M, K)
  readonly W: Float32Array<ArrayBuffer>; // (N, K)
}
/** A contestant whose product can be looked at. */
interface Multiplier extends Contestant {
  read(): Promise<ArrayLike<number>>; // (M, N)
}

async function loam(device: GPUDevice, { M, N, K, x, W }: Product): Promise<Multiplier> {
  const runtime = new Runtime(device);
  const [rx, rW] = [await runtime.allocate("x", [M, K]), await runtime.allocate("W", [N, K])];
  runtime.write(rx, x);
  runtime.write(rW, W);
  const graph = new Graph(runtime.untimed);
  const y = mm(graph.resident(rx), graph.resident(rW).T);
  const program = await runtime.compile("mm", graph, [y]);
  return {
    name: "Loam",
    run: () => (program.replay(), device.queue.onSubmittedWorkDone()),
    read: () => program.readF32(y),
  };
}

function jaxJs(jax: Jax, { M, N, K, x, W }: Product): Multiplier {
  const { numpy: np } = jax;
  const [a, b] = [np.array(x, { shape: [M, K] }), np.array(W, { shape: [N, K] })];
  const multiply = jax.jit((a: JaxArray, b: JaxArray) => np.matmul(a, b.transpose()));
  return {
    name: "jax-js",
    run: async () => (await multiply(a.ref, b.ref).blockUntilReady()).dispose(),
    read: () => multiply(a.ref, b.ref).data(),
  };
}

function tensorFlow(tf: Tf, { M, N, K, x, W }: Product): Multiplier {
  const [a, b] = [tf.tensor2d(x, [M, K]), tf.tensor2d(W, [N, K])];
  const { device } = tf.backend();
  return {
    name: "tfjs",
    run: async () => {
      const y = tf.matMul(a, b, false, true);
      tf.backend().endComputePassEncoder(); // else its encoder would be finished with a pass open
      tf.backend().submitQueue();
      await device.queue.onSubmittedWorkDone();
      y.dispose();
    },
    read: () => tf.matMul(a, b, false, true).data(),
  };
}

async function onnxRuntime(ort: Ort, { M, N, K, x, W }: Product): Promise<Multiplier> {
  const session = await openSession(ort, matmulModel(M, N, K));
  const device = await ort.env.webgpu.device;
  const turned = Float32Array.from({ length: K * N }, (_, i) => W[(i % N) * K + Math.floor(i / N)]); // MatMul takes (K, N)
  const inputs = { a: await putOrt(ort, "float32", x, [M, K]), b: await putOrt(ort, "float32", turned, [K, N]) };
  return {
    name: "ORT",
    run: async () => {
      const { y } = await session.run(inputs);
      await device.queue.onSubmittedWorkDone();
      y.dispose();
    },
    read: async () => (await session.run(inputs)).y.getData() as Promise<Float32Array>,
  };
}

/** Eight shapes, and their mean. */
export async function gemm(stage: Stage): Promise<Row[]> {
  const [jax, tf, ort] = [await stage.jax(), await stage.tf(), await stage.ort()];
  const rows: Row[] = [];
  for (const [M, N, K] of shapes) {
    const product = { M, N, K, x: Float32Array.from(normals(M * K, 1)), W: Float32Array.from(normals(N * K, 2)) };
    const all = [
      await loam(stage.device, product),
      jaxJs(jax, product),
      tensorFlow(tf, product),
      await onnxRuntime(ort, product),
    ];
    for (const { name, run, read } of all) {
      await run();
      mustBeNear(name, worstGap(await read(), product), 1e-4 * Math.sqrt(K));
    }
    const rate = (seconds: number) => `${((2 * M * N * K) / seconds / 1e9).toPrecision(3)} GFLOP/s`;
    rows.push(rowOf(`${M} × ${N} × ${K}`, all, await contest(all), rate, { ratio: GOAL }));
  }
  return [...rows, meanOf(rows, { ratio: GOAL })];
}

/** The largest distance from float64, over 64 places. */
function worstGap(y: ArrayLike<number>, { M, N, K, x, W }: Product): number {
  const gaps = Array.from({ length: 64 }, (_, i) => {
    const [m, n] = [(i * 37 + (i === 1 ? M - 1 : 0)) % M, (i * 101 + 3) % N];
    let sum = 0;
    for (let k = 0; k < K; k++) sum += x[m * K + k] * W[n * K + k];
    return Math.abs(sum - y[m * N + n]);
  });
  return y.length === M * N ? Math.max(...gaps) : Infinity;
}
