// Files as people have them: each is read as far as it can be, and every row that cannot is named by line, field and reason.
import { describe, expect, it } from "vitest";
import { AppError, type DataFile } from "../contract/index.ts";
import { readWhole } from "../../test/harness/datasets.ts";

const good = '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}';
const chat = (...messages: (readonly [string, unknown])[]) =>
  JSON.stringify({ messages: messages.map(([role, content]) => ({ role, content })) });
const between = (line: string) => `${good}\n${line}\n${good.replace("Hi", "Bye")}\n`;

/** name, the second of three lines, and what is said about it; the other two are read. */
const badLines: [string, string, string, RegExp][] = [
  ["half a line", good.slice(0, 40), "", /is not JSON: it ends in the middle/],
  ["a line that is no JSON", "hello", "", /is not JSON/],
  ["a trailing comma in the object", `${good.slice(0, -1)},}`, "", /comma stands before a closing bracket/],
  ["a trailing comma after the object", `${good},`, "", /ends in a comma/],
  ["single quotes", "{'messages': []}", "", /is not JSON/],
  ["a raw NUL byte", good.replace("Hi", "H\0i"), "", /is not JSON/],
  ["an escaped NUL", good.replace("Hi", "H\\u0000i"), "messages[0].content", /NUL/],
  ["a lone surrogate", good.replace("Hi", "\\ud83d"), "messages[0].content", /surrogate/],
  ["a duplicate key", good.replace('"role":"user"', '"role":"user","role":"user"'), "role", /twice/],
  ["messages twice", `{"messages":[],${good.slice(1)}`, "messages", /twice/],
  ["a list for a row", "[1,2]", "", /a list, not an object/],
  ["null for a row", "null", "", /null, not an object/],
  ["another format", '{"instruction":"a","output":"b"}', "messages", /is missing/],
  ["messages as a text", '{"messages":"Hi"}', "messages", /a string, not a list/],
  ["no messages", '{"messages":[]}', "messages", /is empty/],
  ["a message as a text", '{"messages":["Hi"]}', "messages[0]", /a string, not an object/],
  ["a message within a list", '{"messages":[[{"role":"user","content":"a"}]]}', "messages[0]", /a list, not an object/],
  ["a wrong role", chat(["human", "a"], ["assistant", "b"]), "messages[0].role", /is "human"; known are/],
  ["a role of Object's own", chat(["constructor", "a"], ["assistant", "b"]), "messages[0].role", /is "constructor"/],
  ["a tool's role", chat(["user", "a"], ["tool", "b"]), "messages[1].role", /is "tool"/],
  ["a number for a content", chat(["user", 5], ["assistant", "b"]), "messages[0].content", /a number, not a text/],
  ["no content", chat(["user", undefined], ["assistant", "b"]), "messages[0].content", /is missing/],
  ["null for a content", chat(["user", "a"], ["assistant", null]), "messages[1].content", /null, not a text/],
  ["an empty content", chat(["user", ""], ["assistant", "b"]), "messages[0].content", /is empty/],
  ["a blank answer", chat(["user", "a"], ["assistant", " \n"]), "messages[1].content", /is empty/],
  ["no assistant", chat(["user", "a"]), "messages", /no assistant message/],
  ["the assistant first", chat(["assistant", "a"], ["user", "b"]), "messages[0].role", /must be the user's/],
  ["the assistant alone", chat(["assistant", "a"]), "messages", /no message of the user/],
  ["the user last", chat(["user", "a"], ["assistant", "b"], ["user", "c"]), "messages[2].role", /last message/],
  ["two of the user's", chat(["user", "a"], ["user", "b"], ["assistant", "c"]), "messages[1].role", /take turns/],
  ["system in the middle", chat(["user", "a"], ["system", "b"], ["assistant", "c"]), "messages[1].role", /only be/],
  ["a picture", chat(["user", [{ type: "image_url" }]], ["assistant", "b"]), "messages[0].content[0].type", /not text/],
  ["rejected is the answer", `${good.slice(0, -1)},"rejected":"Hello"}`, "rejected", /same as the answer/],
  ["an unknown split", `${good.slice(0, -1)},"metadata":{"split":"exam"}}`, "metadata.split", /is "exam"/],
  ["a line over 1 MB", good.replace("Hi", "x".repeat(1_000_001)), "", /longer than 1,000,000 characters/],
  ["nested 100,000 deep", `{"messages":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "messages[0]", /not an object/],
];

const file = (text: BlobPart, name = "a.jsonl"): DataFile => ({ name, bytes: new Blob([text]) });

describe("a bad line among good ones is named", () => {
  it.each(badLines)("%s", async (_, line, field, reason) => {
    const reading = await readWhole(file(between(line)));
    expect(reading.problems).toEqual([{ line: 2, field, reason: expect.stringMatching(reason) }]);
    expect(reading).toMatchObject({ lines: [1, 3], readCount: 3, badCount: 1, isCut: false });
  });
});

const utf16 = (text: string, isLittle: boolean, mark: boolean) => {
  const bytes = new DataView(new ArrayBuffer(2 * text.length + (mark ? 2 : 0)));
  if (mark) bytes.setUint16(0, 0xfeff, isLittle);
  for (let i = 0; i < text.length; i++) bytes.setUint16(2 * i + (mark ? 2 : 0), text.charCodeAt(i), isLittle);
  return bytes.buffer;
};

describe("what is no fault is read", () => {
  it.each<[string, BlobPart, string]>([
    ["UTF-8 with a byte order mark", `\ufeff${good}`, "utf-8"],
    ["lines ending in CR LF", between(good.replace("Hi", "Hm")).replaceAll("\n", "\r\n"), "utf-8"],
    ["blank lines and no last line end", `\n\n${good}\n  \n${good.replace("Hi", "Hm")}`, "utf-8"],
    ["UTF-16 LE with a mark", utf16(good, true, true), "utf-16le"],
    ["UTF-16 BE with a mark", utf16(good, false, true), "utf-16be"],
    ["UTF-16 LE without a mark", utf16(good, true, false), "utf-16le"],
    ["UTF-16 BE without a mark", utf16(good, false, false), "utf-16be"],
    [
      "text parts and the developer's role",
      chat(["developer", "s"], ["user", [{ type: "text", text: "a" }]], ["assistant", "b"]),
      "utf-8",
    ],
    ["a list with a comma too many", `[\n${good},\n${good.replace("Hi", "Hm")},\n]`, "utf-8"],
  ])("%s", async (_, text, encoding) => {
    const reading = await readWhole(file(text));
    expect(reading).toMatchObject({ encoding, badCount: 0, format: "messages" });
    expect(reading.drafts.every(({ messages }) => messages.length >= 2)).toBe(true);
  });
});

describe("a file of which nothing can be read is refused, with what to do", () => {
  const zip = new Uint8Array([0x50, 0x4b, 3, 4, 20, 0]);
  it.each<[string, BlobPart, string, RegExp]>([
    ["an empty file", "", "a.jsonl", /is empty/],
    ["blank lines alone", "\n \n", "a.jsonl", /has no rows/],
    ["an empty list", "[]", "a.json", /has no rows/],
    ["a header alone", "prompt,answer\n", "a.csv", /has no rows/],
    [
      "Latin-1",
      new Uint8Array([...Buffer.from(`${good}\n{"text":"`), 0xe9, ...Buffer.from('"}\n')]),
      "a.jsonl",
      /not sound UTF-8 at or shortly after line 2; save it/,
    ],
    ["UTF-16 with half a pair", utf16(`${good}\ud800 `, true, true), "a.jsonl", /not sound UTF-16/],
    ["UTF-32", new Uint8Array([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]), "a.jsonl", /UTF-32; save it as UTF-8/],
    ["a workbook", zip, "a.xlsx", /save the sheet as CSV/],
    ["half a line and no other", good.slice(0, 30), "a.jsonl", /line 1 is not JSON: it ends in the middle/],
    ["one object over several lines", JSON.stringify(JSON.parse(good), null, 2), "a.json", /one JSON object a line/],
    ["rows of another kind", '{"a":1,"b":2}\n', "a.jsonl", /have the fields a, b; known are messages/],
    ["numbers for rows", "1\n2\n", "a.jsonl", /are no objects/],
    ["prose", "It was a dark night.\nIt rained.\n", "a.txt", /neither JSON nor a table/],
    ["columns of unknown meaning", "a,b,c\n1,2,3\n", "a.csv", /columns are a, b, c; say which/],
  ])("%s", async (_, text, name, reason) => {
    const thrown = await readWhole(file(text, name)).catch((cause: unknown) => cause);
    expect(thrown).toBeInstanceOf(AppError);
    expect((thrown as AppError).detail).toEqual({
      code: "data-unreadable",
      file: name,
      reason: expect.stringMatching(reason),
    });
  });
});

describe("lists cut short or run on", () => {
  it.each<[string, string, number[], RegExp]>([
    ["in the middle of an item", `[\n${good},\n${good.slice(0, 40)}`, [1], /ends in the middle/],
    ["after an item", `[${good},\n${good.replace("Hi", "Hm")}\n`, [1, 1], /not closed/],
    ["after a comma", `[${good},`, [1], /not closed/],
    ["with more behind its end", `[\n${good}]\n${good}`, [1], /after the end of the array/],
    ["with a bad item", `[${good},\n{"messages":5}]`, [1], /a number, not a list/],
  ])("%s", async (_, text, read, reason) => {
    const { drafts, problems } = await readWhole(file(text, "a.json"));
    expect(drafts).toHaveLength(read.length);
    expect(problems.map((problem) => problem.reason).join("; ")).toMatch(reason);
  });
});

describe("tables", () => {
  it.each<[string, string, number[], RegExp]>([
    ["a cell too many", "prompt,answer\na,b,c\nd,e\n", [3], /3 cells where the table has 2 columns/],
    ["no answer", "prompt,answer\na\nd,e\n", [3], /^is empty/],
    ["a quote that is not closed", 'prompt,answer\nd,e\n"a,b\nc,d\n', [2], /never closed/],
    ["a quote in the wrong place", 'prompt,answer\n"a"b,c\nd,e\n', [3], /quote in the wrong place/],
    ["a NUL", "prompt,answer\na\0b,c\nd,e\n", [3], /NUL/],
  ])("%s", async (_, text, lines, reason) => {
    const reading = await readWhole(file(text, "a.csv"));
    expect(reading.lines).toEqual(lines);
    expect(reading.problems).toHaveLength(1);
    expect(reading.problems[0]!.reason).toMatch(reason);
  });

  it("keeps line breaks, quotes and delimiters within quotes, and knows where a record starts", async () => {
    const { drafts, lines } = await readWhole(file('prompt,answer\r\n"a\r\nb","c, ""d"""\r\n5" pipe,e\r\n', "a.csv"));
    expect(drafts.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ["a\nb", 'c, "d"'],
      ['5" pipe', "e"],
    ]);
    expect(lines).toEqual([2, 4]);
  });
});
