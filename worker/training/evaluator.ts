// The loss of single rows under a base with or without an adapter: forward only. What training minimised, row by row.
import { Graph, type Resident } from "../engine/graph.ts";
import { running } from "../engine/op.ts";
import type { Program, Slice } from "../engine/program.ts";
import type { Runtime } from "../engine/runtime.ts";
import { fail } from "../contract/errors.ts";
import type { AdapterWeights } from "../models/adapter.ts";
import { DecoderObjective } from "./decoder-objective.ts";
import type { Base } from "./fine-tune.ts";
import { Pace } from "./pace.ts";
import { pack, targetsOf, type PackedBatch, type Sequence } from "./packing.ts";

export interface RowLoss {
  readonly loss: number; // mean nats a token that counts
  readonly tokens: number; // that count
}

export class Evaluator {
  readonly #pace = new Pace();

  private constructor(
    readonly runtime: Runtime,
    readonly objective: DecoderObjective,
    readonly program: Program,
    readonly target: Resident, // where the losses go
    readonly tensors: ReadonlyMap<string, Resident>,
  ) {}

  /** For rows of up to T + 1 tokens, R of which count. Throws gpu-out-of-memory. */
  static async create(
    runtime: Runtime,
    base: Base,
    adapter: AdapterWeights | null,
    T: number,
    R = T,
  ): Promise<Evaluator> {
    const objective = new DecoderObjective(base.config, T, R, {
      base: base.weights,
      ...(adapter && { adapter: { ...adapter.config, dropout: 0 } }),
    });
    await objective.allocate(runtime);
    const tensors = new Map<string, Resident>();
    for (const { name, shape } of objective.specs) {
      const resident = await runtime.allocate(name, shape, "f32", "weights");
      runtime.write(resident, adapter!.values.get(name)!);
      tensors.set(name, resident);
    }
    const losses = await runtime.allocate("losses", [objective.lossCount]);
    const graph = new Graph(runtime.untimed);
    const weight = (name: string) =>
      graph.resident(tensors.get(name) ?? fail({ code: "not-found", what: "parameter", id: name }));
    graph.copy(objective.record(graph, running, weight), graph.resident(losses));
    return new Evaluator(runtime, objective, await runtime.compile("evaluate rows", graph), losses, tensors);
  }

  /** The losses of a batch's targets (R), times their weights. */
  async losses(batch: PackedBatch, slice?: Slice): Promise<Float32Array> {
    this.objective.write(this.runtime, batch, 0);
    await this.#pace.replay(this.program, slice);
    return this.runtime.readF32(this.target);
  }

  async lossOf(sequence: Sequence, slice?: Slice): Promise<RowLoss> {
    const tokens = targetsOf(sequence);
    const losses = await this.losses(pack([sequence], this.objective.T, this.objective.R), slice);
    return { loss: losses.reduce((a, b) => a + b, 0) / Math.max(1, tokens), tokens };
  }

  dispose(): void {
    this.program.dispose();
    this.objective.dispose(this.runtime);
    this.runtime.free(this.target, ...this.tensors.values());
  }
}
