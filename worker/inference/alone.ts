// How a small model that was trained on grounded prompts reads passages: each alone. What stands beside it cannot mislead it
// then, and how sure it is of every one says which to answer from, or that none of them says it.
import type { FoundPassage, Message, ReplyOddsRequest } from "../contract/index.ts";
import { groundedMessages, refusal } from "./prompt.ts";

/** What a passage's search score, 0 to about 1.2, is worth in log odds: of two that seem to answer, search knows which is meant. */
const SCORE_WEIGHT = 3;

export interface Reading {
  readonly index: number; // of the passage to answer from: least refused, found best
  readonly odds: number; // log odds of refusing that one
  readonly prompts: readonly (readonly Message[])[]; // all that were read: each passage alone, as [1]
}

/** Reads every passage alone; null when it was stopped. `onRead` hears how many are read. */
export async function readAlone(
  question: string,
  passages: readonly FoundPassage[],
  replyOdds: (request: Pick<ReplyOddsRequest, "messages" | "reply">) => Promise<number>,
  onRead: (count: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Reading | null> {
  const prompts = passages.map((passage) => groundedMessages(question, [passage], true));
  let best: Reading | null = null;
  let least = Infinity;
  for (const [index, passage] of passages.entries()) {
    if (signal?.aborted) return null;
    const odds = await replyOdds({ messages: prompts[index]!, reply: refusal });
    const doubt = odds - SCORE_WEIGHT * passage.score;
    if (doubt < least) [least, best] = [doubt, { index, odds, prompts }];
    onRead(index + 1);
  }
  return signal?.aborted ? null : best;
}

/** An answer from a passage that was read alone, with the number it has among the others. */
export const renumbered = (answer: string, index: number): string => answer.replaceAll("[1]", `[${index + 1}]`);
