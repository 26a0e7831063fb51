// Data files of `loam finetune` by method, and what is said where rows and method do not go together.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lessonsIn } from "../../server/commands/lessons.ts";
import { AppError, detailOf, type AppErrorCode } from "../../worker/contract/errors.ts";
import { Tokenizer } from "../../worker/tokenizer/tokenizer.ts";
import { fineTuneConfig } from "../../worker/training/fine-tune-config.ts";

const file = (...rows: unknown[]) => ({ name: "rows.jsonl", text: rows.map((row) => JSON.stringify(row)).join("\n") });
const user = { role: "user", content: "Say heron." };
const answer = (content: string) => ({ role: "assistant", content });
const plain = { messages: [user, answer("heron!")] };
const pairs = [
  { prompt: "Say heron.", chosen: "heron!", rejected: "a bird" },
  { prompt: [user], chosen: [answer("heron!")], rejected: [answer("a bird")] },
];
const corrected = { ...plain, rejected: "a bird" };
const [sft, dpo] = [fineTuneConfig({}, "test"), fineTuneConfig({ method: "dpo" }, "test")];

function failureOf(work: () => unknown): AppErrorCode {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return detailOf(error);
    throw error;
  }
  throw new Error("it did not fail");
}

describe("rows by method", () => {
  const read = (name: string): unknown => JSON.parse(readFileSync(`web/public/models/loam-chat/${name}`, "utf8"));
  const tokenizer = new Tokenizer({ tokenizer: read("tokenizer.json"), config: read("tokenizer_config.json") });

  it("dpo takes pairs in every form they come in, and leaves other rows out", () => {
    const lessons = lessonsIn(dpo, file(...pairs), file(corrected, plain), tokenizer);
    if (lessons.method !== "dpo") throw new Error("not pairs");
    expect(lessons.train).toHaveLength(2);
    expect(lessons.train[1]).toEqual(lessons.train[0]);
    expect(lessons.valid).toEqual([lessons.train[0]]);
    const counted = (side: "chosen" | "rejected") =>
      tokenizer.decode(lessons.train[0][side].ids.filter((_, i) => lessons.train[0][side].weights[i] > 0));
    expect([counted("chosen"), counted("rejected")]).toEqual([" heron!", " a bird"]);
  });
  it("sft learns the right answer of a corrected row", () => {
    const lessons = lessonsIn(sft, file(plain, corrected), null, tokenizer);
    expect(lessons).toMatchObject({ method: "sft", valid: [] });
    expect(lessons.train[1]).toEqual(lessons.train[0]);
  });
  it("says what to do where rows and method do not go together", () => {
    const noPairs = failureOf(() => lessonsIn(dpo, file(plain, plain), null, tokenizer));
    expect(noPairs).toMatchObject({ code: "bad-file", file: "rows.jsonl", reason: expect.stringMatching(/chosen and rejected, or leave method: dpo out/) }); // prettier-ignore
    const onlyPairs = failureOf(() => lessonsIn(sft, file(...pairs), null, tokenizer));
    expect(onlyPairs).toMatchObject({ code: "bad-file", reason: expect.stringMatching(/write method: dpo/) });
    const broken = failureOf(() => lessonsIn(dpo, file(pairs[0], { prompt: "a", chosen: "b" }), null, tokenizer));
    expect(broken).toMatchObject({ code: "bad-file", reason: expect.stringMatching(/line 2: rejected/) });
    expect(failureOf(() => fineTuneConfig({ beta: 0.2 }, "run.yaml"))).toMatchObject({ code: "bad-file", reason: expect.stringMatching(/beta/) }); // prettier-ignore
    expect(dpo.beta).toBe(0.1);
  });
});
