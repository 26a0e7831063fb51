// A compiled graph: a list of resolved commands that can be replayed. Values that change from step to step live in residents.
import type { Grid, Tensor } from "./graph.ts";
import type { Plan } from "./plan.ts";

/** Where a tensor's bytes are. */
export interface Place {
  readonly buffer: GPUBuffer;
  readonly offset: number; // bytes
  readonly size: number; // bytes, a multiple of 4
}
export type Placing = (tensor: Tensor) => Place;

/** What replaying needs of the runtime. */
export interface Player {
  readonly device: GPUDevice;
  readonly counters: { dispatches: number };
  submit(encoder: GPUCommandEncoder): void;
  readBytes(buffer: GPUBuffer, byteOffset: number, bytes: number): Promise<ArrayBuffer>;
}

/** Waits for its turn on the GPU, does a slice of work, gives the turn back. */
export type Slice = <T>(work: () => Promise<T> | T) => Promise<T>;

export type ProgramStep =
  | {
      readonly kind: "dispatch";
      readonly label: string;
      readonly pipeline: GPUComputePipeline;
      readonly bindGroup: GPUBindGroup;
      readonly workgroups: Grid;
    }
  | { readonly kind: "clear"; readonly at: Place }
  | { readonly kind: "copy"; readonly from: Place; readonly to: Place };

export class Program {
  constructor(
    readonly player: Player,
    readonly label: string,
    readonly steps: readonly ProgramStep[],
    readonly plan: Plan,
    readonly place: Placing,
    readonly dispose: () => void, // frees the slots; residents stay
  ) {}

  /** Records steps [from, to) into an encoder. */
  encode(encoder: GPUCommandEncoder, from = 0, to = this.steps.length): void {
    let pass: GPUComputePassEncoder | null = null;
    for (let i = from; i < to; i++) {
      const step = this.steps[i];
      if (step.kind === "dispatch") {
        pass ??= encoder.beginComputePass({ label: this.label });
        pass.setPipeline(step.pipeline);
        pass.setBindGroup(0, step.bindGroup);
        this.player.counters.dispatches++;
        pass.dispatchWorkgroups(step.workgroups[0], step.workgroups[1], step.workgroups[2]);
        continue;
      }
      pass?.end(); // clears and copies stand between passes
      pass = null;
      if (step.kind === "clear") encoder.clearBuffer(step.at.buffer, step.at.offset, step.at.size);
      else
        encoder.copyBufferToBuffer(step.from.buffer, step.from.offset, step.to.buffer, step.to.offset, step.from.size);
    }
    pass?.end();
  }

  /** One submit; returns at once, the GPU works on behind. */
  replay(): void {
    const encoder = this.player.device.createCommandEncoder({ label: this.label });
    this.encode(encoder);
    this.player.submit(encoder);
  }

  /** A kept tensor's values. Waits for the work submitted so far. */
  async readF32(tensor: Tensor): Promise<Float32Array> {
    return new Float32Array(await this.#read(tensor));
  }
  async readU32(tensor: Tensor): Promise<Uint32Array> {
    return new Uint32Array(await this.#read(tensor));
  }
  #read(tensor: Tensor): Promise<ArrayBuffer> {
    const { buffer, offset, size } = this.place(tensor);
    return this.player.readBytes(buffer, offset, size);
  }
}
