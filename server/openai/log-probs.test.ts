// Log-probabilities as npm openai gets them, of two real models: one of pieces of text, one of bytes.
import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { itWith, sharedData } from "../../test/harness/data.ts";
import { Engine } from "../engine/engine.ts";
import { openai } from "./api.ts";

const stories = "models/stories260k";
const test = itWith(stories);
const reference = () =>
  JSON.parse(readFileSync(sharedData(`${stories}/reference_greedy.json`), "utf8")) as {
    prompt: string;
    prompt_ids: number[];
    greedy_ids: number[];
    last_logits_of_prompt: number[];
  };

let engine: Engine;
let client: OpenAI;

beforeAll(async () => {
  engine = await Engine.start({ models: [sharedData(stories), "loam-chat"], adapters: [] });
  const api = openai(engine, "key");
  const fetch = (url: string | URL | Request, init?: RequestInit) => Promise.resolve(api.request(String(url).replace(/^.*\/v1/, ""), init)); // prettier-ignore
  client = new OpenAI({ baseURL: "http://localhost/v1", apiKey: "key", maxRetries: 0, fetch });
}, 300_000);
afterAll(() => engine?.stop());

const complete = (more: object) =>
  client.completions.create({ model: "stories260k", prompt: "", temperature: 0, stream: false, ...more });
const refused = (more: object) => complete(more).then(() => null, (error: { status: number; param: string }) => [error.status, error.param]); // prettier-ignore

describe("completions", () => {
  test("echo: every token of a prompt, the first after nothing; the next as the reference has it", async () => {
    const { prompt, prompt_ids, greedy_ids, last_logits_of_prompt: logits } = reference();
    const { choices, usage } = await complete({ prompt: prompt_ids, max_tokens: 1, logprobs: 5, echo: true });
    const { tokens, token_logprobs, top_logprobs, text_offset } = choices[0].logprobs!;
    expect(choices[0].text.startsWith(prompt)).toBe(true);
    for (const list of [tokens, token_logprobs, top_logprobs, text_offset])
      expect(list).toHaveLength(prompt_ids.length + 1);
    expect([token_logprobs![0], top_logprobs![0]]).toEqual([null, null]);
    expect(usage!.prompt_tokens).toBe(prompt_ids.length);
    const most = Math.max(...logits);
    const lse = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
    const expected = logits[greedy_ids[prompt_ids.length]] - lse;
    expect(Math.abs(token_logprobs!.at(-1)! - expected)).toBeLessThan(1e-4);
    expect(top_logprobs!.at(-1)![tokens!.at(-1)!]).toBe(token_logprobs!.at(-1));
    expect(Object.keys(top_logprobs!.at(-1)!)).toHaveLength(5);
  });

  test("of an answer are those of the same text as a prompt; each token stands where it says", async () => {
    const prompt = "Once upon a time, there was a little café";
    const told = await complete({ prompt, max_tokens: 12, logprobs: 0, echo: true });
    const [{ text, logprobs }] = told.choices;
    expect(logprobs!.top_logprobs!.every((top) => top === null)).toBe(true);
    const shown = [...text];
    for (const [i, token] of logprobs!.tokens!.entries()) {
      const at = logprobs!.text_offset![i];
      if (i > 1 && !token.startsWith("bytes:")) expect(shown.slice(at, at + [...token].length).join("")).toBe(token);
    }
    const alone = (await complete({ prompt, max_tokens: 12, logprobs: 0 })).choices[0];
    expect(prompt + alone.text).toBe(text);
    const tail = logprobs!.token_logprobs!.slice(-12);
    for (const [i, one] of alone.logprobs!.token_logprobs!.entries()) expect(Math.abs(one - tail[i])).toBeLessThan(1e-4); // prettier-ignore
    expect(alone.logprobs!.text_offset![0]).toBe(0);
  });

  test("a prompt alone, several at once, and as a stream", async () => {
    const read = await complete({ prompt: ["Once upon", "The dog"], max_tokens: 0, logprobs: 1, echo: true });
    expect(read.choices.map(({ text }) => text)).toEqual(["Once upon", "The dog"]);
    expect(read.usage!.completion_tokens).toBe(0);
    const ask = { model: "stories260k", prompt: "Once upon", max_tokens: 6, temperature: 0, logprobs: 2, echo: true };
    const whole = (await complete(ask)).choices[0];
    let text = "";
    const logprobs: unknown[] = [];
    for await (const { choices } of await client.completions.create({ ...ask, stream: true })) {
      text += choices[0]?.text ?? "";
      logprobs.push(...(choices[0]?.logprobs?.token_logprobs ?? []));
    }
    expect({ text, logprobs }).toEqual({ text: whole.text, logprobs: whole.logprobs!.token_logprobs });
  });

  test("an end token counts as a token; what a stop string cuts off does not", async () => {
    const prompt = "<|user|>Hello<|end|><|assistant|>";
    const whole = (await complete({ model: "loam-chat", prompt, max_tokens: 100, logprobs: 0 })).choices[0];
    expect(whole.finish_reason).toBe("stop");
    expect(whole.logprobs!.tokens!.at(-1)).toMatch(/^<.*>$/);
    const said = whole.logprobs!.tokens!.slice(0, -1).join("");
    expect(said).toBe(whole.text);
    const stop = whole.text.slice(6, 9);
    const cut = (await complete({ model: "loam-chat", prompt, max_tokens: 100, logprobs: 0, stop })).choices[0]; // prettier-ignore
    expect(cut.text).toBe(whole.text.slice(0, whole.text.indexOf(stop)));
    expect(cut.logprobs!.text_offset!.every((at) => at < cut.text.length)).toBe(true);
  }, 120_000);

  test("refusals", async () => {
    expect(await refused({ prompt: "a", logprobs: 6 })).toEqual([400, "logprobs"]);
    expect(await refused({ prompt: "a", max_tokens: 0 })).toEqual([400, "max_tokens"]);
    expect(await refused({ prompt: "word ".repeat(900), max_tokens: 0, echo: true, logprobs: 1 })).toEqual([400, "prompt"]); // prettier-ignore
  });
});

describe("chat", () => {
  test("each token with its bytes and the most probable ones; the same as a stream", async () => {
    const ask = {
      model: "loam-chat",
      messages: [{ role: "user" as const, content: "What is a pump?" }],
      ...{ max_tokens: 8, temperature: 0, logprobs: true, top_logprobs: 3 },
    };
    const { message, logprobs } = (await client.chat.completions.create(ask)).choices[0];
    const content = logprobs!.content!;
    const bytes = content.flatMap((token) => token.bytes!);
    expect(Buffer.from(bytes).toString().trimStart()).toBe(message.content);
    for (const { logprob, token, top_logprobs } of content) {
      expect(top_logprobs).toHaveLength(3);
      expect(top_logprobs[0]).toMatchObject({ token, logprob }); // greedy
      expect(logprob).toBeLessThanOrEqual(0);
    }
    const streamed = [];
    for await (const { choices } of await client.chat.completions.create({ ...ask, stream: true }))
      streamed.push(...(choices[0]?.logprobs?.content ?? []));
    expect(streamed).toEqual(content);
    const refusal = await client.chat.completions.create({ ...ask, logprobs: false }).catch((error: { param: string }) => error); // prettier-ignore
    expect(refusal).toMatchObject({ status: 400, param: "top_logprobs" });
  });
});
