// Replays a program in turns with others who use the GPU: stretches of it, each as long as the last ones say that a turn holds.
import type { Program, Slice } from "../engine/program.ts";

const SLICE_MS = 40; // a chat's token waits no longer for its turn

export class Pace {
  #steps = 4; // of a program a slice

  /** Without a slice it submits all at once and returns; with one it ends when the GPU has done its part. */
  async replay(program: Program, slice: Slice | undefined): Promise<void> {
    if (!slice) return program.replay();
    for (let from = 0; from < program.steps.length;) {
      const to = Math.min(program.steps.length, from + Math.max(1, Math.floor(this.#steps)));
      const ms = await slice(() => timed(program, from, to));
      this.#steps *= Math.min(2, Math.max(0.5, SLICE_MS / Math.max(1, ms)));
      from = to;
    }
  }
}

async function timed(program: Program, from: number, to: number): Promise<number> {
  const startedAt = performance.now();
  const { device } = program.player;
  const encoder = device.createCommandEncoder({ label: program.label });
  program.encode(encoder, from, to);
  program.player.submit(encoder);
  await device.queue.onSubmittedWorkDone();
  return performance.now() - startedAt;
}
