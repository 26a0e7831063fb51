// A few seconds' trial of this device: how much memory WebGPU gives, and how fast weights are read. The web tells neither; a
// model's fit is judged by it before anything is downloaded.
import { mm } from "../../shaders/matmul/matmul.ts";
import type { DeviceTrial } from "../contract/inference.ts";
import { Graph } from "../engine/graph.ts";
import type { Runtime } from "../engine/runtime.ts";
import type { Store } from "../storage/store.ts";

const STEP_BYTES = 256 * 2 ** 20;
const MOST_BYTES = 6 * 2 ** 30; // more is not asked for: the system may pay for it with everything else that is open
const MOST_SOFTWARE_BYTES = 2 ** 30; // there it is the computer's own memory
const [N, K] = [8192, 1024]; // f32, 32 MiB
const ROUNDS = 4;

/** What an earlier trial of the same adapter found; null before the first. */
export async function rememberedTrial(store: Store, adapter: string): Promise<DeviceTrial | null> {
  return (await store.get<DeviceTrial>("settings", keyOf(adapter))) ?? null;
}

export async function rememberTrial(store: Store, adapter: string, trial: DeviceTrial): Promise<void> {
  await store.put("settings", keyOf(adapter), trial);
}

const keyOf = (adapter: string): string => `trial of ${adapter}`;

/** Takes and gives back memory until the device refuses, then times a product of one row with a large matrix. */
export async function tryDevice(runtime: Runtime, isSoftware: boolean): Promise<DeviceTrial> {
  const most = isSoftware ? MOST_SOFTWARE_BYTES : MOST_BYTES;
  const memoryBytes = await grantedBytes(runtime.device, most);
  return { memoryBytes, isAtLeast: memoryBytes >= most, bytesPerSecond: await readSpeed(runtime) };
}

/** Bytes that were granted and touched, in steps; all of them are freed again. */
async function grantedBytes(device: GPUDevice, most: number): Promise<number> {
  const step = Math.min(STEP_BYTES, device.limits.maxBufferSize);
  const buffers: GPUBuffer[] = [];
  try {
    for (let total = 0; total < most; total += step) {
      device.pushErrorScope("out-of-memory");
      const buffer = device.createBuffer({ size: step, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.STORAGE });
      const encoder = device.createCommandEncoder();
      encoder.clearBuffer(buffer); // a promise of memory is not memory
      device.queue.submit([encoder.finish()]);
      buffers.push(buffer);
      const refused = await device.popErrorScope();
      await device.queue.onSubmittedWorkDone();
      if (refused !== null) return total;
    }
    return most;
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}

/** Bytes of weights read a second in a product of one row, as decoding does for every token. */
async function readSpeed(runtime: Runtime): Promise<number> {
  const a = await runtime.allocate("trial a", [1, K]);
  const b = await runtime.allocate("trial b", [N, K]);
  const graph = new Graph(runtime.tuning);
  mm(graph.resident(a), graph.resident(b).T);
  const program = await runtime.compile("trial", graph);
  let best = Infinity;
  for (let round = 0; round <= ROUNDS; round++) {
    const startedAt = performance.now();
    program.replay();
    await runtime.device.queue.onSubmittedWorkDone();
    if (round > 0) best = Math.min(best, performance.now() - startedAt); // the first round warms up
  }
  program.dispose();
  runtime.free(a, b);
  return (N * K * 4) / (best / 1000);
}
