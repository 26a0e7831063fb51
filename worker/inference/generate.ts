// The loop around a session: read the prompt in slices, decode ahead, read the tokens back late. The GPU is never waited for
// on the critical path: while a batch of steps runs, the tokens of the one before are read.
import { fail } from "../contract/errors.ts";
import type { FinishReason, Sampling, Timings } from "../contract/inference.ts";
import type { Slice } from "../engine/program.ts";
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
  readonly onTokens?: (ids: readonly number[]) => void; // all generated so far
}
export interface TokenResult {
  readonly ids: readonly number[]; // without the end token
  readonly finishReason: FinishReason;
  readonly timings: Timings;
}

/** Steps submitted between two readbacks. Those after an end token are thrown away: the price of running ahead. */
const STEPS_AHEAD = 4;

/** Throws context-full when the prompt leaves no room for an answer. */
export async function generateTokens(session: Session, request: TokenRequest): Promise<TokenResult> {
  const { promptIds, sampling, slice = (work) => Promise.resolve(work()) } = request;
  const room = session.capacity - promptIds.length;
  if (promptIds.length === 0) fail({ code: "invalid-argument", name: "prompt", reason: "it is empty" });
  if (room < 1) fail({ code: "context-full", tokenCount: promptIds.length, maxTokenCount: session.capacity });
  const startedAt = performance.now();
  const wasRead = await readPrompt(session, request, slice);
  if (!wasRead) return resultOf([], "cancelled", request, startedAt, startedAt);
  await session.begin(promptIds, sampling);
  const limit = Math.min(request.maxTokens, room);
  return decodeUntilEnd(session, request, slice, limit, startedAt);
}

/** Reads the whole prompt; false when it was cancelled. */
export async function readPrompt(
  session: Session,
  request: Pick<TokenRequest, "promptIds" | "signal" | "onPromptRead">,
  slice: Slice,
): Promise<boolean> {
  const { promptIds, signal, onPromptRead } = request;
  session.prepare(promptIds.length);
  for (let done = 0; done < promptIds.length;) {
    if (signal?.aborted) return false;
    const count = session.sliceOf(promptIds.length - done);
    const ids = promptIds.slice(done, done + count);
    await slice(async () => {
      await session.read(ids, done);
      await session.runtime.device.queue.onSubmittedWorkDone(); // a slice ends when the GPU is free for others
    });
    done += count;
    onPromptRead?.(done, promptIds.length);
  }
  return true;
}

async function decodeUntilEnd(
  session: Session,
  request: TokenRequest,
  slice: Slice,
  limit: number,
  startedAt: number,
): Promise<TokenResult> {
  const reader = new TokenReader(session);
  const ids: number[] = [];
  let finishReason: FinishReason = "length";
  let firstAt = 0;
  let submitted = 0;
  while (ids.length < limit && finishReason === "length") {
    const fresh = await slice(() => {
      const steps = submitted === 0 ? 1 : Math.min(STEPS_AHEAD, limit - submitted);
      submit(session, reader, submitted, steps);
      submitted += steps;
      return reader.take(submitted > 1 && steps > 0 ? 1 : 0); // the first token is waited for, the rest come a batch late
    });
    if (fresh.length === 0) continue;
    firstAt ||= performance.now();
    const end = fresh.findIndex((id) => request.endTokens.has(id));
    ids.push(...(end < 0 ? fresh : fresh.slice(0, end)));
    request.onTokens?.(ids);
    if (end >= 0) finishReason = "stop";
    else if (request.signal?.aborted) finishReason = "cancelled";
  }
  await reader.take(0); // steps past the end: read and dropped, so that the staging buffers are free again
  return resultOf(ids, finishReason, request, startedAt, firstAt);
}

/** Submits `steps` steps; the last one carries the copy of the ring. */
function submit(session: Session, reader: TokenReader, submitted: number, steps: number): void {
  for (let i = 1; i <= steps; i++) {
    const staging = i === steps ? reader.next : undefined;
    if (submitted + i === 1) session.first(staging);
    else session.step(staging);
  }
  if (steps > 0) reader.request(submitted + steps);
}

function resultOf(
  ids: readonly number[],
  finishReason: FinishReason,
  { promptIds }: TokenRequest,
  startedAt: number,
  firstAt: number,
): TokenResult {
  const now = performance.now();
  const decodingSeconds = (now - firstAt) / 1000;
  const timings: Timings = {
    promptTokens: promptIds.length,
    generatedTokens: ids.length,
    firstTokenMs: firstAt - startedAt,
    totalMs: now - startedAt,
    tokensPerSecond: ids.length > 1 && decodingSeconds > 0 ? (ids.length - 1) / decodingSeconds : 0,
  };
  return { ids, finishReason, timings };
}
