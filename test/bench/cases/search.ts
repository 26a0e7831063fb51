// The ten best of many vectors of 384 numbers: Loam in f32 and TensorFlow.js; how near Loam comes to merely reading the vectors (on a
// software adapter that is bound by what a load costs, not by memory); and int8 with exact scores for the best. All must find
// exactly the rows that float64 finds before anything is timed.
import { Graph } from "../../../worker/engine/graph.ts";
import { Runtime } from "../../../worker/engine/runtime.ts";
import { GpuIndex } from "../../../worker/search/gpu-index.ts";
import { normals } from "../../harness/random.ts";
import { contest, milliseconds, mustEqual, rowOf, type Contestant, type Row } from "../contest.ts";
import type { Stage, Tf } from "../peers.ts";
import readWgsl from "../read.wgsl?raw";

const [D, K] = [384, 10];
const READING_GROUPS = 256;
const query = Float32Array.from(normals(D, 6));

/** Nearly unit vectors, (N, D); a few thousand different numbers are enough. */
function someVectors(N: number): Float32Array<ArrayBuffer> {
  const some = Float32Array.from(normals(9973, 5), (value) => value / Math.sqrt(D));
  const vectors = new Float32Array(N * D);
  for (let row = 0; row < N; row++)
    for (let d = 0; d < D; d++) vectors[row * D + d] = some[((row * D + d) * 31 + row * 7) % some.length];
  return vectors;
}

function bestRows(vectors: Float32Array): number[] {
  const scores = Array.from({ length: vectors.length / D }, (_, row) => {
    let sum = 0;
    for (let d = 0; d < D; d++) sum += vectors[row * D + d] * query[d];
    return { row, sum };
  });
  return scores.sort((a, b) => b.sum - a.sum || a.row - b.row).slice(0, K).map(({ row }) => row); // prettier-ignore
}

interface Searcher extends Contestant {
  run(): Promise<ArrayLike<number>>; // rows
}

function loam(index: GpuIndex): Searcher {
  return { name: `Loam in ${index.facts.storedAs}`, run: async () => (await index.topK(query, K)).rows };
}

/** Reads the vectors and does nothing with them but adding. */
async function reading({ slabs, runtime }: GpuIndex, N: number): Promise<Contestant> {
  const graph = new Graph();
  graph.dispatch({
    kernel: { files: [{ path: "test/bench/read.wgsl", text: readWgsl }], entry: "read_all" },
    tensors: { a: graph.resident(slabs!.slabs[0].vectors), y: graph.tensor("sums", [READING_GROUPS * 64]) },
    params: { fours: (N * D) / 4, groups: READING_GROUPS },
    workgroups: [READING_GROUPS],
  });
  const program = await runtime.compile("read", graph);
  const run = () => (program.replay(), runtime.device.queue.onSubmittedWorkDone());
  return { name: "only reading", run };
}

function tensorFlow(tf: Tf, vectors: Float32Array, N: number): Searcher {
  const [all, asked] = [tf.tensor2d(vectors, [N, D]), tf.tensor2d(query, [D, 1])];
  const run = async () => {
    const { values, indices } = tf.tidy(() => tf.topk(tf.reshape(tf.matMul(all, asked), [N]), K));
    const rows = await indices.data();
    values.dispose();
    indices.dispose();
    return rows;
  };
  return { name: "tfjs (matMul, topk)", run };
}

export async function search({ device, tf }: Stage): Promise<Row[]> {
  const N = 65_536;
  const vectors = someVectors(N);
  const runtime = new Runtime(device);
  const exact = await GpuIndex.create(runtime, vectors, D, { exactBytesMax: Infinity });
  const bytes = await GpuIndex.create(runtime, vectors, D, { exactBytesMax: 0 });
  const all = [loam(exact), loam(bytes), tensorFlow(await tf(), vectors, N)];
  const expected = bestRows(vectors);
  for (const { name, run } of all) mustEqual(name, await run(), expected);
  const contestants = [...all, await reading(exact, N)];
  const results = await contest(contestants);
  const against = (what: string, ours: number, theirs: number, ratio: number): Row =>
    rowOf(what, [contestants[ours], contestants[theirs]], [results[ours], results[theirs]], milliseconds, { ratio });
  const rows = [
    against(`${N} × ${D}, f32, recall 1.0`, 0, 2, 4),
    against(`${N} × ${D}, f32, share of reading`, 0, 3, 0.6),
    against(`${N} × ${D}, int8 and rescored, recall 1.0`, 1, 0, 2),
  ];
  exact.dispose();
  bytes.dispose();
  return rows;
}

/** A million vectors in int8: LOAM_MILLION=1, as it takes 1.9 GB of memory. */
export async function million({ device }: Stage): Promise<Row[]> {
  const N = 1_000_000;
  const vectors = someVectors(N);
  const index = await GpuIndex.create(new Runtime(device), vectors, D, { exactBytesMax: 0 });
  const expected = bestRows(vectors);
  const jsLoop: Searcher = { name: "a loop in JavaScript", run: () => Promise.resolve(bestRows(vectors)) };
  const all = [loam(index), jsLoop];
  for (const { name, run } of all) mustEqual(name, await run(), expected);
  const what = `1,000,000 × ${D}, int8 and rescored, recall 1.0, ${Math.round(index.facts.gpuBytes / 1e6)} MB on the GPU`;
  const row = rowOf(what, all, await contest(all, 3), milliseconds, { ratio: 2 });
  index.dispose();
  return [row];
}
