// Preference pairs: a text that was chosen and one that was rejected, as the rows of a packed batch whose losses are known. Knows
// neither models nor data.
import type { Attrs, Kernel, Op, Tensor } from "../../worker/engine/op.ts";
import { gridFile, gridOf, reduceFile } from "../lib/lib.ts";
import { pairMarginReference, preferenceLossReference } from "./preference.ref.ts";
import preferenceWgsl from "./preference.wgsl?raw";

const kernel = (entry: string): Kernel => ({
  files: [reduceFile, gridFile, { path: "shaders/preference/preference.wgsl", text: preferenceWgsl }],
  entry,
});
const paramsOf = (rows: number, pairs: number, beta = 0, tie = 0) => ({ rows, pairs, beta, tie });

/**
 * How much more a model prefers the chosen texts than a reference does: h = β·(Σ rejected − Σ chosen − reference), of losses.
 *
 * @shape     losses (R), ranges (P, 4) = rows [0, 1) of the chosen text and [2, 3) of the rejected one, reference (P) → margins (P)
 * @dtype     losses, reference, margins: f32, as linearCrossEntropy gives them whatever its logits are; ranges: u32; sums: f32
 * @attr      beta = β, how strongly the model is held to the reference
 * @units     losses and reference in nats: reference = Σ rejected − Σ chosen by the reference
 * @error     shape-mismatch when ranges are not (P, 4) or reference is not (P)
 * @tolerance 1 ulp forward, 2 ulp backward
 * @cost      R FLOP forward, 2·R·P backward; a pair without rows has the margin −β·reference
 * @source    Rafailov et al. 2023, arXiv:2305.18290, eq. 7
 *
 * dlosses_t = −β·dh_p for rows of the chosen text of p, +β·dh_p for those of the rejected one, 0 for others.
 */
export const pairMargin: Op = {
  name: "pair_margin",

  forward({ losses, ranges, reference }, { beta }) {
    const P = ranges.shape[0];
    ranges.expect("pair_margin", [P, 4]);
    reference.expect("pair_margin", [P]);
    const margins = losses.graph.tensor("margins", [P]);
    losses.graph.dispatch({
      kernel: kernel("pair_margin"),
      tensors: { losses, ranges, reference, margins },
      params: paramsOf(losses.shape[0], P, beta),
      workgroups: gridOf(P, 1),
    });
    return { y: margins, saved: { losses, ranges } };
  },

  backward(dy, { losses, ranges }, { beta }) {
    return {
      losses: () => {
        const dlosses = dy.graph.tensor("dlosses", losses.shape);
        dy.graph.dispatch({
          kernel: kernel("pair_margin_backward"),
          tensors: { ranges, dy, dlosses },
          params: paramsOf(losses.shape[0], ranges.shape[0], beta),
          workgroups: gridOf(losses.shape[0], 64),
        });
        return dlosses;
      },
    };
  },

  reference: pairMarginReference,
};

/**
 * The loss of direct preference optimisation: y = −weight·log σ(margin).
 *
 * @shape     margins (P), weights (P) → y (P), saved margins, weights
 * @dtype     f32
 * @units     nats
 * @error     shape-mismatch when weights are not (P)
 * @tolerance 8 ulp forward, 16 ulp backward: an exponential and a logarithm
 * @cost      10 FLOP and 12 bytes a pair
 * @source    Rafailov et al. 2023, arXiv:2305.18290, eq. 7
 *
 * dmargin = −dy·weight·σ(−margin).
 */
export const preferenceLoss: Op = {
  name: "preference_loss",

  forward({ margins, weights }) {
    const [P] = margins.shape;
    weights.expect("preference_loss", [P]);
    const y = margins.graph.tensor("y", [P]);
    dispatchPairs("preference_loss", { h: margins, weights, y });
    return { y, saved: { margins, weights } };
  },

  backward(dy, { margins, weights }) {
    return {
      margins: () => {
        const dh = dy.graph.tensor("dmargins", margins.shape);
        dispatchPairs("preference_loss_backward", { h: margins, weights, dy, dh });
        return dh;
      },
    };
  },

  reference: preferenceLossReference,
};

function dispatchPairs(entry: string, tensors: Readonly<Record<string, Tensor>>): void {
  const { graph, shape } = tensors.h;
  const params = paramsOf(0, shape[0]);
  graph.dispatch({ kernel: kernel(entry), tensors, params, workgroups: gridOf(shape[0], 64) });
}

/**
 * Adds to `sums` the weighted mean of the margins and the share of the pairs that are won; one within `tie` of 0 is half won.
 *
 * @shape  margins (P), weights (P), sums (2), which changes
 * @dtype  f32
 * @attr   tie = a margin that is no more than rounding
 * @error  shape-mismatch when weights are not (P) or sums are not (2)
 * @source "reward margins" and "reward accuracies" by definition: Rafailov et al. 2023, arXiv:2305.18290, §4
 */
export function pairMeasures(tensors: { margins: Tensor; weights: Tensor; sums: Tensor }, { tie }: Attrs): void {
  const { margins, weights, sums } = tensors;
  const [P] = margins.shape;
  weights.expect("pair_measures", [P]);
  sums.expect("pair_measures", [2]);
  margins.graph.dispatch({
    kernel: kernel("pair_measures"),
    tensors: { h: margins, weights, sums },
    params: paramsOf(0, P, 0, tie),
    workgroups: [1],
  });
}
