// Log-probabilities in the two shapes that OpenAI's clients know.
import type { ProbableToken, ScoredToken, TokenText } from "../engine/protocol.ts";

/** Of a chat: a list of tokens, each with those that were probable at its place. */
export function chatLogProbs(tokens: readonly ScoredToken[] | null): object | null {
  if (!tokens) return null;
  const shape = ({ text, bytes, logProb }: TokenText & Pick<ScoredToken, "logProb">) => ({
    ...{ token: text, logprob: logProb, bytes: [...bytes] },
  });
  return { content: tokens.map((token) => ({ ...shape(token), top_logprobs: token.top.map(shape) })), refusal: null };
}

/** Of a completion: four lists of one length. Where others were asked for, the token itself is among them. */
export function completionLogProbs(tokens: readonly ScoredToken[] | null): object | null {
  if (!tokens) return null;
  return {
    tokens: tokens.map(nameOf),
    token_logprobs: tokens.map(({ logProb }) => logProb),
    top_logprobs: tokens.map(({ text, bytes, logProb, top }) =>
      logProb === null || top.length === 0 ? null : byName([...top, { text, bytes, logProb }]),
    ),
    text_offset: tokens.map(({ offset }) => offset),
  };
}

/** Of two tokens of one name, the more probable. */
const byName = (tokens: readonly ProbableToken[]): Record<string, number> =>
  Object.fromEntries(tokens.toReversed().map((token) => [nameOf(token), token.logProb]));

/** A token that is no text by itself goes by its bytes, so that no two have one name. */
function nameOf({ text, bytes }: TokenText): string {
  if (!text.includes("\uFFFD")) return text;
  return `bytes:${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;
}
