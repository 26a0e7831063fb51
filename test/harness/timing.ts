// How long compiled programs take on the GPU. With timestamp queries where the device has them, else from submit to done: then
// the cost of submitting is inside, and many replays a sample make it small.
import type { Program } from "../../worker/engine/program.ts";
import type { Runtime } from "../../worker/engine/runtime.ts";

const SAMPLES = 11;
const SAMPLE_SECONDS = 0.01; // a sample replays as often as this takes: far above the clock's grain
const REPLAYS_MAX = 200;

/**
 * Seconds of one replay of each program: the median of samples taken in turn (A B A B …), so that a machine that warms up or
 * is shared slows all of them alike. The first run of each, which may compile and touch memory, is not counted.
 */
export async function timed(runtime: Runtime, programs: readonly Program[]): Promise<number[]> {
  const clock = runtime.device.features.has("timestamp-query") ? timestampClock(runtime) : wallClock(runtime);
  const replays: number[] = [];
  for (const program of programs) {
    await clock(program, 1);
    const once = await clock(program, 1);
    replays.push(Math.min(REPLAYS_MAX, Math.max(1, Math.round(SAMPLE_SECONDS / once))));
  }
  const samples: number[][] = programs.map(() => []);
  for (let i = 0; i < SAMPLES; i++)
    for (const [p, program] of programs.entries()) samples[p].push((await clock(program, replays[p])) / replays[p]);
  return samples.map((of) => of.sort((a, b) => a - b)[SAMPLES >> 1]);
}

/** Seconds that `replays` replays took. */
type Clock = (program: Program, replays: number) => Promise<number>;

function timestampClock(runtime: Runtime): Clock {
  const { device } = runtime;
  const querySet = device.createQuerySet({ type: "timestamp", count: 2 });
  const results = device.createBuffer({ size: 16, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  return async (program, replays) => {
    const encoder = device.createCommandEncoder();
    encoder.beginComputePass({ timestampWrites: { querySet, beginningOfPassWriteIndex: 0 } }).end();
    for (let i = 0; i < replays; i++) program.encode(encoder);
    encoder.beginComputePass({ timestampWrites: { querySet, endOfPassWriteIndex: 1 } }).end();
    encoder.resolveQuerySet(querySet, 0, 2, results, 0);
    runtime.submit(encoder);
    const [start, end] = new BigUint64Array(await runtime.readBytes(results, 0, 16));
    return Number(end - start) / 1e9;
  };
}

function wallClock(runtime: Runtime): Clock {
  return async (program, replays) => {
    await runtime.device.queue.onSubmittedWorkDone();
    const start = performance.now();
    const encoder = runtime.device.createCommandEncoder();
    for (let i = 0; i < replays; i++) program.encode(encoder);
    runtime.submit(encoder);
    await runtime.device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / 1e3;
  };
}
