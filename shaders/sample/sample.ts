// Choosing the next token on the GPU, so that decoding needs no CPU between two tokens. Knows nothing of stop tokens: the
// reader of the ring decides, a few tokens late.
import type { Kernel, Tensor } from "../../worker/engine/op.ts";
import { halves } from "../lib/lib.ts";
import sampleWgsl from "./sample.wgsl?raw";

/** Places in `settings` (8) f32. The rest is spare. */
export const SETTING = { temperature: 0, topK: 1, topP: 2, minP: 3, repetitionPenalty: 4 } as const;

/**
 * Places in `state` (8) u32. `step` numbers the draws of a seed, `position` is the place of the token chosen last,
 * `generatedCount` how many there are, `bits` the 32 random bits of the last draw; `guessed` and `prompt` are `guess`'s: how many
 * tokens it guessed last, and how many the prompt has. The rest is spare.
 */
export const STATE = { seed: 0, step: 1, position: 2, generatedCount: 3, bits: 4, guessed: 5, prompt: 6 } as const;

export type Settings = Readonly<Record<keyof typeof SETTING, number>>;

/** `settings` as the GPU reads it. */
export function packSettings(settings: Settings): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(8);
  for (const [name, place] of Object.entries(SETTING)) packed[place] = settings[name as keyof Settings];
  return packed;
}

export interface SampleTensors {
  readonly logits: Tensor; // (R, V): row 0 is used
  readonly counts: Tensor; // (V) u32: how often each token stands in the context
  readonly settings: Tensor; // (8): SETTING
  readonly state: Tensor; // (8) u32: STATE
  readonly token: Tensor; // (1) u32: the choice, input of the next step
  readonly ring: Tensor; // (N) u32: the latest N choices
  readonly positions: Tensor; // (1) u32: where the next step's token stands
  readonly ranges: Tensor; // (1, 2) u32: first and one past the last token it may see
}

const kernelOf = (entry: string, logits: Tensor): Kernel => ({
  files: [{ path: "shaders/sample/sample.wgsl", text: sampleWgsl }],
  entry,
  slots: halves({ T: logits }),
});

/**
 * Chooses the next token and moves the decode state on: writes `token` and ring[generatedCount mod N]; counts[token],
 * step, generatedCount, positions[0] and ranges[0][1] grow by one.
 *
 * In the order of Hugging Face transformers: repetition penalty, temperature, top-k, top-p, min-p, draw. Temperature 0 takes
 * the largest penalised logit, the lowest index of equals. Top-k and top-p keep every token equal to the last one kept, so
 * ties may exceed k. Off are: topK 0, topP 1, minP 0, repetitionPenalty 1.
 *
 * @shape     logits (R, V), counts (V), settings (8), state (8), ring (N) → token (1), positions (1), ranges (1, 2) in place
 * @dtype     logits: f32 | f16; settings: f32; the rest u32; masses: f32 in a fixed order, counts exact below 2²⁴ tokens
 * @error     shape-mismatch when a tensor is not of its shape
 * @tolerance kept set and draw exact but where a mass is within rounding (~1e-6 of the whole) of a threshold or of the draw
 * @cost      one workgroup; V reads greedy, 16·V more for each of top-k and top-p, V for the draw
 * @source    Keskar et al. 2019, arXiv:1909.05858 (penalty); Holtzman et al. 2019, arXiv:1904.09751 (top-p); Nguyen et al.
 *            2024, arXiv:2407.01082 (min-p); O'Neill 2014, HMC-CS-2014-0905 (pcg)
 */
export function sample(tensors: SampleTensors): void {
  record(tensors, "sample");
}

/** As `sample` at temperature 0, whatever the settings say: a kernel without the filters, which compiles much sooner. */
export function sampleGreedy(tensors: SampleTensors): void {
  record(tensors, "sample_greedy");
}

function record(tensors: SampleTensors, entry: string): void {
  const { logits, counts, settings, state, token, ring, positions, ranges } = tensors;
  const vocabulary = logits.shape.at(-1)!;
  logits.expect("sample", [logits.shape[0], vocabulary]);
  counts.expect("sample", [vocabulary]);
  settings.expect("sample", [8]);
  state.expect("sample", [8]);
  token.expect("sample", [1]);
  ring.expect("sample", [ring.shape[0]]);
  positions.expect("sample", [1]);
  ranges.expect("sample", [1, 2]);
  logits.graph.dispatch({
    kernel: kernelOf(entry, logits),
    tensors: { logits, counts, settings, state, token, ring, positions, ranges },
    params: { vocabulary, ring_size: ring.shape[0] },
    workgroups: [1],
  });
}
