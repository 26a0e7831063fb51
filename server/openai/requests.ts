// What clients may ask for. What this engine cannot do is refused by the parameter's name, unless it asks for nothing.
import type { Context } from "hono";
import * as v from "valibot";
import type { Sampling } from "../../worker/contract/inference.ts";
import { refuse } from "./errors.ts";

const text = v.string("must be a text");
const flag = v.nullish(v.boolean("must be true or false"), false);
const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
};
const between = (least: number, most: number) => {
  const message = `must be a number from ${least} to ${most}`;
  return v.pipe(v.number(message), v.minValue(least, message), v.maxValue(most, message));
};
/** A parameter that is taken only where it asks for nothing. */
const only = <const T extends string | number | boolean>(value: T) =>
  v.nullish(v.literal(value, `only ${String(value)} is supported`));
const none = (what: string) => v.nullish(v.pipe(v.array(v.unknown(), what), v.maxLength(0, what)));

const stops = "must be a text that is not empty, or up to 16 of them";
const stopText = v.pipe(v.string(stops), v.minLength(1, stops), v.maxLength(1000, stops));
const stop = v.nullish(v.union([stopText, v.pipe(v.array(stopText, stops), v.maxLength(16, stops))], stops), []);
const mostTokens = v.nullish(whole(1, 2 ** 31 - 1));

/** What chats and completions share. */
const shared = {
  model: text,
  stream: flag,
  stream_options: v.nullish(v.strictObject({ include_usage: flag, include_obfuscation: v.nullish(v.boolean()) })),
  stop,
  max_tokens: mostTokens,
  temperature: v.nullish(between(0, 2), 1),
  top_p: v.nullish(between(0, 1), 1),
  seed: v.nullish(whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  n: only(1),
  frequency_penalty: only(0),
  presence_penalty: only(0),
  logit_bias: v.nullish(v.strictObject({}, "is not supported")),
  user: v.nullish(text),
};

const textPart = v.strictObject({ type: v.literal("text", "only text can be read"), text });
const content = v.pipe(
  v.union([text, v.array(textPart, "must be a text or parts of text")], "must be a text or parts of text"),
  v.transform((given) => (typeof given === "string" ? given : given.map((part) => part.text).join(""))),
);
const message = v.pipe(
  v.strictObject({
    role: v.picklist(["system", "developer", "user", "assistant"], "must be system, developer, user or assistant"),
    content,
    name: v.nullish(text),
    refusal: v.nullish(v.null("is not supported")),
    tool_calls: none("tool calls are not supported"),
    annotations: none("annotations are not supported"),
  }),
  v.transform(({ role, content: said }) => ({
    role: role === "developer" ? ("system" as const) : role,
    content: said,
  })),
);

export const chatRequest = v.strictObject({
  ...shared,
  messages: v.pipe(v.array(message, "must be a list of messages"), v.minLength(1, "must have a message")),
  max_completion_tokens: mostTokens,
  logprobs: flag,
  top_logprobs: v.nullish(whole(0, 20)),
  tools: none("tools are not supported"),
  response_format: v.nullish(v.strictObject({ type: v.literal("text", "only text is supported") })),
  parallel_tool_calls: v.nullish(v.boolean()),
  store: only(false),
  metadata: v.nullish(v.record(text, text)),
});
export type ChatRequest = v.InferOutput<typeof chatRequest>;

const tokens = v.pipe(v.array(whole(0, 2 ** 32 - 1)), v.minLength(1, "must have a token"));
const prompts = "must be a text, a list of up to 256 texts, token ids, or a list of up to 256 lists of token ids";
const many = <T>(item: v.GenericSchema<T>) => v.pipe(v.array(item), v.minLength(1, prompts), v.maxLength(256, prompts));

export const completionRequest = v.strictObject({
  ...shared,
  prompt: v.union([text, many<string>(text), tokens, many<number[]>(tokens)], prompts),
  max_tokens: v.nullish(whole(0, 2 ** 31 - 1), 16),
  echo: flag,
  logprobs: v.nullish(whole(0, 5), null),
  best_of: only(1),
  suffix: v.nullish(v.null("is not supported")),
});
export type CompletionRequest = v.InferOutput<typeof completionRequest>;

const inputs = "must be a text that is not empty, or a list of 1 to 2048 of them";
const input = v.pipe(v.string(inputs), v.minLength(1, inputs));
export const embeddingRequest = v.strictObject({
  model: text,
  input: v.union([input, v.pipe(v.array(input, inputs), v.minLength(1, inputs), v.maxLength(2048, inputs))], inputs),
  encoding_format: v.nullish(v.picklist(["float", "base64"], "must be float or base64"), "float"),
  dimensions: v.nullish(whole(1, 2 ** 31 - 1)),
  user: v.nullish(text),
});

/** The request's body as the schema has it. Refuses anything else with the parameter's name. */
export async function read<T extends v.GenericSchema>(context: Context, schema: T): Promise<v.InferOutput<T>> {
  const body: unknown = await context.req.json().catch((error: unknown) => {
    if (error instanceof SyntaxError) refuse({ status: 400, message: "the body is not JSON", code: "invalid_json" });
    throw error;
  });
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const param = v.getDotPath(issue);
  if (param === null) refuse({ status: 400, message: "the body must be a JSON object", code: "invalid_type" });
  const [isUnknown, isMissing] = [issue.expected === "never", issue.received === "undefined"];
  const reason = isUnknown ? "is not known here" : isMissing ? "is required" : issue.message;
  return refuse({ status: 400, message: `${param} ${reason}`, param, code: isUnknown ? "unknown_parameter" : "invalid_value" }); // prettier-ignore
}

/** How to choose tokens; without a seed, differently each time. */
export function samplingOf(request: Pick<ChatRequest, "temperature" | "top_p" | "seed">): Sampling {
  const { temperature, top_p: topP, seed } = request;
  return {
    temperature,
    topK: 0,
    topP: Math.max(topP, 1e-6), // 0: the likeliest alone
    minP: 0,
    repetitionPenalty: 1,
    seed: (seed ?? Math.floor(Math.random() * 2 ** 32)) >>> 0,
  };
}

export const stopsOf = ({ stop: given }: Pick<ChatRequest, "stop">): readonly string[] =>
  typeof given === "string" ? [given] : given;
