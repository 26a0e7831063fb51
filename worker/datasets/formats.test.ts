// Every format of training data that is read: known from its first rows, and turned into the same rows.
import { describe, expect, it } from "vitest";
import type { DataFormat, ImportProgress, RowContent } from "../contract/index.ts";
import { readWhole } from "../../test/harness/datasets.ts";
import { lookAt } from "./import.ts";

const file = (text: string, name = "a.jsonl") => ({ name, bytes: new Blob([text]) });
const turns = (...contents: string[]): RowContent => ({
  messages: contents.map((content, i) => ({ role: i % 2 === 0 ? ("user" as const) : ("assistant" as const), content })),
});
const withSystem = ({ messages }: RowContent): RowContent => ({
  messages: [{ role: "system", content: "S" }, ...messages],
});

const cases: [string, DataFormat, unknown, RowContent][] = [
  ["messages", "messages", { messages: withSystem(turns("q", "a")).messages }, withSystem(turns("q", "a"))],
  [
    "messages and a rejected answer",
    "messages",
    { ...turns("q", "a"), rejected: "b" },
    { ...turns("q", "a"), rejected: "b" },
  ],
  ["Alpaca", "alpaca", { instruction: "q", input: "i", output: "a" }, turns("q\n\ni", "a")],
  [
    "Alpaca without input",
    "alpaca",
    { instruction: "q", input: "", output: "a", system: "S" },
    withSystem(turns("q", "a")),
  ],
  [
    "Alpaca with history",
    "alpaca",
    { instruction: "q2", output: "a2", history: [["q", "a"]] },
    turns("q", "a", "q2", "a2"),
  ],
  [
    "ShareGPT",
    "sharegpt",
    {
      conversations: [
        { from: "system", value: "" },
        { from: "human", value: "q" },
        { from: "gpt", value: "a" },
      ],
    },
    turns("q", "a"),
  ],
  [
    "ShareGPT with its system apart",
    "sharegpt",
    {
      system: "S",
      conversations: [
        { from: "human", value: "q" },
        { from: "gpt", value: "a" },
      ],
    },
    withSystem(turns("q", "a")),
  ],
  ["prompt and completion", "prompt-completion", { prompt: "q", completion: "a" }, turns("q", "a")],
  [
    "prompt and completion as messages",
    "prompt-completion",
    { prompt: turns("q").messages, completion: [{ role: "assistant", content: "a" }] },
    turns("q", "a"),
  ],
  ["text", "text", { text: "t" }, { messages: [{ role: "assistant", content: "t" }] }],
  ["a pair of texts", "preference", { prompt: "q", chosen: "a", rejected: "b" }, { ...turns("q", "a"), rejected: "b" }],
  [
    "a pair of chats with the prompt within",
    "preference",
    { chosen: turns("q", "a").messages, rejected: turns("q", "b").messages },
    { ...turns("q", "a"), rejected: "b" },
  ],
];

describe("formats", () => {
  it.each(cases)("%s, as lines and as a list", async (_, format, value, content) => {
    for (const text of [JSON.stringify(value), JSON.stringify([value], null, 2)]) {
      const reading = await readWhole(file(text));
      expect(reading.problems).toEqual([]);
      expect(reading).toMatchObject({ format, badCount: 0 });
      const { origin, ...read } = reading.drafts[0]!;
      expect(read).toEqual(content);
      expect(origin).toMatchObject({ kind: "file", name: "a.jsonl" });
    }
  });

  it.each([
    ["an answer alone", { conversations: [{ from: "gpt", value: "a" }] }, "conversations", /no message of the user/],
    ["a missing output", { instruction: "q", input: "" }, "output", /is missing/],
    [
      "pairs of two prompts",
      { chosen: turns("q", "a").messages, rejected: turns("x", "b").messages },
      "rejected",
      /same prompt/,
    ],
    ["a history that is no pair", { instruction: "q", output: "a", history: ["q"] }, "history[0]", /not a list/],
  ])("%s is named", async (_, value, field, reason) => {
    const { problems } = await readWhole(file(JSON.stringify(value)));
    expect(problems).toEqual([{ line: 1, field, reason: expect.stringMatching(reason) }]);
  });

  it("the format is that of most of the first rows; the others are named", async () => {
    const rows = [{ text: "t" }, { prompt: "q", completion: "a" }, { prompt: "r", completion: "b" }];
    const reading = await readWhole(file(rows.map((row) => JSON.stringify(row)).join("\n")));
    expect(reading).toMatchObject({ format: "prompt-completion", lines: [2, 3] });
    expect(reading.problems).toEqual([{ line: 1, field: "prompt", reason: "is missing" }]);
  });
});

describe("tables", () => {
  it.each([
    ["question,answer\nq,a", { prompt: "question", completion: "answer" }],
    ["Instruction;Input;Output\nq;i;a", { prompt: "Instruction", input: "Input", completion: "Output" }],
    ["input\toutput\nq\ta", { prompt: "input", completion: "output" }],
    [
      "id,prompt,chosen,rejected,tags\n1,q,a,b,x",
      { prompt: "prompt", completion: "chosen", rejected: "rejected", tags: "tags" },
    ],
    ["text\nt", { text: "text" }],
  ])("the columns of %j are guessed", async (text, columns) => {
    const look = await lookAt(file(text, "a.csv"));
    expect(look).toMatchObject({ format: "table", isMapped: true, mapping: { hasHeader: true, columns } });
    expect(look.mapping!.columns).toEqual(columns);
    expect(look.sample).toHaveLength(1);
  });

  it("a table without names has columns 1 and 2, and loses no row", async () => {
    const reading = await readWhole(
      file("What is the K4 rated for?,45 metres\nWho runs the clinic at night?,Nobody\n", "a.csv"),
    );
    expect(reading.drafts.map(({ messages }) => messages[1]!.content)).toEqual(["45 metres", "Nobody"]);
  });

  it("the caller's mapping is taken, notes included", async () => {
    const mapping = { hasHeader: true, columns: { prompt: "a", completion: "c", tags: "b", split: "d", rating: "e" } };
    const text = "a,b,c,d,e\nq,x; y,z,validation,up\n";
    expect((await lookAt(file(text, "a.csv"))).isMapped).toBe(false);
    const { drafts } = await readWhole(file(text, "a.csv"), { mapping });
    const { messages } = turns("q", "z");
    expect(drafts[0]).toMatchObject({ messages, tags: ["x", " y"], split: "valid", rating: "up" });
  });

  it("a mapping of a column that is not there is refused", async () => {
    const mapping = { hasHeader: true, columns: { prompt: "nope", completion: "c" } };
    const thrown = readWhole(file("a,c\n1,2", "a.csv"), { mapping });
    await expect(thrown).rejects.toMatchObject({ detail: { code: "invalid-argument", name: "mapping" } });
  });
});

describe("long files", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => `{"prompt":"q${i}","completion":"a"}\n`).join("");

  it("rows beyond the limit are left, and that is said", async () => {
    const reading = await readWhole(file(many(12)), { maxRows: 10 });
    expect(reading).toMatchObject({ readCount: 10, badCount: 0, isCut: true });
    expect(reading.problems).toEqual([
      { line: 11, field: "", reason: "only the first 10 rows are read; divide the file" },
    ]);
  });

  it("1,001 bad rows: 1,000 are named, all are counted", async () => {
    const { problems, badCount } = await readWhole(file(many(20) + '{"prompt":1}\n'.repeat(1001)));
    expect([problems.length, badCount]).toEqual([1000, 1001]);
  });

  it("others get their turn meanwhile, progress is told, and an abort stops it", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const onProgress = ({ done }: ImportProgress) => void (seen.push(done) === 2 && controller.abort());
    const long = many(4000).replaceAll('"a"', `"${"a".repeat(1000)}"`);
    const reading = readWhole(file(long), { signal: controller.signal, onProgress });
    await expect(reading).rejects.toThrow(/aborted/);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBeLessThan(1);
  });
});
