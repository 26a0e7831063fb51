// An answer on its way to a client: whole, or piece by piece as server-sent events. A client that goes away stops the device.
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { GenerateJob, Generated, OnText } from "../engine/protocol.ts";
import { bodyOf, refusalOf, refuse } from "./errors.ts";
import type { Answering } from "./measure.ts";

const MOST_WAITING = 32; // requests; one more is sent away with a time to come back

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

type Counted = "promptTokens" | "reusedTokens" | "generatedTokens";

/** Tokens of several answers together. */
export function usageOf(answers: readonly Pick<Generated, Counted>[]): Usage {
  const sum = (of: Counted) => answers.reduce((total, answer) => total + answer[of], 0);
  const [prompt_tokens, completion_tokens] = [sum("promptTokens"), sum("generatedTokens")];
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    prompt_tokens_details: { cached_tokens: sum("reusedTokens") },
  };
}

export const finishOf = ({ finishReason }: Generated): "stop" | "length" =>
  finishReason === "length" ? "length" : "stop";

/** The model of this name, of the kind a route needs. Refuses an unknown one with 404, and a queue that is full with 429. */
export function admit(engine: Answering, id: string, kind: "chat" | "embedding"): void {
  const model = engine.models.find((served) => served.id === id);
  if (!model)
    refuse({ status: 404, message: `the model ${id} is not served here`, param: "model", code: "model_not_found" });
  if (model.kind !== kind)
    refuse({ status: 400, message: `${id} is a model for ${model.kind}`, param: "model", code: "invalid_value" });
  if (engine.waitingCount >= MOST_WAITING)
    refuse({
      status: 429,
      message: `${engine.waitingCount} requests wait already`,
      code: "queue_full",
      retryAfterSeconds: engine.waitSeconds,
    });
}

/** Runs what answers a request; a failure becomes a refusal that names `prompt` where the prompt is at fault. */
export async function answered<T>(prompt: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return refuse(refusalOf(error, prompt));
  }
}

/** How a route writes its pieces. */
export interface Pieces {
  /** Before an answer's first text; undefined: nothing. */
  first?(index: number): object;
  text(index: number, ...added: Parameters<OnText>): object;
  last(index: number, result: Generated): object;
  usage(results: readonly Generated[]): object | undefined;
}

/**
 * The answers to `jobs`, one after the other, as events that end with [DONE]. What fails before the first text is an answer with
 * a status of its own; what fails later is an event.
 */
export async function streamed(
  context: Context,
  engine: Answering,
  jobs: readonly GenerateJob[],
  prompt: string,
  pieces: Pieces,
): Promise<Response> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  context.req.raw.signal.addEventListener("abort", leave, { once: true });
  const held: object[] = []; // until the stream is open
  let write = (piece: object): void => void held.push(piece);
  const run = async () => {
    const results: Generated[] = [];
    for (const [index, job] of jobs.entries()) {
      if (pieces.first) write(pieces.first(index));
      const result = await engine.generate(job, gone.signal, (...added) => {
        write(pieces.text(index, ...added));
        begun();
      });
      results.push(result);
      write(pieces.last(index, result));
    }
    return results;
  };
  let begun = (): void => {};
  const beginning = new Promise<void>((resolve) => (begun = resolve));
  const running = run();
  await answered(prompt, () => Promise.race([beginning, running]));
  return streamSSE(context, async (stream) => {
    stream.onAbort(leave);
    write = (piece) => void stream.writeSSE({ data: JSON.stringify(piece) });
    held.forEach(write);
    try {
      const usage = pieces.usage(await running);
      if (usage) write(usage);
      await stream.writeSSE({ data: "[DONE]" });
    } catch (error) {
      if (!gone.signal.aborted) await stream.writeSSE({ data: JSON.stringify(bodyOf(refusalOf(error, prompt))) });
    }
  });
}
