// POST /v1/chat/completions.
import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import type { GenerateJob } from "../engine/protocol.ts";
import { admit, answered, finishOf, streamed, usageOf } from "./answer.ts";
import { refuse } from "./errors.ts";
import { chatLogProbs } from "./log-probs.ts";
import type { Answering } from "./measure.ts";
import { chatRequest, read, samplingOf, stopsOf } from "./requests.ts";

export async function chat(context: Context, engine: Answering): Promise<Response> {
  const request = await read(context, chatRequest);
  const { model, messages } = request;
  if (request.top_logprobs && !request.logprobs) refuse({ status: 400, message: "top_logprobs needs logprobs", param: "top_logprobs", code: "invalid_value" }); // prettier-ignore
  admit(engine, model, "chat");
  const job: GenerateJob = {
    type: "generate",
    model,
    prompt: { messages },
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
    sampling: samplingOf(request),
    stop: stopsOf(request),
    echo: false,
    logProbs: request.logprobs ? (request.top_logprobs ?? 0) : null,
  };
  const about = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  if (!request.stream) {
    const result = await answered("messages", () => engine.generate(job, context.req.raw.signal));
    const message = { role: "assistant", content: result.text, refusal: null };
    const choices = [{ index: 0, message, logprobs: chatLogProbs(result.tokens), finish_reason: finishOf(result) }];
    return context.json({ ...about, object: "chat.completion", choices, usage: usageOf([result]) });
  }
  const hasUsage = request.stream_options?.include_usage ?? false;
  const chunk = (choices: readonly object[]) => ({
    ...{ ...about, object: "chat.completion.chunk", choices },
    ...(hasUsage && { usage: null }),
  });
  const piece = (delta: object, finish_reason: string | null = null, logprobs: object | null = null) =>
    chunk([{ index: 0, delta, logprobs, finish_reason }]);
  return streamed(context, engine, [job], "messages", {
    first: () => piece({ role: "assistant", content: "", refusal: null }),
    text: (_, content, tokens) => piece({ content }, null, chatLogProbs(tokens)),
    last: (_, result) => piece({}, finishOf(result)),
    usage: (results) => (hasUsage ? { ...chunk([]), usage: usageOf(results) } : undefined),
  });
}
