// The loop around a session: read the prompt in slices, decode ahead, read the tokens back late. The GPU is never waited for
// on the critical path: while a batch of steps runs, the tokens of the one before are read.
import { AppError, fail } from "../contract/errors.ts";
import type { FinishReason, Sampling, Timings } from "../contract/inference.ts";
import type { Slice } from "../engine/program.ts";
import { logProbOf, type TokenLogProb } from "./log-probs.ts";
import { TokenReader } from "./reader.ts";
import type { Session } from "./session.ts";

export interface TokenRequest {
  readonly promptIds: readonly number[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly endTokens: ReadonlySet<number>;
  readonly signal?: AbortSignal;
  readonly slice?: Slice;
  readonly onPromptRead?: (done: number, total: number) => void; // tokens
  readonly topCount?: number; // with log-probabilities, of so many of the most probable tokens too
  readonly onTokens?: (ids: readonly number[], logProbs: readonly TokenLogProb[]) => void; // all generated so far
}
export interface TokenResult {
  readonly ids: readonly number[]; // without the end token
  readonly logProbs: readonly TokenLogProb[]; // with it; empty where they were not asked for
  readonly finishReason: FinishReason;
  readonly timings: Timings;
}

/** Steps submitted between two readbacks. Those after an end token are thrown away: the price of running ahead. */
const STEPS_AHEAD = 4;
/** After each so many steps with guesses it is judged whether they gave so many tokens each; if not, the rest goes without. */
const TRIAL_STEPS = 16;
const WORTHWHILE = 1.5;

/** Throws context-full when the prompt leaves no room for an answer. */
export async function generateTokens(session: Session, request: TokenRequest): Promise<TokenResult> {
  const { promptIds, sampling, slice = (work) => Promise.resolve(work()) } = request;
  const room = session.capacity - promptIds.length;
  if (promptIds.length === 0) fail({ code: "invalid-argument", name: "prompt", reason: "it is empty" });
  if (room < 1) fail({ code: "context-full", tokenCount: promptIds.length, maxTokenCount: session.capacity });
  const startedAt = performance.now();
  const reused = await readPrompt(session, request, slice);
  const begun = { request, startedAt, reused: reused ?? 0 };
  if (reused === null) return resultOf([], "cancelled", begun, startedAt);
  await session.begin(promptIds, sampling, request.topCount !== undefined);
  const limit = Math.min(request.maxTokens, room);
  return decodeUntilEnd(session, begun, slice, limit);
}

/** Reads what the session has not read yet of the prompt. → how many tokens it had; null when it was cancelled. */
export async function readPrompt(
  session: Session,
  request: Pick<TokenRequest, "promptIds" | "signal" | "onPromptRead">,
  slice: Slice,
): Promise<number | null> {
  const { promptIds, signal, onPromptRead } = request;
  await session.prepare(promptIds.length);
  const slices = session.slicesOf(promptIds);
  for (const { position, count, bucket } of slices) {
    if (signal?.aborted) return null;
    const end = position + count;
    await slice(async () => {
      await session.read(promptIds.slice(position, end), position, bucket);
      await session.runtime.device.queue.onSubmittedWorkDone(); // a slice ends when the GPU is free for others
    });
    onPromptRead?.(end, promptIds.length);
  }
  return slices[0]?.position ?? promptIds.length;
}

/** An answer under way. */
interface Begun {
  readonly request: TokenRequest;
  readonly startedAt: number; // ms
  readonly reused: number; // tokens of the prompt that were not read again
}

async function decodeUntilEnd(
  session: Session,
  begun: Begun,
  slice: Slice,
  most: number, // tokens
): Promise<TokenResult> {
  const { request } = begun;
  const reader = new TokenReader(session);
  const trial = new GuessTrial();
  const ids: number[] = [];
  const logProbs: TokenLogProb[] = [];
  const isShown = request.topCount !== undefined;
  let limit = most;
  let finishReason: FinishReason = "length";
  let firstAt = 0;
  while (ids.length < limit && finishReason === "length") {
    const fresh = await slice(async () => {
      const isFirst = firstAt === 0;
      const ahead = isFirst || isShown ? 1 : STEPS_AHEAD;
      let steps = Math.min(ahead, limit - ids.length - reader.pendingSteps);
      const longest = ids.length + (reader.pendingSteps + steps) * session.tokensAStep;
      if (!(await hasRoom(session, request.promptIds.length + longest)))
        [limit, steps] = [ids.length + reader.pendingSteps, 0];
      submit(session, reader, isFirst, steps);
      const tokens = await reader.take(!isFirst && !isShown && steps > 0 ? 1 : 0); // the first token is waited for, the rest come a batch late
      if (isShown && tokens.length > 0)
        logProbs.push(logProbOf(await session.shownLogits(), tokens[0]!, request.topCount!));
      return tokens;
    });
    if (fresh.length === 0) continue;
    firstAt ||= performance.now();
    const end = fresh.findIndex((id) => request.endTokens.has(id));
    ids.push(...fresh.slice(0, Math.min(end < 0 ? fresh.length : end, limit - ids.length)));
    request.onTokens?.(ids, logProbs);
    if (end >= 0 && ids.length < limit) finishReason = "stop";
    else if (request.signal?.aborted) finishReason = "cancelled";
    if (!trial.isWorthIt(reader.arrivedSteps, ids.length)) await session.stopGuessing();
  }
  const steps = reader.arrivedSteps; // those past the end are not counted
  await reader.take(0); // but read and dropped, so that the staging buffers are free again
  return resultOf(ids, finishReason, begun, firstAt, steps, logProbs);
}

/** Whether the device has room for so many tokens: where it has not, an answer ends there rather than being lost. */
async function hasRoom(session: Session, length: number): Promise<boolean> {
  try {
    await session.reserve(length);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.detail.code === "gpu-out-of-memory") return false;
    throw error;
  }
}

/** Submits `steps` steps; the last one carries the copy of what they chose. */
function submit(session: Session, reader: TokenReader, isFirst: boolean, steps: number): void {
  for (let i = 1; i <= steps; i++) {
    const staging = i === steps ? reader.next : undefined;
    if (isFirst) session.first(staging);
    else session.step(staging);
  }
  if (steps > 0) reader.request(steps);
}

/** Whether guesses are right often enough: judged by counts, not by time, so that an answer is computed the same way each time. */
class GuessTrial {
  #steps = 0;
  #tokens = 0;

  /** `steps` and `tokens` so far, of the answer. */
  isWorthIt(steps: number, tokens: number): boolean {
    if (steps - this.#steps < TRIAL_STEPS) return true;
    const isWorthIt = (tokens - this.#tokens) / (steps - this.#steps) >= WORTHWHILE;
    [this.#steps, this.#tokens] = [steps, tokens];
    return isWorthIt;
  }
}

function resultOf(
  ids: readonly number[],
  finishReason: FinishReason,
  { request: { promptIds }, startedAt, reused }: Begun,
  firstAt: number,
  steps = 0,
  logProbs: readonly TokenLogProb[] = [],
): TokenResult {
  const now = performance.now();
  const decodingSeconds = (now - firstAt) / 1000;
  const timings: Timings = {
    promptTokens: promptIds.length,
    reusedTokens: reused,
    generatedTokens: ids.length,
    steps,
    firstTokenMs: firstAt - startedAt,
    totalMs: now - startedAt,
    tokensPerSecond: ids.length > 1 && decodingSeconds > 0 ? (ids.length - 1) / decodingSeconds : 0,
  };
  return { ids, logProbs, finishReason, timings };
}
