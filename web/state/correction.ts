// What a person says about an answer: how it should have been, a rating, a reason. Pure; storing is the chat's and the data
// sets' work.
import type { CorrectionRequest, ExamplePlace, Message, Rating, Turn } from "../../worker/contract/index.ts";

export interface Remarks {
  readonly corrected?: string | undefined;
  readonly rating?: Rating | undefined;
  readonly reason?: string | undefined;
  readonly example?: ExamplePlace | undefined;
}

/** The turn with the remarks named; those that are undefined go. */
export function remarked(turn: Turn, remarks: Remarks): Turn {
  const entries = Object.entries({ ...turn, ...remarks }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as Turn;
}

/** The remarks of a turn, each of them named, so that they can be put back whole. */
export const remarksOf = ({ corrected, rating, reason, example }: Turn): Required<Remarks> => ({
  ...{ corrected, rating, reason, example },
});

/** What the chat shows of a turn: the corrected answer where there is one. */
export const shownText = ({ corrected, content }: Turn): string => corrected ?? content;

/** What the model saw before it answered, message by message. */
export function promptOf({ result }: Turn, question: string): readonly Message[] {
  if (result?.messages?.length) return result.messages;
  // Answers of earlier versions kept the text alone; unanswered questions have none.
  return [{ role: "user", content: result?.prompt || question }];
}

/** The example that `after` makes of an answer. */
export function correctionOf(
  turn: Turn,
  { chat, question, after, dataset }: { chat: string; question: string; after: string; dataset: string | null },
): CorrectionRequest {
  const { rating, reason } = turn;
  return {
    ...{ dataset, chat, message: turn.id, prompt: promptOf(turn, question), before: turn.content, after },
    ...(rating === undefined ? {} : { rating }),
    ...(reason === undefined ? {} : { reason }),
  };
}
