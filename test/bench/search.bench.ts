// Exact search: the ten best of 65,536 vectors of 384 numbers, Loam and TensorFlow.js, and how near Loam comes to merely reading
// the vectors (on a software adapter that is bound by what a load costs, not by memory). Both must find exactly the rows that float64 finds before anything is timed.
import { beforeAll, describe, expect, it } from "vitest";
import { topK } from "../../shaders/topk/topk.ts";
import { Graph } from "../../worker/engine/graph.ts";
import { Runtime } from "../../worker/engine/runtime.ts";
import { normals } from "../harness/random.ts";
import { contest, printTable, type Contestant } from "./contest.ts";
import { openStage, openTf, type Stage, type Tf } from "./peers.ts";
import readWgsl from "./read.wgsl?raw";

const [N, D, K] = [65_536, 384, 10];
const READING_GROUPS = 256;

/** Unit vectors; a few thousand different numbers are enough. */
const some = normals(9973, 5);
const vectors = Float32Array.from(
  { length: N * D },
  (_, i) => some[(i * 31 + Math.floor(i / D) * 7) % some.length] / Math.sqrt(D),
);
const query = Float32Array.from(normals(D, 6));

function bestRows(): number[] {
  const scores = Array.from({ length: N }, (_, row) => {
    let sum = 0;
    for (let d = 0; d < D; d++) sum += vectors[row * D + d] * query[d];
    return { row, sum };
  });
  return scores.sort((a, b) => b.sum - a.sum || a.row - b.row).slice(0, K).map(({ row }) => row); // prettier-ignore
}

interface Searcher extends Contestant {
  rows(): Promise<number[]>;
}

async function loam(device: GPUDevice): Promise<[search: Searcher, reading: Contestant]> {
  const runtime = new Runtime(device);
  const all = await runtime.allocate("vectors", [N, D]);
  const asked = await runtime.allocate("query", [D]);
  const mask = await runtime.allocate("mask", [N / 32], "u32");
  runtime.write(all, vectors);
  runtime.write(asked, query);
  runtime.write(mask, new Uint32Array(N / 32).fill(0xffffffff));
  const graph = new Graph();
  const found = topK(
    { vectors: graph.resident(all), query: graph.resident(asked), mask: graph.resident(mask) },
    { k: K },
  );
  const search = await runtime.compile("search", graph, [found.rows, found.scores]);
  const reading = new Graph();
  reading.dispatch({
    kernel: { files: [{ path: "test/bench/read.wgsl", text: readWgsl }], entry: "read_all" },
    tensors: { a: reading.resident(all), y: reading.tensor("sums", [READING_GROUPS * 64]) },
    params: { fours: (N * D) / 4, groups: READING_GROUPS },
    workgroups: [READING_GROUPS],
  });
  const read = await runtime.compile("read", reading);
  const run = async () => [...(await search.readU32(found.rows))];
  return [
    { name: "Loam", run: () => (search.replay(), run()), rows: run },
    { name: "reading", run: () => (read.replay(), device.queue.onSubmittedWorkDone()) },
  ];
}

function tensorFlow(tf: Tf): Searcher {
  const [all, asked] = [tf.tensor2d(vectors, [N, D]), tf.tensor2d(query, [D, 1])];
  const run = async () => {
    const { values, indices } = tf.tidy(() => tf.topk(tf.reshape(tf.matMul(all, asked), [N]), K));
    const rows = [...(await indices.data())];
    values.dispose();
    indices.dispose();
    return rows;
  };
  return { name: "tfjs", run, rows: run };
}

describe("exact search", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await openStage()));

  it(`the best ${K} of ${N} × ${D}`, async () => {
    const [search, reading] = await loam(stage.device);
    const peer = tensorFlow(await openTf());
    const expected = bestRows();
    await search.run();
    expect(await search.rows()).toEqual(expected);
    expect(await peer.rows()).toEqual(expected);
    const [ours, theirs, read] = await contest([search, peer, reading]);
    const rate = (seconds: number) => `${((4 * N * D) / seconds / 1e9).toFixed(2)} GB/s`;
    printTable(`The best ${K} of ${N} × ${D} in f32, recall 1.0`, stage.adapter, [
      {
        what: "Loam against tfjs (matMul, topk)",
        figures: `${(ours.seconds * 1e3).toFixed(1)} and ${(theirs.seconds * 1e3).toFixed(1)} ms`,
        ratio: theirs.seconds / ours.seconds,
        cpuRatio: theirs.cpuSeconds / ours.cpuSeconds,
        goal: { ratio: 4 },
      },
      {
        what: "Loam against only reading",
        figures: `${rate(ours.seconds)} and ${rate(read.seconds)}`,
        ratio: read.seconds / ours.seconds,
        cpuRatio: read.cpuSeconds / ours.cpuSeconds,
        goal: { ratio: 0.6 },
      },
    ]);
  });
});
