// The three graphs of training: forward and backward of a micro-batch, forward alone, the update.
import { mm } from "../../shaders/matmul/matmul.ts";
import { adamw, gradNorm } from "../../shaders/optimizer/optimizer.ts";
import { fail } from "../contract/errors.ts";
import { Tape } from "../engine/gradient.ts";
import { Graph, type Resident, type Tensor, type Tuning } from "../engine/graph.ts";
import { running } from "../engine/op.ts";
import type { FlatParameters } from "./flat.ts";
import type { Objective, OptimizerSettings } from "./trainer.ts";

const weightIn =
  (graph: Graph, { weights }: FlatParameters) =>
  (name: string) =>
    graph.resident(weights.get(name) ?? fail({ code: "not-found", what: "parameter", id: name }));

/** What micro-batches add to. */
interface StepSums {
  readonly losses: Resident; // (1, 1)
  readonly measures: Resident | null; // (M)
}
const measuresIn = (graph: Graph, { measures }: StepSums): Tensor | undefined =>
  measures ? graph.resident(measures) : undefined;

/** loss += Σ losses, in a fixed order. */
function addLoss(losses: Tensor, ones: Tensor, sum: Tensor): void {
  const [R] = losses.shape;
  mm(ones.reshape([1, R]), losses.reshape([R, 1]), { into: sum, variant: "plain" });
}

export function recordAccumulate<Batch>(
  tuning: Tuning,
  objective: Objective<Batch>,
  parameters: FlatParameters,
  sums: StepSums,
  ones: Resident,
): Graph {
  const graph = new Graph(tuning);
  const tape = new Tape();
  const weight = weightIn(graph, parameters);
  const losses = objective.record(graph, tape, weight, measuresIn(graph, sums));
  addLoss(losses, graph.resident(ones), graph.resident(sums.losses));
  const into = new Map(
    [...parameters.gradients].map(([name, gradient]): [Tensor, Tensor] => [weight(name), graph.resident(gradient)]),
  );
  tape.backward(losses, graph.resident(ones), into);
  return graph;
}

export function recordForward<Batch>(
  tuning: Tuning,
  objective: Objective<Batch>,
  parameters: FlatParameters,
  sums: StepSums,
  ones: Resident,
): Graph {
  const graph = new Graph(tuning);
  const losses = objective.record(graph, running, weightIn(graph, parameters), measuresIn(graph, sums));
  addLoss(losses, graph.resident(ones), graph.resident(sums.losses));
  return graph;
}

export function recordUpdate(
  parameters: FlatParameters,
  control: Resident,
  sums: readonly { readonly sum: Resident; readonly last: Resident }[],
  settings: OptimizerSettings,
): Graph {
  const graph = new Graph();
  const [p, g, m, v, c] = [parameters.p, parameters.g, parameters.m, parameters.v, control].map((r) =>
    graph.resident(r),
  );
  gradNorm({ g, control: c }, { maxNorm: settings.maxGradNorm });
  adamw({ p, g, m, v, control: c }, { ...settings, decayedCount: parameters.decayedCount });
  graph.clear(g);
  for (const { sum, last } of sums) {
    graph.copy(graph.resident(sum), graph.resident(last));
    graph.clear(graph.resident(sum));
  }
  return graph;
}
