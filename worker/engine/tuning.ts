// Finds out by a short timing what kind of adapter this is, for ops that have more than one kernel. Never asks for its name.
import { mm } from "../../shaders/matmul/matmul.ts";
import { Graph, type Tuning } from "./graph.ts";
import type { Runtime } from "./runtime.ts";

const ROUNDS = 3;
const [N, K] = [1024, 128]; // a small model's matrix

/** Times one product with and without barriers, in turns. A few milliseconds, after compiling two small kernels. */
export async function measureTuning(runtime: Runtime): Promise<Tuning> {
  const a = await runtime.allocate("tuning a", [1, K]);
  const b = await runtime.allocate("tuning b", [N, K]);
  const programs = await Promise.all(
    (["gemv", "gemv-serial"] as const).map((variant) => {
      const graph = new Graph();
      mm(graph.resident(a), graph.resident(b).T, { variant });
      return runtime.compile(`tuning ${variant}`, graph);
    }),
  );
  const best = [Infinity, Infinity];
  for (let round = 0; round <= ROUNDS; round++)
    for (const [i, program] of programs.entries()) {
      const startedAt = performance.now();
      program.replay();
      await runtime.device.queue.onSubmittedWorkDone();
      if (round > 0) best[i] = Math.min(best[i], performance.now() - startedAt); // the first round warms up
    }
  for (const program of programs) program.dispose();
  runtime.free(a, b);
  return { ...runtime.untimed, hasCheapBarriers: best[0] <= 2 * best[1] };
}
