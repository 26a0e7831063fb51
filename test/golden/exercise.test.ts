// The default exercise: what ships is what the generator writes, fits its schema, and no test row can be remembered.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { exercise, folder, ReportSchema, type Row, splits, type SplitName } from "./exercise.ts";

const names = Object.keys(splits) as SplitName[];
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const rowsOf = (name: SplitName) =>
  read(`${name}.jsonl`)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
const noteOf = (row: Row) => row.messages[0].content;
const answerOf = (row: Row) => v.parse(ReportSchema, JSON.parse(row.messages[1].content));
const all = names.flatMap((name) => rowsOf(name).map((row) => ({ name, row, answer: answerOf(row) })));

it("the committed files are the generator's, and small", () => {
  const written = exercise();
  expect(readdirSync(folder).sort()).toEqual([...Object.keys(written), "run.yaml"].sort());
  for (const [file, text] of Object.entries(written)) expect(read(file), file).toBe(text);
  const bytes = Object.keys(written).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  expect(bytes).toBeLessThanOrEqual(150_000);
});

it.each(names)("%s has its count of rows", (name) => expect(rowsOf(name)).toHaveLength(splits[name]));

it("every row is a short note and a report that the schema takes", () => {
  for (const { row, answer } of all) {
    expect(row.messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(noteOf(row).split(/\s+/).length).toBeLessThanOrEqual(40);
    expect(noteOf(row).startsWith(`${answer.site} (${answer.asset}): `)).toBe(true);
    expect(row.messages[1].content).toBe(JSON.stringify(answer)); // one way to write it: compact, fields in order
  }
  expect(v.safeParse(ReportSchema, { ...all[0].answer, status: "fine" }).success).toBe(false);
  expect(v.safeParse(ReportSchema, { ...all[0].answer, severity: 0, action: "none", status: "leak" }).success).toBe(
    false,
  );
});

describe("no leaks", () => {
  it.each(["site", "asset"] as const)("no %s stands in two rows", (field) => {
    expect(new Set(all.map(({ answer }) => answer[field])).size).toBe(all.length);
  });
  it("no note stands in two rows", () => {
    expect(new Set(all.map(({ row }) => noteOf(row))).size).toBe(all.length);
  });
});

it("what the test asks, the training rows have shown: every value and every wording", () => {
  const phrases = (name: SplitName) =>
    new Set(rowsOf(name).flatMap((row) => noteOf(row).toLowerCase().split(/: |, |\. |\.\n/).slice(1))); // prettier-ignore
  const values = (name: SplitName) =>
    new Set(rowsOf(name).map(answerOf).flatMap(({ status, severity, action }) => [status, severity, action])); // prettier-ignore
  expect([...phrases("test")].filter((phrase) => !phrases("train").has(phrase))).toEqual([]);
  expect([...values("test")].filter((value) => !values("train").has(value))).toEqual([]);
});
