// POST /v1/completions: texts or token ids go on as they are, without a chat template.
import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import type { GenerateJob, Generated, Prompt } from "../engine/protocol.ts";
import { admit, answered, finishOf, streamed, usageOf } from "./answer.ts";
import { refuse } from "./errors.ts";
import { completionLogProbs } from "./log-probs.ts";
import type { Answering } from "./measure.ts";
import { completionRequest, read, samplingOf, stopsOf, type CompletionRequest } from "./requests.ts";

export async function completions(context: Context, engine: Answering): Promise<Response> {
  const request = await read(context, completionRequest);
  const { model } = request;
  admit(engine, model, "chat");
  const { max_tokens: maxTokens, echo, logprobs: logProbs } = request;
  if (maxTokens === 0 && !echo) refuse({ status: 400, message: "max_tokens 0 needs echo", param: "max_tokens", code: "invalid_value" }); // prettier-ignore
  const settings = { maxTokens, sampling: samplingOf(request), stop: stopsOf(request), echo, logProbs };
  const jobs = promptsOf(request).map((prompt): GenerateJob => ({ type: "generate", model, prompt, ...settings }));
  const about = {
    id: `cmpl-${randomUUID()}`,
    object: "text_completion",
    created: Math.floor(Date.now() / 1000),
    model,
  };
  const choice = (index: number, text: string, finish_reason: string | null, tokens: Generated["tokens"] = null) => ({
    ...{ index, text, logprobs: completionLogProbs(tokens), finish_reason },
  });
  if (!request.stream) {
    const results: Generated[] = [];
    await answered("prompt", async () => {
      for (const job of jobs) results.push(await engine.generate(job, context.req.raw.signal));
    });
    const choices = results.map((result, index) =>
      choice(index, result.echoed + result.text, finishOf(result), result.tokens),
    );
    return context.json({ ...about, choices, usage: usageOf(results) });
  }
  const hasUsage = request.stream_options?.include_usage ?? false;
  const chunk = (choices: readonly object[]) => ({ ...about, choices, ...(hasUsage && { usage: null }) });
  return streamed(context, engine, jobs, "prompt", {
    text: (index, added, tokens) => chunk([choice(index, added, null, tokens)]),
    last: (index, result) => chunk([choice(index, "", finishOf(result))]),
    usage: (results) => (hasUsage ? { ...chunk([]), usage: usageOf(results) } : undefined),
  });
}

/** One prompt an answer. */
function promptsOf({ prompt }: CompletionRequest): Prompt[] {
  if (typeof prompt === "string") return [{ text: prompt }];
  if (typeof prompt[0] === "number") return [{ ids: prompt as number[] }];
  return (prompt as (string | number[])[]).map((one) => (typeof one === "string" ? { text: one } : { ids: one }));
}
