// Preference pairs as training takes them: two sequences that part at some token, and packed micro-batches of them. Source of the
// method: Rafailov et al. 2023, arXiv:2305.18290.
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { maskedTokens, type MaskedTokens, type Row } from "./examples.ts";
import { groupsOf, pack, targetsOf, type PackedBatch, type Sequence, type Size } from "./packing.ts";

/** A row's answer as it should be, and one that was rejected. Only tokens from the first that differs count: those before it add
 * the same to both. */
export interface PreferencePair {
  readonly chosen: Sequence;
  readonly rejected: Sequence;
}
/** With log p(chosen) − log p(rejected) by the base alone, in nats, over the tokens that count. */
export interface ReferencedPair extends PreferencePair {
  readonly reference: number;
}

/** A packed batch of pairs, each chosen sequence followed by its rejected one; P places for pairs. See shaders/preference. */
export interface PreferenceBatch extends PackedBatch {
  readonly pairRanges: Uint32Array<ArrayBuffer>; // (P, 4) of the rows with a target
  readonly references: Float32Array<ArrayBuffer>; // (P)
  readonly pairWeights: Float32Array<ArrayBuffer>; // (P) their sum over a step is 1; 0 where there is no pair
}

/** A row with another answer: its last, or its completion. Plain text has none to exchange. */
function withAnswer(row: Row, answer: string): Row | null {
  if ("text" in row) return null;
  if ("prompt" in row) return { prompt: row.prompt, completion: answer };
  const last = row.messages.findLastIndex(({ role }) => role === "assistant");
  return { messages: row.messages.map((message, i) => (i === last ? { ...message, content: answer } : message)) };
}

/** Tokens of both texts of a pair, uncut. */
export interface MaskedPair {
  readonly chosen: MaskedTokens;
  readonly rejected: MaskedTokens;
}
/** Null for plain text, which has no answer to reject. */
export function maskedPair(row: Row, rejected: string, tokenizer: Tokenizer): MaskedPair | null {
  const other = withAnswer(row, rejected);
  return other && { chosen: maskedTokens(row, tokenizer), rejected: maskedTokens(other, tokenizer) };
}

/**
 * The pair as sequences of at most `context` + 1 tokens; null when the texts do not differ. Where one is too long both lose the
 * same beginning, but an answer only what it must.
 */
export function pairFrom({ chosen, rejected }: MaskedPair, context: number): PreferencePair | null {
  const shared = sharedLength(chosen.ids, rejected.ids);
  const excess = (of: MaskedTokens) => Math.max(0, of.ids.length - context - 1);
  const together = Math.min(Math.max(excess(chosen), excess(rejected)), Math.max(0, shared - 1));
  const cut = (of: MaskedTokens): Sequence => {
    const start = Math.max(excess(of), together);
    return { ids: of.ids.slice(start), weights: of.counts.map((c, i) => (c && i >= shared ? 1 : 0)).slice(start) };
  };
  const pair = { chosen: cut(chosen), rejected: cut(rejected) };
  return sizeOfPair(pair).targets > 0 ? pair : null;
}

/** How many tokens at their beginnings are the same. */
function sharedLength(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((id, i) => id !== b[i]);
  return differs < 0 ? a.length : differs;
}

/** What a pair takes of a micro-batch. */
export const sizeOfPair = ({ chosen, rejected }: PreferencePair): Size => ({
  rows: chosen.ids.length + rejected.ids.length - 2,
  targets: targetsOf(chosen) + targetsOf(rejected),
});

/** These pairs in as many micro-batches of T rows, R targets and P pairs as they need, in their order; weights are their mean. */
export const packPairs = (pairs: readonly ReferencedPair[], T: number, R: number, P: number): PreferenceBatch[] =>
  groupsOf(pairs, sizeOfPair, { rows: T, targets: R, count: P }).map((group) => {
    const fill = <A extends Float32Array | Uint32Array>(array: A, values: readonly number[]) => (
      array.set(values),
      array
    );
    return {
      ...packPlainPairs(group, T, R),
      pairRanges: fill(new Uint32Array(4 * P), rangesOf(group).flat()),
      references: fill(new Float32Array(P), group.map(({ reference }) => reference)), // prettier-ignore
      pairWeights: fill(new Float32Array(P), group.map(() => 1 / pairs.length)), // prettier-ignore
    };
  });

/** One micro-batch whose losses are plain: every token that counts has the weight 1. */
export const packPlainPairs = (group: readonly PreferencePair[], T: number, R: number): PackedBatch =>
  pack(group.flatMap(({ chosen, rejected }) => [chosen, rejected]), T, R); // prettier-ignore

/** Where the losses of each pair of a micro-batch are: rows [0, 1) of its chosen text, [2, 3) of its rejected one. */
export function rangesOf(group: readonly PreferencePair[]): [number, number, number, number][] {
  let at = 0;
  return group.map(({ chosen, rejected }) => {
    const begin = at;
    const middle = begin + targetsOf(chosen);
    at = middle + targetsOf(rejected);
    return [begin, middle, middle, at];
  });
}
