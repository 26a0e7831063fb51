// Several tokens a pass: the GPU guesses what comes next from what its context says after the same words, and checks the guesses of the
// pass before. Answers that quote their passages are made of such words. Knows no model, and nothing of stop tokens.
import type { Kernel, Tensor } from "../../worker/engine/op.ts";
import { halves } from "../lib/lib.ts";
import guessWgsl from "./guess.wgsl?raw";

export interface GuessTensors {
  readonly logits: Tensor; // (R, V): of the first rows of `ids`; R may be less than theirs
  readonly choices: Tensor; // (T) u32
  readonly prompt: Tensor; // (S) u32
  readonly ring: Tensor; // (N) u32: the latest N choices
  readonly state: Tensor; // (8) u32: STATE of sample.ts
  readonly ids: Tensor; // (T) u32: the rows of the next pass: the token chosen last, then guesses
  readonly positions: Tensor; // (T) u32
  readonly ranges: Tensor; // (T, 2) u32
}

const kernelOf = (entry: string, logits: Tensor): Kernel => ({
  files: [{ path: "shaders/guess/guess.wgsl", text: guessWgsl }],
  entry,
  slots: halves({ T: logits }),
});

/**
 * Greedy choice over several rows: takes the guesses that the model would have chosen itself, and the choice after them, and moves the
 * decode state on by as many; then guesses the rows of the next pass. What is said is what one row at a time would say.
 *
 * @shape     logits (R, V), choices (T), prompt (S), ring (N), state (8) → ids (T), positions (T), ranges (T, 2) in place; R ≤ T
 * @dtype     logits: f32 | f16; the rest u32
 * @error     shape-mismatch when a tensor is not of its shape
 * @tolerance exact
 * @cost      two dispatches; R·V reads, and 3 reads for each token of the context
 * @source    Saxena 2023, prompt look-up decoding; Leviathan et al. 2023, arXiv:2211.17192
 */
export function guess({ logits, choices, prompt, ring, state, ids, positions, ranges }: GuessTensors): void {
  const [rows, vocabulary] = logits.shape;
  const [T] = ids.shape;
  logits.expect("guess", [Math.min(rows, T), vocabulary]);
  choices.expect("guess", [T]);
  prompt.expect("guess", prompt.shape.slice(0, 1));
  ring.expect("guess", ring.shape.slice(0, 1));
  state.expect("guess", [8]);
  positions.expect("guess", [T]);
  ranges.expect("guess", [T, 2]);
  const params = { rows: T, vocabulary, ring_size: ring.shape[0] };
  logits.graph.dispatch({
    kernel: kernelOf("choose", logits),
    tensors: { logits, choices },
    params,
    workgroups: [rows],
  });
  logits.graph.dispatch({
    kernel: kernelOf("guess", logits),
    tensors: { choices, prompt, ring, state, ids, positions, ranges },
    params,
    workgroups: [1],
  });
}
