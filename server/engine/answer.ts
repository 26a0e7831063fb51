// One answer of a model: the prompt's text and log-probabilities where they are asked for, then what comes after it, as text.
import { fail } from "../../worker/contract/errors.ts";
import type { ChatModel } from "../../worker/inference/chat-model.ts";
import { generateTokens, type TokenResult } from "../../worker/inference/generate.ts";
import { promptLogProbs } from "../../worker/inference/log-probs.ts";
import type { GenerateJob, Generated, OnText, Prompt } from "./protocol.ts";
import { ScoredText } from "./scored.ts";
import { AnswerText } from "./stops.ts";

const CONTEXT = 8; // tokens of a prompt that are decoded with what follows them: more than a character has bytes

type Ended = Pick<TokenResult, "finishReason"> & { reused: number; generated: number };

/** Throws invalid-argument, context-full. */
export async function answer(
  model: ChatModel,
  job: GenerateJob,
  onText: OnText,
  cancelled: AbortSignal,
): Promise<Generated> {
  const promptIds = promptIdsOf(model, job.prompt);
  const scored = job.logProbs === null ? null : new ScoredText(model.tokenizer, job.echo || "messages" in job.prompt);
  const echoed = job.echo ? textOf(model, job.prompt, promptIds) : "";
  const isRead = job.echo && scored !== null;
  if (isRead) scored.add((await promptLogProbs(model.session, fitting(model, promptIds), job.logProbs!, { signal: cancelled })) ?? []); // prettier-ignore
  if (job.echo) onText(echoed, scored?.take(Infinity) ?? null);
  const said = new AnswerText(job.stop);
  const { finishReason, reused, generated } = await (job.maxTokens === 0 || cancelled.aborted
    ? { finishReason: cancelled.aborted ? ("cancelled" as const) : ("length" as const), reused: 0, generated: 0 }
    : say({ model, job, promptIds, said, scored, echoed }, onText, cancelled));
  return {
    ...{ text: said.text, echoed, tokens: scored?.tokens ?? null },
    finishReason: said.isStopped ? "stop" : finishReason,
    promptTokens: promptIds.length,
    reusedTokens: isRead ? 0 : reused,
    generatedTokens: generated,
  };
}

/** An answer under way. */
interface Saying {
  readonly model: ChatModel;
  readonly job: GenerateJob;
  readonly promptIds: readonly number[];
  readonly said: AnswerText;
  readonly scored: ScoredText | null;
  readonly echoed: string;
}

async function say(
  { model, job, promptIds, said, scored, echoed }: Saying,
  onText: OnText,
  cancelled: AbortSignal,
): Promise<Ended> {
  const stopped = new AbortController();
  const known = scored?.tokens.length ?? 0; // of the prompt
  const isChat = "messages" in job.prompt;
  const decoded = isChat ? replyText(model) : continuation(model, promptIds);
  const show = (ids: readonly number[], logProbs: TokenResult["logProbs"], isComplete: boolean) => {
    const { text, trimmed } = decoded(ids);
    const added = said.grow(text, isComplete);
    scored?.add((isChat ? logProbs.slice(0, ids.length) : logProbs).slice(scored.tokens.length - known));
    const shown = echoed.length + said.text.length + trimmed;
    if (isComplete && said.isStopped) scored?.cut(shown);
    const tokens = scored?.take(isComplete ? Infinity : shown) ?? null;
    if (added !== "" || (tokens?.length ?? 0) > 0) onText(added, tokens);
    if (said.isStopped) stopped.abort();
  };
  const { ids, logProbs, finishReason, timings } = await generateTokens(model.session, {
    promptIds,
    maxTokens: job.maxTokens ?? model.session.capacity,
    sampling: job.sampling,
    endTokens: model.endTokens,
    signal: AbortSignal.any([cancelled, stopped.signal]),
    ...(job.logProbs !== null && { topCount: job.logProbs }),
    onTokens: (all, found) => show(all, found, false),
  });
  show(ids, logProbs, true);
  return { finishReason, reused: timings.reusedTokens ?? 0, generated: timings.generatedTokens };
}

type Decoded = (ids: readonly number[]) => { readonly text: string; readonly trimmed: number }; // UTF-16 units left out before it

/** A reply may begin with the space its first word carries. */
const replyText =
  ({ tokenizer }: ChatModel): Decoded =>
  (ids) => {
    const whole = tokenizer.decode(ids);
    const text = whole.trimStart();
    return { text, trimmed: whole.length - text.length };
  };

/** What the prompt goes on with: a space that its first word carries, or the rest of a character that the prompt ends in, stays. */
function continuation({ tokenizer }: ChatModel, promptIds: readonly number[]): Decoded {
  const context = promptIds.slice(-CONTEXT);
  const { length } = withoutPart(tokenizer.decode(context));
  return (ids) => ({ text: tokenizer.decode([...context, ...ids]).slice(length), trimmed: 0 });
}

/** Without the beginning of a character whose rest is yet to come. */
const withoutPart = (text: string): string => text.replace(/\uFFFD+$/, "");

function textOf({ tokenizer }: ChatModel, prompt: Prompt, ids: readonly number[]): string {
  return "text" in prompt ? prompt.text : withoutPart(tokenizer.decode(ids));
}

function fitting({ session }: ChatModel, ids: readonly number[]): readonly number[] {
  if (ids.length === 0) fail({ code: "invalid-argument", name: "prompt", reason: "it is empty" });
  if (ids.length <= session.capacity) return ids;
  return fail({ code: "context-full", tokenCount: ids.length, maxTokenCount: session.capacity });
}

function promptIdsOf(model: ChatModel, prompt: Prompt): readonly number[] {
  if ("messages" in prompt) return model.promptIds(prompt);
  if ("text" in prompt) return model.promptIds({ prompt: prompt.text });
  const outside = prompt.ids.find((id) => id >= model.config.V);
  if (outside === undefined) return prompt.ids;
  const reason = `token ${outside} is not below ${model.config.V}`;
  return fail({ code: "invalid-argument", name: "prompt", reason });
}
