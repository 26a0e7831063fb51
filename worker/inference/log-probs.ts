// How probable a model found each token: of a prompt, read in slices whose logits are looked at and forgotten, and of an answer, a
// step at a time. Sums in float64 on the CPU; asked for seldom, so decoding without it pays nothing.
import type { Slice } from "../engine/program.ts";
import type { Session } from "./session.ts";

/** A token and the natural logarithm of its probability, before temperature and filters. */
export interface Choice {
  readonly id: number;
  readonly logProb: number;
}
export interface TokenLogProb {
  readonly id: number;
  readonly logProb: number | null; // null: the first token, which follows nothing
  readonly top: readonly Choice[]; // the most probable ones at its place, by falling probability
}

/** What (V) logits say of token `id`, and of the `count` most probable ones; equal ones by rising id. */
export function logProbOf(logits: Float32Array, id: number, count: number): TokenLogProb {
  const best = mostProbable(logits, count);
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
  const logProb = (one: number) => logits[one]! - most - Math.log(sum);
  return { id, logProb: logProb(id), top: best.map((one) => ({ id: one, logProb: logProb(one) })) };
}

/** The ids of the `count` largest, the largest first. */
function mostProbable(logits: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let id = 0; id < logits.length; id++) {
    if (best.length === count && !(count > 0 && logits[id]! > logits[best[count - 1]!]!)) continue;
    let at = best.length;
    while (at > 0 && logits[best[at - 1]!]! < logits[id]!) at--;
    best.splice(at, 0, id);
    best.length = Math.min(best.length, count);
  }
  return best;
}

/**
 * Reads a whole prompt, what the cache holds of it too: the log-probability of each token after those before it. The session is
 * then as after `readPrompt`. Null when it was cancelled.
 */
export async function promptLogProbs(
  session: Session,
  ids: readonly number[],
  count: number,
  { signal, slice = (work) => Promise.resolve(work()) }: { readonly signal?: AbortSignal; readonly slice?: Slice } = {},
): Promise<TokenLogProb[] | null> {
  const { V } = session.config;
  const found: TokenLogProb[] = [{ id: ids[0]!, logProb: null, top: [] }];
  await session.prepare(ids.length);
  for (const { position, count: rows, bucket } of session.slicesOf(ids, 0)) {
    if (signal?.aborted) return null;
    const logits = await slice(() => session.readForLogits(ids.slice(position, position + rows), position, bucket));
    for (let row = 0; row < rows && position + row + 1 < ids.length; row++)
      found.push(logProbOf(logits.subarray(row * V, (row + 1) * V), ids[position + row + 1]!, count));
  }
  return found;
}
